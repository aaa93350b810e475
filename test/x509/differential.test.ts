import process from 'node:process';
import { rootCertificates } from 'node:tls';
import { fromBER } from 'asn1js';
import * as pkijs from 'pkijs';
import t from 'tap';
import { isPkiError } from '../../src/errors.js';
import { readCertificate } from '../../src/show/reading.js';
import { Certificate } from '../../src/x509/certificate.js';
import { dnsNames, extension, forgeCertificate } from '../support/forge.js';
import { randomNumbers } from '../support/random.js';
import { isWhole } from '../support/whole.js';

/**
 * Damaged certificates before two readers: ours and PKI.js over asn1js. They must agree on what can be read, but for the
 * differences listed below, and neither may crash or hang.
 */
const rounds = Number(process.env['PKIUTILS_FUZZ'] ?? (isWhole ? 100_000 : 10_000));
const seed = Number(process.env['PKIUTILS_FUZZ_SEED'] ?? 20_260_315);

/** The complaint of a reader: undefined when it can read it. */
type Refusal = string | undefined;

function ours(der: Uint8Array): Refusal {
  try {
    const certificate = new Certificate(der);
    for (const { type, value } of readCertificate(certificate, []).extensions.all) {
      if (value !== undefined) type?.lines(value, (oid) => oid);
    }
    return undefined;
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}

function theirs(der: Uint8Array): Refusal {
  try {
    const { offset, result } = fromBER(der);
    if (offset === -1) return `asn1js: ${result.error}`;
    new pkijs.Certificate({ schema: result });
    return undefined;
  } catch (error) {
    return `PKI.js: ${error instanceof Error ? error.message : error}`;
  }
}

/** Where we refuse what PKI.js takes. OpenSSL is as strict as we are in all of these but the lengths. */
const weRefuse: Readonly<Record<string, RegExp>> = {
  'asn1js lets an element run over the end of the one it is in':
    /ends \d+ bytes? early|is missing|ends inside|has no length/,
  'and goes on behind it, in the wrong place': /expected .*, found/,
  'PKI.js passes over fields behind those it knows': /^unexpected/,
  'asn1js takes an arc with a leading zero': /padded arc/,
  'lengths longer than needed are BER': /length longer than needed|\d-byte length|indefinite length/,
};

/** Where we take what PKI.js refuses: it is shown as it is, with a warning where it matters. */
const theyRefuse: Readonly<Record<string, RegExp>> = {
  'values we show without looking into them': /Unused bits|UniversalString|Too big integer|B[Mm][Pp]String|reserved/,
  'a SEQUENCE or SET marked primitive is a value as any other':
    /Maximum ASN\.1|End of input|Constructed encoding|Zero buffer|Length block|Indefinite length/,
  'what the schema of PKI.js says of optional fields': /schema was not verified/,
};

const listed = (classes: Readonly<Record<string, RegExp>>, message: string): string | undefined =>
  Object.entries(classes).find(([, pattern]) => pattern.test(message))?.[0];

const interesting = [0x00, 0x01, 0x02, 0x1f, 0x30, 0x7f, 0x80, 0x84, 0xff];

function mutated(original: Buffer, random: (below: number) => number): Buffer {
  let der = Buffer.from(original);
  for (let i = random(2); i >= 0; i--) {
    const at = random(der.length);
    const kind = random(5);
    if (kind === 0) der[at] = (der[at] as number) ^ (1 << random(8));
    else if (kind === 1) der[at] = random(256);
    else if (kind === 2) der[at] = interesting[random(interesting.length)] as number;
    else if (kind === 3) der = Buffer.concat([der.subarray(0, at), der.subarray(at + 1 + random(3))]);
    else der = Buffer.concat([der.subarray(0, at), Buffer.of(random(256)), der.subarray(at)]);
  }
  return der;
}

const originals = [
  forgeCertificate({
    extensions: [
      extension('2.5.29.17', dnsNames('a.hu')),
      extension('2.5.29.15', Buffer.from('03020780', 'hex'), Buffer.from('0101ff', 'hex')),
      extension('2.5.29.19', Buffer.from('30030101ff', 'hex')),
    ],
  }),
  ...rootCertificates.slice(0, 40).map((pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')),
];

t.test(`${rounds} damaged certificates, seed ${seed}`, async (t) => {
  const random = randomNumbers(seed);
  const unlisted: string[] = [];
  const met = new Set<string>();
  let agreed = 0;
  let slowest = 0;
  for (let i = 0; i < rounds; i++) {
    // Small ones show as much in a third of the time; every sixteenth is a root that is trusted.
    const der = mutated(originals[i % 16 === 0 ? random(originals.length) : 0] as Buffer, random);
    const start = performance.now();
    const our = ours(der);
    slowest = Math.max(slowest, performance.now() - start);
    const their = theirs(der);
    if ((our === undefined) === (their === undefined)) {
      agreed++;
      continue;
    }
    const difference = our === undefined ? listed(theyRefuse, their as string) : listed(weRefuse, our);
    if (difference === undefined) unlisted.push(`${our ?? their}: ${der.toString('hex')}`);
    else met.add(difference);
  }
  t.strictSame(unlisted.slice(0, 5), [], 'every difference is a listed one');
  if (rounds >= 100_000) {
    const all = [...Object.keys(weRefuse), ...Object.keys(theyRefuse)];
    t.strictSame(
      all.filter((each) => !met.has(each)),
      [],
      'every listed difference is met',
    );
  }
  t.ok(agreed > rounds * 0.9, `agreed on ${agreed}`);
  t.ok(slowest < 1000, `the slowest took ${slowest.toFixed(1)} ms`);
});
