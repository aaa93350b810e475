import crypto, { generateKeyPairSync } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import t from 'tap';
import { Tag } from '../../src/der/tag.js';
import { element, integer, sequence } from '../../src/der/writer.js';
import { CertificatePool } from '../../src/trust/chain.js';
import { Certificate } from '../../src/x509/certificate.js';
import { commonName, extension, forgeCertificate } from '../support/forge.js';

// A pile of certificates among which every pair is a question costs work in proportion to its size: counted are the
// signatures that are verified and the names that are looked at, whatever time they take.

let verified = 0;
const { verify } = crypto;
crypto.verify = ((...args: Parameters<typeof verify>) => {
  verified++;
  return verify(...args);
}) as typeof verify;
syncBuiltinESMExports();

const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
const oneKey = newKey();
const isCa = extension(
  '2.5.29.19',
  sequence(element(Tag.boolean, Buffer.of(0xff))),
  element(Tag.boolean, Buffer.of(0xff)),
);
const signature = element(Tag.bitString, Buffer.of(0), sequence(integer(1), integer(1)));

interface Named {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: Uint8Array;
}

/** CAs without an issuer, told apart by their serial numbers. */
function pile(size: number, each: (i: number) => Named): Certificate[] {
  return Array.from({ length: size }, (_, i) => {
    const { subject, issuer, publicKey } = each(i);
    const names = { subject: commonName(subject), issuer: commonName(issuer) };
    const serial = Buffer.of(1, i >> 8, i);
    return new Certificate(forgeCertificate({ ...names, serial, publicKey, extensions: [isCa], signature }));
  });
}

const piles: Readonly<Record<string, (size: number) => Certificate[]>> = {
  'of one name, a key each': (size) => pile(size, () => ({ subject: 'CA', issuer: 'CA', publicKey: newKey() })),
  'of one name and one key': (size) => pile(size, () => ({ subject: 'CA', issuer: 'CA', publicKey: oneKey })),
  'of one name, issued under another': (size) =>
    pile(size, (i) => ({ subject: i % 2 === 0 ? 'a' : 'b', issuer: i % 2 === 0 ? 'b' : 'a', publicKey: newKey() })),
  'whose issuers are missing': (size) =>
    pile(size, (i) => ({ subject: `${i}`, issuer: `issuer ${i}`, publicKey: oneKey })),
};

const now = new Date('2026-11-25T00:00:00Z');

/** Everything that is asked of a pile. */
function ask(certificates: readonly Certificate[]): void {
  const pool = new CertificatePool(certificates);
  for (const each of certificates) pool.issuersOf(each);
  for (const each of certificates.slice(0, 3)) pool.chainOf(each, now);
}

/** The work that takes: signatures verified, and looks at names. */
function workOf(certificates: readonly Certificate[]) {
  let looks = 0;
  for (const certificate of certificates) {
    const { subject } = certificate;
    Object.defineProperty(certificate, 'subject', {
      get: () => {
        looks++;
        return subject;
      },
    });
  }
  verified = 0;
  ask(certificates);
  return { verified, looks };
}

const SIZE = 200;

for (const [what, make] of Object.entries(piles)) {
  t.test(`CAs ${what}`, async (t) => {
    const { verified, looks } = workOf(make(SIZE));
    // Every pair would be 40,000.
    t.ok(verified <= 2000 + 10 * SIZE, `${verified} signatures for ${SIZE} certificates`);
    t.ok(looks <= 20 * SIZE, `${looks} looks at ${SIZE} names`);
  });
}

t.test('the counters count', async (t) => {
  const { verified, looks } = workOf(piles['of one name, a key each']?.(10) ?? []);
  t.ok(verified >= 100, `${verified} signatures for 10 certificates, each of which may have issued each`);
  t.ok(looks >= 10, `${looks} looks`);
});
