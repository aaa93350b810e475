import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { rootCertificates } from 'node:tls';
import t, { type Test } from 'tap';
import { Tag } from '../../src/der/tag.js';
import { bitString, element, integer, objectIdentifier, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import {
  commonName,
  crlEntry,
  dnsNames,
  extension,
  forgeCertificate,
  forgeCrl,
  name,
  utcTime,
  utf8String,
} from '../support/forge.js';
import { jsonLines } from '../support/json-lines.js';
import { randomNumbers } from '../support/random.js';
import { run } from '../support/session.js';
import { isWhole, some } from '../support/whole.js';

/**
 * Every line of --json, whatever the object: JSON to a strict reader, well-formed Unicode, no name twice, exactly the
 * properties of share/pkiutils.schema.json; and -f says the same.
 */

/** The objects cert-info writes of some input, each of them held to everything above. */
function lines(t: Test, input: Buffer | string, ...args: readonly string[]): readonly Record<string, unknown>[] {
  const { bytes, stderr, status } = run('cert-info', ['--json', ...args], { stdin: input });
  t.ok(status === 0 || status === 2, stderr);
  const objects = jsonLines(t, bytes);
  // A property -f does not know is no row at all.
  const names = ['index', 'serial', ...new Set(objects.flatMap((each) => Object.keys(each)))];
  const fields = run('cert-info', ['-f', names.join(), ...args], { stdin: input }).stdout;
  const rows = fields.split('\n').slice(0, -1);
  t.strictSame(
    rows.map((row) => row.split('\t').slice(0, 2)),
    objects.map(({ index, serial }) => [String(index), serial ?? '']),
    '-f has the same objects',
  );
  return objects;
}

const COMMON_NAME = '2.5.4.3';
const bmpString = (hex: string): Buffer => element(Tag.bmpString, Buffer.from(hex, 'hex'));
const printableString = (text: string): Buffer => element(Tag.printableString, Buffer.from(text, 'latin1'));
const subject = (value: Uint8Array): Buffer => name([[COMMON_NAME, value]]);
const sctOf = (time: string): Buffer =>
  element(Tag.octetString, Buffer.from(`002d002b00${'aa'.repeat(32)}${time}0000`, 'hex'));

/** Objects that are odd, and what is said of each. */
const odd: Readonly<Record<string, readonly [der: Buffer, warning: RegExp | undefined]>> = {
  'an empty relative name': [
    forgeCertificate({ subject: name([[COMMON_NAME, utf8String('a.hu')]], []) }),
    /^subject: an empty relative name$/,
  ],
  'a surrogate alone': [
    forgeCertificate({ subject: subject(bmpString('0061d8000062')) }),
    /^subject: CN is a BMPString that is no UTF-16$/,
  ],
  'UTF-8 that is none': [
    forgeCertificate({ subject: subject(element(Tag.utf8String, Buffer.from('61ff62', 'hex'))) }),
    /^subject: CN is a UTF8String that is no UTF-8$/,
  ],
  'a PrintableString with an underscore': [
    forgeCertificate({ subject: subject(printableString('a_b')) }),
    /^subject: CN is a PrintableString that holds characters it cannot$/,
  ],
  'controls, quotes, bidirectional text, characters beyond the first plane': [
    forgeCertificate({ subject: subject(utf8String('"\\\u0000\u001b[2J\u202e\u{1f512}\u{e0041}\u2028')) }),
    undefined,
  ],
  'the same type in one relative name and in another': [
    forgeCertificate({
      subject: name(
        [
          [COMMON_NAME, utf8String('a')],
          [COMMON_NAME, utf8String('b')],
        ],
        [[COMMON_NAME, utf8String('c')]],
      ),
    }),
    undefined,
  ],
  'attributes out of order': [
    forgeCertificate({
      subject: name([
        [COMMON_NAME, utf8String('b')],
        [COMMON_NAME, utf8String('a')],
      ]),
    }),
    /^subject: attributes of a relative name are out of order$/,
  ],
  'raw Latin-1 in a dNSName': [
    forgeCertificate({ extensions: [extension('2.5.29.17', dnsNames('\u00e9.hu'))] }),
    /a dNSName is not ASCII, as an A-label it is xn--9ca\.hu/,
  ],
  'an address of three octets': [
    forgeCertificate({ extensions: [extension('2.5.29.17', sequence(element(0x87, Buffer.of(1, 2, 3))))] }),
    /^subjectAltName: an iPAddress of 3 octets$/,
  ],
  'a timestamp behind all years': [
    forgeCertificate({ extensions: [extension('1.3.6.1.4.1.11129.2.4.2', sctOf('7fffffffffffffff'))] }),
    /an SCT of a time after the year 9999$/,
  ],
  'a day that is none': [
    forgeCertificate({ notAfter: utcTime('260230000000Z') }),
    /^not_after is not a time: 260230000000Z$/,
  ],
  'a path length beyond counting': [
    forgeCertificate({
      extensions: [
        extension(
          '2.5.29.19',
          sequence(element(Tag.boolean, Buffer.of(0xff)), element(Tag.integer, Buffer.alloc(9, 0x7f))),
        ),
      ],
    }),
    /^basicConstraints: the path length has 9 octets$/,
  ],
  'a signature algorithm without an OID': [
    forgeCertificate({ outerAlgorithm: sequence(element(Tag.objectIdentifier, Buffer.of(0x80))) }),
    /^the signature algorithm: padded arc in OBJECT IDENTIFIER at byte \d+$/,
  ],
  'a subject of no type known': [forgeCertificate({ subject: name([['1.2.3.4', integer(1)]]) }), undefined],
  'an empty subject beside names that are not critical': [
    forgeCertificate({ subject: sequence(), extensions: [extension('2.5.29.17', dnsNames('a.hu'))] }),
    /^the subject is empty and subjectAltName is not critical$/,
  ],
  'a key of a kind nobody knows': [
    forgeCertificate({ publicKey: sequence(sequence(objectIdentifier('1.2.3.4')), bitString(Buffer.of(1))) }),
    undefined,
  ],
};

const pem = (ders: readonly Uint8Array[]): string => ders.map((der) => encodePem('CERTIFICATE', der)).join('');

t.test('odd certificates, each before a sound one', async (t) => {
  const sound = forgeCertificate({ subject: commonName('sound') });
  const found = lines(t, pem(Object.values(odd).flatMap(([der]) => [der, sound])));
  t.equal(found.length, 2 * Object.keys(odd).length, 'none is lost');
  for (const [i, [what, [, warning]]] of Object.entries(odd).entries()) {
    const warnings = [found[2 * i]?.['warnings'] ?? []].flat().map(String);
    if (warning === undefined) t.strictSame(warnings, [], what);
    else
      t.ok(
        warnings.some((each) => warning.test(each)),
        what,
        { warnings },
      );
  }
});

t.test('an empty relative name is no part of the text', async (t) => {
  const der = forgeCertificate({ subject: name([[COMMON_NAME, utf8String('a.hu')]], []) });
  const [line] = lines(t, pem([der]));
  t.match(line, { subject: 'CN=a.hu', subject_fields: { CN: ['a.hu'] } });
  t.match(run('cert-info', [], { stdin: pem([der]) }).stdout, 'subject   CN=a.hu\n');
});

t.test('a name repeated in other relative names is one property', async (t) => {
  const [line] = lines(t, pem([odd['the same type in one relative name and in another']?.[0] ?? Buffer.alloc(0)]));
  t.strictSame(line?.['subject_fields'], { CN: ['a', 'b', 'c'] });
});

t.test("Node.js's roots", async (t) => {
  t.equal(lines(t, rootCertificates.join('\n')).length, rootCertificates.length);
});

const debian = '/etc/ssl/certs/ca-certificates.crt';

t.test("Debian's roots", { skip: existsSync(debian) ? false : `no ${debian}` }, async (t) => {
  const bundle = readFileSync(debian);
  t.equal(lines(t, bundle).length, bundle.toString('latin1').split('-----BEGIN').length - 1);
});

const derOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64');

const rounds = Number(process.env['PKIUTILS_FUZZ'] ?? (isWhole ? 2000 : 600));
const seed = Number(process.env['PKIUTILS_FUZZ_SEED'] ?? 20_261_130);

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encrypted = { cipher: 'aes-256-cbc', passphrase: 'x', type: 'pkcs8', format: 'pem' } as const;

const request = run('csr-gen', ['--cn', 'mail.valami.hu', '--san', 'joe@valami.hu', '-K', '/dev/null']).stdout;

/** One of each kind of object but certificates. */
const others: Readonly<Record<string, string>> = {
  request,
  list: encodePem('X509 CRL', forgeCrl({ entries: [crlEntry(Buffer.of(5), 6), crlEntry(Buffer.of(0xff), 7)] })),
  'public key': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  'private key': privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
  'encrypted key': privateKey.export(encrypted).toString(),
};

/** Copies of some DER, each with up to three octets replaced. */
function damaged(originals: readonly Buffer[], count: number): Buffer[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => {
    const der = Buffer.from(originals[random(originals.length)] ?? '');
    for (let i = random(3); i >= 0; i--) der[random(der.length)] = random(256);
    return der;
  });
}

t.test(`${rounds} damaged certificates, seed ${seed}`, async (t) => {
  const originals = [...Object.values(odd).map(([der]) => der), ...rootCertificates.slice(0, 20).map(derOf)];
  t.ok(lines(t, pem(damaged(originals, rounds))).length > 0);
});

for (const [what, text] of Object.entries(others)) {
  t.test(`a ${what}, and ${rounds / 4} damaged ones, seed ${seed}`, async (t) => {
    const label = /-----BEGIN (.*?)-----/.exec(text)?.[1] ?? '';
    const input =
      text +
      damaged([derOf(text)], rounds / 4)
        .map((der) => encodePem(label, der))
        .join('');
    t.ok(lines(t, input).length > 0);
    if (what !== 'request') return;
    const { bytes, stderr } = run('csr-check', ['--json'], { stdin: input });
    t.ok(jsonLines(t, bytes).length > 0, stderr);
  });
}

t.test('the commands that answer', async (t) => {
  const cwd = t.testdir();
  const made = run(
    'csr-gen',
    ['--cn', 'mail.valami.hu', '-n', 'ec', '--self-sign', '30', '-K', '/dev/null', '-o', 'a.pem'],
    { cwd },
  );
  t.equal(made.status, 0, made.stderr);
  const calls: readonly (readonly [type: string, stdin: string, command: string, ...args: string[]])[] = [
    ['verification', '', 'cert-verify', 'a.pem'],
    ['verification', '', 'cert-verify', '--profile', 'rfc5280', '--trust', 'a.pem', 'a.pem'],
    ['renewal', '', 'cert-due', 'a.pem'],
    ['renewal', '', 'cert-due', '--before', '60d', 'a.pem'],
    ['host', 'mail.valami.hu\nx.hu\n192.0.2.1\na/b\n', 'wildcard-match', '--cert', 'a.pem'],
    ['host', 'x.mail.valami.hu\nmail.valami.hu\n', 'wildcard-match', '--best', '--cert', 'a.pem'],
    ['pattern', '', 'wildcard-match', '--host', 'mail.valami.hu', 'a.pem', '*.hu'],
    ['pattern', 'x.hu\n', 'wildcard-match', '--unused', '--cert', 'a.pem'],
    ['file', 'mail.valami.hu\n', 'wildcard-match', '-l', '--cert', 'a.pem'],
    ['name', 'a.valami.hu\nb.valami.hu\n', 'wildcard-match', '--suggest'],
  ];
  for (const [type, stdin, command, ...args] of some(calls, 2)) {
    const { bytes, stderr } = run(command, ['--json', ...args], { cwd, stdin });
    const types = jsonLines(t, bytes).map((line) => line['type']);
    t.ok(types.length > 0 && types.every((each) => each === type), `${command} ${args.join(' ')}`, { types, stderr });
  }
});

t.test('odd and damaged certificates, in every command that reads some', async (t) => {
  const cwd = t.testdir();
  const originals = Object.values(odd).map(([der]) => der);
  const ders = [...originals, ...damaged(originals, isWhole ? 500 : 60)];
  writeFileSync(join(cwd, 'odd.pem'), pem(ders));
  const files = ders.slice(0, originals.length + 20).map((der, i) => {
    writeFileSync(join(cwd, `${i}.pem`), pem([der]));
    return `${i}.pem`;
  });
  const [first = ''] = files;
  const calls: readonly (readonly [type: string, command: string, ...args: string[]])[] = [
    ['verification', 'cert-verify', '--each', '--trust', first, 'odd.pem'],
    ['status', 'cert-status', '--offline', 'odd.pem'],
    ['key_match', 'key-match', 'odd.pem'],
    ['split', 'pem-split', 'odd.pem'],
    ['diff', 'cert-diff', first, 'odd.pem'],
    ['renewal', 'cert-due', ...files],
    ['host', 'wildcard-match', '--explain', '--host', 'a.hu', '--cert', 'odd.pem'],
    ['pattern', 'wildcard-match', '--host', 'a.hu', 'odd.pem'],
  ];
  for (const [type, command, ...args] of calls) {
    const { bytes, stderr, signal } = run(command, ['--json', ...args], { cwd });
    t.equal(signal, null, `${command} is not killed`);
    t.notMatch(stderr, /\n\s+at |internal error/, `${command} does not fail by itself`);
    const types = jsonLines(t, bytes).map((line) => line['type']);
    t.ok(
      types.every((each) => each === type),
      command,
      { types },
    );
    // Names that cannot be read leave no list of patterns to say anything by.
    if (command !== 'wildcard-match' && command !== 'cert-diff')
      t.ok(types.length > 0, `${command} answers`, { stderr });
  }
});
