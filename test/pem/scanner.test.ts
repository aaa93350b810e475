import { randomBytes } from 'node:crypto';
import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { type PemItem, PemScanner } from '../../src/pem/scanner.js';

const der = Buffer.from('30820123'.padEnd(552, 'a5'), 'hex');
const pem = encodePem('CERTIFICATE', der);
const request = encodePem('CERTIFICATE REQUEST', der);
const body = pem.split('\n').slice(1, -2).join('\n');

function scan(text: string | Buffer, chunkSize: number, maxSize?: number): PemItem[] {
  const bytes = Buffer.from(text);
  const scanner = new PemScanner(maxSize === undefined ? {} : { maxSize: () => maxSize });
  const items: PemItem[] = [];
  for (let i = 0; i < bytes.length; i += chunkSize) items.push(...scanner.push(bytes.subarray(i, i + chunkSize)));
  return [...items, ...scanner.end()];
}

/** A block as `label@line`, with `!` when its bytes are not the expected ones, a fault as `line: message`. */
const brief = (item: PemItem) =>
  item.kind === 'fault'
    ? `${item.line}: ${item.message}`
    : `${item.label}@${item.line}${item.der.equals(der) ? '' : '!'}${item.notices.length > 0 ? ' noticed' : ''}`;

const base64Only = body.replaceAll('\n', '');

const table: readonly (readonly [what: string, text: string | Buffer, ...expected: string[]])[] = [
  ['nothing', ''],
  ['text alone', 'no certificate here\nnor here\n'],
  ['one block', pem, 'CERTIFICATE@1'],
  ['two blocks', pem + request, 'CERTIFICATE@1', 'CERTIFICATE REQUEST@9'],
  ['text around', `subject=x\n\n${pem}# end\n${pem}bye`, 'CERTIFICATE@3', 'CERTIFICATE@12'],
  [
    'END glued to BEGIN',
    pem.trimEnd() + pem + request,
    'CERTIFICATE@1',
    'CERTIFICATE@8 noticed',
    'CERTIFICATE REQUEST@16',
  ],
  ['END and BEGIN in one line', `${pem.trimEnd()} \t${pem}`, 'CERTIFICATE@1', 'CERTIFICATE@8 noticed'],
  ['no newline at the end', pem.trimEnd(), 'CERTIFICATE@1'],
  ['CRLF', pem.replaceAll('\n', '\r\n') + pem, 'CERTIFICATE@1', 'CERTIFICATE@9'],
  ['byte-order mark', `\ufeff${pem}\ufeff${pem}`, 'CERTIFICATE@1', 'CERTIFICATE@9'],
  ['indented', `tls:\n${pem.replace(/^/gm, '    ')}`, 'CERTIFICATE@2'],
  ['blank lines inside', pem.replace(body, `\n${body.replaceAll('\n', '\n\n')}\n`), 'CERTIFICATE@1'],
  ['unwrapped', `-----BEGIN CERTIFICATE-----\n${base64Only}\n-----END CERTIFICATE-----\n`, 'CERTIFICATE@1'],
  ['all on one line', `-----BEGIN CERTIFICATE-----${base64Only}-----END CERTIFICATE-----`, 'CERTIFICATE@1'],
  ['76 columns', pem.replace(body, base64Only.replace(/.{76}/g, '$&\n')), 'CERTIFICATE@1'],
  ['after a key in YAML', `cert: ${pem}`, 'CERTIFICATE@1'],
  ['quoted in prose', 'between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- it stands\n'],
  ['NEW label', pem.replaceAll('CERTIFICATE', 'NEW CERTIFICATE REQUEST'), 'NEW CERTIFICATE REQUEST@1'],
  ['mismatched NEW label', request.replace('END CERT', 'END NEW CERT'), 'CERTIFICATE REQUEST@1 noticed'],
  ['trailing blanks', pem.replaceAll('\n', '  \t\n'), 'CERTIFICATE@1'],
  [
    'other labels',
    pem.replace('END CERTIFICATE', 'END PRIVATE KEY'),
    '8: BEGIN says CERTIFICATE, END says PRIVATE KEY',
  ],
  ['no END', `x\n${pem.replace(/-----END.*\n/, '')}`, '2: CERTIFICATE has no END line'],
  ['no END before BEGIN', pem.replace(/-----END.*\n/, '') + pem, '1: CERTIFICATE has no END line', 'CERTIFICATE@8'],
  ['no BEGIN', `a\nb\n-----END CERTIFICATE-----\n${pem}`, '3: END CERTIFICATE without its BEGIN', 'CERTIFICATE@4'],
  [
    'BEGIN with four dashes',
    `\n----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n${pem}`,
    '2: malformed BEGIN line: ----BEGIN CERTIFICATE-----',
    '9: END CERTIFICATE without its BEGIN',
    'CERTIFICATE@10',
  ],
  [
    'END with four dashes',
    `${pem.replace('-----END', '----END')}${pem}`,
    '8: malformed END line: ----END CERTIFICATE-----',
    'CERTIFICATE@9',
  ],
  ['empty', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n', '1: the block is empty'],
  [
    'abbreviated',
    pem.replace(body, body.replace(/\n.*\n/, '\n...\n')),
    '3: ... stands where base64 should: the block is abbreviated',
  ],
  ['a dot', pem.replace(body, body.replace('\n', '.\n')), "2: '.' at column 65 is not base64"],
  [
    'two damaged lines',
    pem.replace(body, `*${body}*`),
    "2: '*' at column 1 is not base64",
    "7: '*' at column 49 is not base64",
  ],
  [
    'base64url',
    pem.replace(body, body.replaceAll('p', '_')),
    ...[2, 3, 4, 5, 6, 7].map((line) => `${line}: base64url (- and _) where base64 (+ and /) is due`),
  ],
  [
    'a lost character',
    pem.replace(body, body.replace(/(\n.{10})./, '$1')),
    '3: base64 of 367 characters, not a multiple of 4: this line has 63, most have 64',
  ],
  [
    'padding in the middle',
    pem.replace(body, `QQ==\n${body}`),
    ...[3, 4, 5, 6, 7, 8].map((line) => `${line}: base64 goes on after its padding in line 2`),
  ],
  ['escaped line breaks', pem.replaceAll('\n', '\\n'), '1: line breaks are written as \\n: unescape the text first'],
];

t.test('what people paste', async (t) => {
  for (const [what, text, ...expected] of table) {
    for (const chunkSize of [1, 7, 1 << 20]) {
      t.same(scan(text, chunkSize).map(brief), expected, `${what}, ${chunkSize} bytes at a time`);
    }
  }
});

t.test('RFC 1421 headers', async (t) => {
  const text = pem.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n 11\n\n');
  const [block] = scan(text, 5);
  t.match(block, {
    kind: 'block',
    headers: [
      ['Proc-Type', '4,ENCRYPTED'],
      ['DEK-Info', 'AES-256-CBC,0011'],
    ],
  });
  t.ok(block?.kind === 'block' && block.der.equals(der));
});

t.test('many damaged lines are counted', async (t) => {
  const faults = scan(`-----BEGIN X-----\n${'*\n'.repeat(30)}-----END X-----\n`, 100);
  t.equal(faults.length, 11);
  t.match(faults.at(-1), { line: 31, message: '20 more damaged lines up to here' });
});

t.test('a block over the limit is given up and the next one read', async (t) => {
  const big = encodePem('CERTIFICATE', Buffer.alloc(100_000));
  for (const chunkSize of [1000, 1 << 20]) {
    const items = scan(big + pem, chunkSize, 1000);
    t.same(items.map(brief), ['1: CERTIFICATE is larger than 1000 bytes', 'CERTIFICATE@2087']);
  }
});

t.test('random bytes never throw, and come out the same however they are cut', async (t) => {
  for (let i = 0; i < 200; i++) {
    const bytes = randomBytes(400);
    const at = i % 300;
    const text = Buffer.concat([
      Buffer.from(pem).subarray(0, at),
      bytes.subarray(0, i % 50),
      Buffer.from(pem).subarray(at),
      Buffer.from(pem),
    ]);
    t.same(scan(text, 3).map(brief), scan(text, 1 << 20).map(brief));
  }
});
