import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { StandardInput } from '../../src/cli/input.js';
import { ObjectScanner } from '../../src/cli/objects.js';
import { Report } from '../../src/cli/report.js';
import { printable, withoutSecrets } from '../../src/cli/text.js';
import { parseJson } from '../../src/commands/csr-check/json-lines.js';
import { questionOf } from '../../src/commands/csr-check/question.js';
import { jsonReport } from '../../src/commands/csr-check/report-json.js';
import { readBerElement } from '../../src/der/ber.js';
import { checkWellFormed, readElement } from '../../src/der/reader.js';
import { bitString, element, nullValue, objectIdentifier, sequence } from '../../src/der/writer.js';
import { isPkiError } from '../../src/errors.js';
import { showFields } from '../../src/inspect/fields.js';
import { Inspector, type Show } from '../../src/inspect/inspector.js';
import { showJson } from '../../src/inspect/json.js';
import { parseDnsPattern, parseHostName } from '../../src/names/host-name.js';
import { formatIpAddress, parseIpAddress } from '../../src/names/ip-address.js';
import { parseReference } from '../../src/names/reference.js';
import { parseAltName } from '../../src/pki/alt-name.js';
import { parseDistinguishedName } from '../../src/pki/distinguished-name.js';
import { encryptedPkcs8Decryptor } from '../../src/pki/pbe.js';
import { readPkcs7 } from '../../src/pki/pkcs7.js';
import { privateKeyForm } from '../../src/pki/private-key.js';
import { parseSpec } from '../../src/pki/spec.js';
import { Facts } from '../../src/rules/facts.js';
import { judge } from '../../src/rules/judge.js';
import { berToDer } from '../../src/x509/ber-to-der.js';
import { Certificate } from '../../src/x509/certificate.js';
import { Crl } from '../../src/x509/crl.js';
import { kindOf } from '../../src/x509/kind.js';
import { CertificationRequest } from '../../src/x509/request.js';

/**
 * Whatever comes in, a reader gives a value or one of our errors, soon. Inputs are made by structure, so that they get past
 * the first checks, and by mutation of a corpus: test/corpus holds what once broke something. PKIUTILS_FUZZ=SECONDS makes a
 * long run of it; a new failure is then kept in the corpus by itself.
 */

const seconds = Number(process.env['PKIUTILS_FUZZ'] ?? 12);
const corpus = fileURLToPath(new URL('../corpus', import.meta.url));

type Reader = (input: Buffer) => unknown;

/** Nothing may take longer than this, in milliseconds; the inputs are small. */
const PATIENCE = 3000;

function text(parse: (text: string) => unknown): Reader {
  return (input) => parse(input.toString('utf8'));
}

function scanIn(pieces: number): Reader {
  return (input) => {
    const scanner = new ObjectScanner();
    const found: unknown[] = [];
    const step = Math.max(1, Math.ceil(input.length / pieces));
    for (let at = 0; at < input.length; at += step) found.push(...scanner.push(input.subarray(at, at + step)));
    return [...found, ...scanner.end()];
  };
}

/** The whole of cert-info but for its options. */
async function inspect(input: Buffer, show: Show): Promise<string> {
  let out = '';
  const nothing = () => {};
  const inspector = new Inspector({
    show,
    sink: {
      write: (piece: string) => {
        out += piece;
      },
      index: () => {
        out += '1';
      },
      separate: nothing,
      passOver: nothing,
    },
    listener: { object: nothing, fault: nothing, notice: nothing },
    wanted: () => true,
    passphrases: async function* () {
      yield Buffer.from('secret');
    },
  });
  const scanner = new ObjectScanner();
  for (const found of [...scanner.push(input), ...scanner.end()]) await inspector.take(found, 'input');
  return out;
}

const now = Date.UTC(2026, 10, 23);
const question = await questionOf(
  {
    profile: 'webpki',
    expect: ['a.hu'],
    key: undefined,
    passin: [],
    renews: undefined,
    blocklist: undefined,
    'known-keys': undefined,
  },
  { stdin: new StandardInput(), now: new Date(now), report: new Report('csr-check', true) },
);

const readers: Readonly<Record<string, Reader>> = {
  'objects, at once': scanIn(1),
  'objects, in pieces': scanIn(7),
  DER: (input) => checkWellFormed(readElement(input)),
  BER: readBerElement,
  'BER to DER': berToDer,
  'kind of DER': kindOf,
  certificate: (input) => readAll(new Certificate(input)),
  request: (input) => readAll(new CertificationRequest(input)),
  CRL: (input) => readAll(new Crl(input)),
  'PKCS#7': readPkcs7,
  'private key': privateKeyForm,
  'encrypted key': encryptedPkcs8Decryptor,
  'distinguished name': text(parseDistinguishedName),
  SPEC: text(parseSpec),
  profile: text(parseJson),
  'alternative name': text(parseAltName),
  'host name': text(parseHostName),
  pattern: text(parseDnsPattern),
  reference: text((value) => parseReference(value, { url: true })),
  'IP address': text((value) => formatIpAddress(parseIpAddress(value) ?? Buffer.alloc(4))),
  text: text((value) => printable(withoutSecrets(value))),
  'csr-check': (input) => {
    const facts = new Facts(new CertificationRequest(input), question, { pemOddities: [] });
    return jsonReport(facts, judge(facts, { strict: false, ignore: new Set(), only: undefined }), 'input', 1);
  },
  'cert-info --json': async (input) => {
    const lines = (await inspect(input, showJson(now))).split('\n').slice(0, -1);
    for (const line of lines) JSON.parse(line);
  },
  'cert-info --field': (input) => inspect(input, showFields('subject,names,extensions,key.bits', now)),
};

/** Every getter of a view: they read lazily. */
function readAll(view: object): void {
  for (let type: object | null = view; type !== null && type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
      if (get === undefined) continue;
      try {
        get.call(view);
      } catch (error) {
        if (!isPkiError(error)) throw new Error(`${name}: ${error}`, { cause: error });
      }
    }
  }
}

async function isSound(read: Reader, input: Buffer): Promise<void> {
  const begun = performance.now();
  try {
    await read(input);
  } catch (error) {
    if (!isPkiError(error)) throw error;
  }
  const took = performance.now() - begun;
  if (took > PATIENCE) throw new Error(`took ${Math.round(took)} ms`);
}

const oids = [
  '2.5.4.3',
  '2.5.29.17',
  '2.5.29.15',
  '2.5.29.19',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.37',
  '1.2.840.113549.1.1.1',
  '1.2.840.113549.1.1.10',
  '1.2.840.10045.2.1',
  '1.2.840.113549.1.7.2',
  '1.2.840.113549.1.5.13',
  '1.3.6.1.4.1.11129.2.4.2',
];
const bytes = fc.uint8Array({ maxLength: 12 });
const leaf = fc.oneof(
  fc.constantFrom(...oids).map(objectIdentifier),
  fc
    .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 10, 12, 19, 20, 22, 23, 24, 28, 30, 0x80, 0x81, 0x82, 0x86, 0x87), bytes)
    .map(([tag, content]) => element(tag, content)),
  fc.constantFrom('260101000000Z', '20500101000000Z', '991332').map((time) => element(0x17, Buffer.from(time))),
  fc.constant(sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue())),
);
const { der } = fc.letrec<{ der: Buffer }>((tie) => ({
  der: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom(0x30, 0x31, 0xa0, 0xa1, 0xa3, 0x04), fc.array(tie('der'), { maxLength: 6 }))
      .map(([tag, parts]) => element(tag, ...parts)),
    fc.array(tie('der'), { maxLength: 3 }).map((parts) => bitString(Buffer.concat(parts))),
  ),
}));
const rdn = fc
  .tuple(fc.constantFrom(...oids), der)
  .map(([oid, value]) => element(0x31, sequence(objectIdentifier(oid), value)));
const extension = fc
  .tuple(fc.constantFrom(...oids), der)
  .map(([oid, value]) => sequence(objectIdentifier(oid), element(4, value)));
const algorithm = fc.oneof(fc.constant(sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue())), der);
const name = fc.array(rdn, { maxLength: 3 }).map((parts) => sequence(...parts));
const times = fc.constantFrom('200101000000Z', '491231235959Z', '9913').map((time) => element(0x17, Buffer.from(time)));
const spki = fc.tuple(algorithm, bytes).map(([each, key]) => sequence(each, bitString(key)));
const certificate = fc
  .tuple(
    fc.constant(element(0xa0, element(2, Buffer.of(2)))),
    bytes,
    algorithm,
    name,
    times,
    name,
    spki,
    fc.array(extension, { maxLength: 4 }),
  )
  .map(([version, serial, each, issuer, time, subject, key, extensions]) =>
    sequence(
      sequence(
        version,
        element(2, serial),
        each,
        issuer,
        sequence(time, time),
        subject,
        key,
        element(0xa3, sequence(...extensions)),
      ),
      each,
      bitString(serial),
    ),
  );
const request = fc
  .tuple(name, spki, algorithm, fc.array(extension, { maxLength: 4 }), bytes)
  .map(([subject, key, each, extensions, signature]) => {
    const values = element(0x31, sequence(...extensions));
    const attribute = sequence(objectIdentifier('1.2.840.113549.1.9.14'), values);
    return sequence(
      sequence(element(2, Buffer.of(0)), subject, key, element(0xa0, attribute)),
      each,
      bitString(signature),
    );
  });
const labels = [
  'CERTIFICATE',
  'CERTIFICATE REQUEST',
  'X509 CRL',
  'PKCS7',
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'X',
  'TRUSTED CERTIFICATE',
];
const pemPieces = fc.oneof(
  fc.constantFrom(...labels).map((label) => `-----BEGIN ${label}-----`),
  fc.constantFrom(...labels).map((label) => `-----END ${label}-----`),
  fc.constantFrom(
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '\ufeff',
    '-----',
    '----',
    'BEGIN ',
    'END ',
    '=',
    '==',
    '...',
    '\0',
    'Proc-Type: 4,ENCRYPTED\n',
    '\\n',
  ),
  fc.oneof(der, certificate).map((value) => value.toString('base64').replace(/.{64}/g, '$&\n')),
  fc.string({ maxLength: 8 }),
);
const words = [
  'CN',
  'O=',
  ',',
  '+',
  '\\',
  '/',
  '"',
  '#',
  '{',
  '}',
  '[',
  ']',
  ':',
  '=',
  '\n',
  ' ',
  'hosts',
  'names',
  'cn',
  'dns_name',
  '*.',
  '.',
  'a.hu',
  'xn--',
  '::',
  '1.2.3.4',
  '%',
  '@',
  'URI:',
  'DNS:',
  'é',
  '\u202e',
  '\0',
  '\\u0000',
  'https://',
  '"a"',
  '1',
  'true',
  'key',
  '-',
];
const inputs = fc.oneof(
  certificate,
  request,
  certificate.map((value) =>
    Buffer.from(`-----BEGIN CERTIFICATE-----\n${value.toString('base64')}\n-----END CERTIFICATE-----\n`),
  ),
  der,
  fc.array(pemPieces, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 20 })
    .map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 64 }).map((octets) => Buffer.from(octets)),
);
/** The same, damaged in up to three places. */
const damaged = fc
  .tuple(inputs, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }))
  .map(([input, damages]) => {
    const copy = Buffer.from(input);
    for (const [at, octet] of damages) if (copy.length > 0) copy[at % copy.length] = octet;
    return copy;
  });

t.test('what once broke a reader', async (t) => {
  for (const file of existsSync(corpus) ? readdirSync(corpus) : []) {
    const input = readFileSync(join(corpus, file));
    for (const [reader, read] of Object.entries(readers)) {
      await t.resolves(isSound(read, input), `${reader} reads ${file}`);
    }
  }
});

const each = (seconds * 1000) / Object.keys(readers).length;
for (const [reader, read] of Object.entries(readers)) {
  t.test(reader, async (t) => {
    const result = await fc.check(
      fc.asyncProperty(damaged, (input) => isSound(read, input)),
      { numRuns: 1_000_000_000, interruptAfterTimeLimit: each, markInterruptAsFailure: false },
    );
    if (result.failed) {
      const input = Buffer.from(result.counterexample?.[0] ?? []);
      if (process.env['PKIUTILS_FUZZ'] !== undefined) {
        mkdirSync(corpus, { recursive: true });
        writeFileSync(join(corpus, `${reader.replace(/\W+/g, '-')}-${result.seed}`), input);
      }
      t.fail(`${String(result.errorInstance)} on ${input.toString('hex')}`);
      return;
    }
    t.pass(`${result.numRuns} inputs`);
  });
}
