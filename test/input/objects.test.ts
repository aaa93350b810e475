import t from 'tap';
import { ObjectScanner } from '../../src/input/objects.js';
import { encodePem } from '../../src/pem/encode.js';

const der = Buffer.concat([Buffer.from([0x30, 0x82, 0x00, 0xc8]), Buffer.alloc(200, 0x05)]);
const small = Buffer.from([0x30, 0x03, 0x02, 0x01, 0x05]);
const pem = encodePem('CERTIFICATE', der);

function scan(input: Buffer, chunkSize: number, maxSize?: number): string[] {
  const scanner = new ObjectScanner({ maxSize });
  const items = [];
  for (let i = 0; i < input.length; i += chunkSize) items.push(...scanner.push(input.subarray(i, i + chunkSize)));
  items.push(...scanner.end());
  return items.map((item) =>
    item.kind === 'fault'
      ? item.message
      : `${item.label ?? 'DER'} of ${item.der.length} at ${item.place}${item.notices.map((notice) => `, ${notice}`)}`,
  );
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const escaped = (text: string): string => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
const yaml = (value: string): Buffer => Buffer.from(`data:\n  tls.crt: ${value}\n  other: MIIC\n`);
const wrapped = (text: string, width: number): Buffer =>
  Buffer.from(text.replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\n'));

const utf16 = 'UTF-16 text, taken as if it were ASCII';

const table: readonly (readonly [what: string, input: Buffer, ...expected: string[]])[] = [
  ['nothing', Buffer.alloc(0), 'empty input'],
  ['blanks', Buffer.from(' \n\n'), 'empty input'],
  ['one character', Buffer.from('x'), 'neither PEM nor DER'],
  ['text', Buffer.from('hello, world\n'), 'neither PEM nor DER'],
  ['noise', Buffer.from('8f2c00ff17aa9921deadbeef', 'hex'), 'neither PEM nor DER'],
  ['PEM', Buffer.from(pem), 'CERTIFICATE of 204 at line 1'],
  ['JSON', json({ cert: pem, n: [1, null] }), 'CERTIFICATE of 204 at line 1, cert, line 1'],
  [
    'an answer of cfssl',
    json({ success: true, result: { cert: pem + pem, csr: 'none' }, errors: [] }),
    'CERTIFICATE of 204 at line 1, result.cert, line 1',
    'CERTIFICATE of 204 at line 1, result.cert, line 8',
  ],
  [
    'JSON with damaged PEM',
    json({ a: [pem.replace('BQUF', 'B.UF')] }),
    "line 1, a.0, line 2: '.' at column 10 is not base64",
  ],
  ['JSON without PEM', json({ cert: 'MIIC' }), 'neither PEM nor DER'],
  ['what begins like JSON', Buffer.from(`{ dump:\n${pem}}\n`), 'CERTIFICATE of 204 at line 2'],
  ['base64 of PEM, as Kubernetes has it', yaml(base64(pem)), 'CERTIFICATE of 204 at line 2, in base64, line 1'],
  ['base64 of PEM, wrapped', wrapped(base64(pem), 76), 'CERTIFICATE of 204 at line 1, in base64, line 1'],
  [
    'base64 of PEM in JSON, as Traefik has it',
    json({ certificate: base64(pem), key: base64(pem) }),
    'CERTIFICATE of 204 at line 1, in base64, line 1',
    'CERTIFICATE of 204 at line 1, in base64, line 1',
  ],
  ['base64url of PEM', yaml(Buffer.from(pem).toString('base64url')), 'CERTIFICATE of 204 at line 2, in base64, line 1'],
  [
    'base64 of damaged PEM',
    yaml(base64(pem.replace('BQUF', 'B.UF'))),
    "line 2, in base64, line 2: '.' at column 10 is not base64",
  ],
  ['PEM in a line of .env', yaml(`"${escaped(pem)}"`), 'CERTIFICATE of 204 at line 2, line 1'],
  ['PEM in a line, bare', Buffer.from(escaped(pem)), 'CERTIFICATE of 204 at line 1, line 1'],
  ['PEM in a line, CRLF', yaml(escaped(pem.replaceAll('\n', '\r\n'))), 'CERTIFICATE of 204 at line 2, line 1'],
  ['PEM for a URL', yaml(encodeURIComponent(pem)), 'CERTIFICATE of 204 at line 2, line 1'],
  ['PEM of a form', yaml(encodeURIComponent(pem).replaceAll('%20', '+')), 'CERTIFICATE of 204 at line 2, line 1'],
  ['PEM quoted in a mail', Buffer.from(`hello\n${pem.replaceAll(/^/gm, '> ')}`), 'CERTIFICATE of 204 at line 2'],
  ['PEM quoted twice', Buffer.from(pem.replaceAll(/^/gm, '>> ')), 'CERTIFICATE of 204 at line 1'],
  [
    'PEM in quoted-printable',
    Buffer.from(encodePem('CERTIFICATE', der.subarray(0, 203)).replaceAll('=', '=3D')),
    'CERTIFICATE of 203 at in quoted-printable, line 1',
  ],
  [
    'PEM in quoted-printable, folded',
    Buffer.from(pem.replaceAll(/^(\w{40})(\w+)$/gm, '$1=\r\n$2')),
    'CERTIFICATE of 204 at in quoted-printable, line 1',
  ],
  ['PEM that went through Word', Buffer.from(pem.replaceAll('-----', '\u2014\u2013')), 'CERTIFICATE of 204 at line 1'],
  ['PEM of four dashes', Buffer.from(pem.replaceAll('-----', '----')), 'CERTIFICATE of 204 at line 1'],
  ['DER in hex', Buffer.from(der.toString('hex')), 'neither PEM nor DER'],
  ['one DER', der, 'DER of 204 at byte 0'],
  ['a tiny DER', small, 'DER of 5 at byte 0'],
  [
    'several DER',
    Buffer.concat([der, small, der]),
    'DER of 204 at byte 0',
    'DER of 5 at byte 204',
    'DER of 204 at byte 209',
  ],
  ['DER and a newline', Buffer.concat([der, Buffer.from('\n')]), 'DER of 204 at byte 0'],
  [
    'DER, blanks and DER',
    Buffer.concat([der, Buffer.from('\r\n\n'), small]),
    'DER of 204 at byte 0',
    'DER of 5 at byte 207',
  ],
  // Its reader says that octets follow it.
  ['DER and noise', Buffer.concat([der, Buffer.from('x7')]), 'DER of 206 at byte 0'],
  ['two DER, zeros', Buffer.concat([small, der, Buffer.alloc(3)]), 'DER of 5 at byte 0', 'DER of 207 at byte 5'],
  [
    'DER and PEM',
    Buffer.concat([der, Buffer.from(`\n${pem}${pem}`)]),
    'DER of 204 at byte 0',
    'CERTIFICATE of 204 at byte 205, line 1',
    'CERTIFICATE of 204 at byte 205, line 8',
  ],
  [
    'DER and damaged PEM',
    Buffer.concat([der, Buffer.from(pem.replace('BQUF', 'B.UF'))]),
    'DER of 204 at byte 0',
    "byte 204, line 2: '.' at column 10 is not base64",
  ],
  [
    'DER and cut PEM',
    Buffer.concat([der, Buffer.from(pem.slice(0, 60))]),
    'DER of 204 at byte 0',
    'byte 204, line 1: CERTIFICATE has no END line',
  ],
  ['cut DER', der.subarray(0, 100), 'byte 0: DER of 204 bytes ends 104 bytes early'],
  ['indefinite length', Buffer.from('3080020105000000000000', 'hex'), 'DER of 11 at byte 0'],
  ['UTF-16LE', Buffer.from(`\ufeff${pem}`, 'utf16le'), `CERTIFICATE of 204 at line 1, ${utf16}`],
  ['UTF-16LE without BOM', Buffer.from(pem, 'utf16le'), `CERTIFICATE of 204 at line 1, ${utf16}`],
  ['UTF-16BE', Buffer.from(`\ufeff\n${pem}`, 'utf16le').swap16(), `CERTIFICATE of 204 at line 2, ${utf16}`],
  ['damaged PEM', Buffer.from(pem.replace('BQUF', 'B.UF')), "line 2: '.' at column 10 is not base64"],
];

t.test('every format, however it is cut', async (t) => {
  for (const [what, input, ...expected] of table) {
    for (const chunkSize of [1, 100, 1 << 20]) t.same(scan(input, chunkSize), expected, `${what} by ${chunkSize}`);
  }
});

t.test('a limit holds for DER as for PEM', async (t) => {
  t.same(scan(der, 64, 100), ['byte 0: an object larger than 100 bytes']);
  t.same(scan(Buffer.from(pem), 64, 100), ['line 1: CERTIFICATE is larger than 100 bytes']);
  t.same(scan(Buffer.concat([small, Buffer.alloc(300, 'x')]), 64, 100), [
    'DER of 5 at byte 0',
    'byte 5: more than 100 bytes follow the object',
  ]);
});
