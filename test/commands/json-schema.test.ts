import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { rootCertificates } from 'node:tls';
import { Ajv2020 } from 'ajv/dist/2020.js';
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
import { run } from '../support/session.js';

/**
 * Every line of --json, whatever the object: JSON to a strict reader, well-formed Unicode, no name twice, exactly the
 * properties of share/pkiutils.schema.json; and -f says the same.
 */

const schema: object = JSON.parse(readFileSync(new URL('../../share/pkiutils.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(schema);

/** The names that stand twice in one object of some JSON: JSON.parse takes the last of them in silence. */
function duplicateNames(json: string): string[] {
  const twice: string[] = [];
  const open: Set<string>[] = [];
  for (const [token, string, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(:?)|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (string !== undefined && colon === ':') {
      const names = open.at(-1) ?? new Set();
      if (names.has(string)) twice.push(string);
      names.add(string);
    }
  }
  return twice;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

interface Line {
  readonly index: number;
  readonly warnings: readonly string[];
  readonly subject?: string;
  readonly serial?: string;
  readonly subject_fields?: Readonly<Record<string, readonly string[]>>;
}

/** The objects cert-info writes of some input, each of them held to everything above. */
function lines(t: Test, input: Buffer | string, ...args: readonly string[]): readonly Line[] {
  const { bytes, stderr, status } = run('cert-info', ['--json', ...args], { stdin: input });
  t.ok(status === 0 || status === 2, stderr);
  const text = utf8.decode(bytes);
  const found = text.split('\n').slice(0, -1);
  const wrong: string[] = [];
  const objects = found.map((line): Line => {
    const object: Line = JSON.parse(line);
    if (!validate(object)) wrong.push(`${JSON.stringify(validate.errors?.slice(0, 3))} in ${line.slice(0, 300)}`);
    const twice = duplicateNames(line);
    if (twice.length > 0) wrong.push(`${twice} twice in ${line.slice(0, 300)}`);
    // JSON.stringify escapes surrogates that are alone, and no others.
    if (/\\ud[89a-f]/.test(JSON.stringify(object))) wrong.push(`a surrogate alone in ${line.slice(0, 300)}`);
    return object;
  });
  t.strictSame(wrong.slice(0, 3), [], 'all of it is JSON as the schema has it');
  const fields = run('cert-info', ['-f', 'index,serial,warnings', ...args], { stdin: input }).stdout;
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
    undefined,
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
    const warnings = found[2 * i]?.warnings ?? [];
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
  t.strictSame(line?.subject_fields, { CN: ['a', 'b', 'c'] });
});

t.test('the roots', async (t) => {
  t.equal(lines(t, rootCertificates.join('\n')).length, rootCertificates.length);
});

const derOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64');

/** xorshift32: a run can be repeated from its seed. */
function randomNumbers(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const rounds = Number(process.env['PKIUTILS_FUZZ'] ?? 2_000);
const seed = Number(process.env['PKIUTILS_FUZZ_SEED'] ?? 20_261_130);

t.test(`${rounds} damaged certificates, seed ${seed}`, async (t) => {
  const random = randomNumbers(seed);
  const originals = [...Object.values(odd).map(([der]) => der), ...rootCertificates.slice(0, 20).map(derOf)];
  const damaged = Array.from({ length: rounds }, () => {
    const der = Buffer.from(originals[random(originals.length)] ?? '');
    for (let i = random(3); i >= 0; i--) der[random(der.length)] = random(256);
    return der;
  });
  t.ok(lines(t, pem(damaged)).length > 0);
});

t.test('requests, verdicts, lists and keys', async (t) => {
  const request = run('csr-gen', ['--cn', 'mail.valami.hu', '--san', 'joe@valami.hu', '-K', '/dev/null']).stdout;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const crl = forgeCrl({ entries: [crlEntry(Buffer.of(5), 6), crlEntry(Buffer.of(0xff), 7)] });
  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'x', type: 'pkcs8', format: 'pem' } as const;
  const input = [
    request,
    encodePem('X509 CRL', crl),
    publicKey.export({ type: 'spki', format: 'pem' }),
    privateKey.export({ type: 'sec1', format: 'pem' }),
    privateKey.export(encrypted),
  ].join('');
  t.equal(lines(t, input).length, 5);
  const { bytes } = run('csr-check', ['--json'], { stdin: request });
  t.ok(validate(JSON.parse(utf8.decode(bytes))), 'a verdict', { errors: validate.errors });
});
