import { Tag } from '../../../src/der/tag.js';
import { element, sequence } from '../../../src/der/writer.js';
import { encodeName } from '../../../src/make/name.js';
import { publicSuffixOf } from '../../../src/names/public-suffix.js';
import { sha3 } from '../../../src/rules/dns-name.js';
import { ExaminedRequest } from '../../../src/rules/examined-request.js';
import { judge } from '../../../src/rules/judge.js';
import { profiles } from '../../../src/rules/profile.js';
import { CertificateStore } from '../../../src/trust/certificate-store.js';
import { CertificatePool } from '../../../src/trust/chain.js';
import { PathVerifier } from '../../../src/trust/verify.js';
import { Certificate } from '../../../src/x509/certificate.js';
import { CertificationRequest } from '../../../src/x509/request.js';
import { commonName, extension, type Forgery, forgeCertificate } from '../forge.js';
import { askFor, attribute, many, rdn, requestOf } from './objects.js';
import { repeat, type Shape, shape } from './shape.js';
import { hosts } from './texts.js';

const now = new Date('2026-11-25');
const criteria = {
  profile: profiles.webpki,
  now,
  oracle: { suffixOf: publicSuffixOf, sha3 },
  blocklist: { size: 0, hasModulus: () => false, hasPoint: () => false },
};
const judged = (input: Uint8Array) =>
  judge(new ExaminedRequest(new CertificationRequest(input), criteria, { pemOddities: [] }));

const asCa = extension('2.5.29.19', sequence(element(Tag.boolean, Buffer.of(0xff))));
const certificates = (size: number, forgery: (i: number) => Forgery): Certificate[] =>
  Array.from({ length: Math.ceil(size / 300) }, (_, i) => {
    const serial = Buffer.of(1, i >> 16, i >> 8, i);
    return new Certificate(forgeCertificate({ serial, extensions: [asCa], ...forgery(i) }));
  });
const ofOneName = (size: number) => certificates(size, () => ({ subject: commonName('a'), issuer: commonName('a') }));

/** All that may have issued each of some certificates, and the chain of the first. */
function chains(input: readonly Certificate[]): unknown {
  const pool = new CertificatePool(input);
  for (const each of input) pool.issuersOf(each);
  const [first] = input;
  return first && pool.chainOf(first, now);
}

/** The verdict on the first of some certificates, the others being at hand. */
function verify([first, ...others]: readonly Certificate[]): unknown {
  const store = new CertificateStore();
  for (const each of others) store.addRead(each);
  const names = { names: [], depth: undefined, policies: [], revocation: undefined, isRegistrySuffix: () => false };
  const verifier = new PathVerifier({ at: now.getTime(), profile: 'rfc5280', purpose: 'any', ...names });
  return first && verifier.verify(store.addRead(first), store);
}

/** What is asked about many names or certificates at once. */
export const judgements: readonly Shape[] = [
  shape('rules: wildcards', (size) => askFor(hosts(size, '*.x#.hu')), judged),
  shape('rules: names beside a wildcard', (size) => askFor(hosts(size, 'x#.a.hu').concat('*.a.hu')), judged),
  shape('rules: names that are none', (size) => askFor(hosts(size, 'x_#.\xe1hu')), judged),
  shape('rules: one name over and over', (size) => askFor(Array(Math.ceil(size / 6)).fill('a.hu')), judged),
  shape('rules: a long common name', (size) => requestOf(commonName(repeat('a ')(size))), judged),
  shape('rules: labels in the common name', (size) => requestOf(commonName(repeat('a.')(size))), judged),
  shape(
    'rules: one relative name of many',
    (size) => requestOf(sequence(element(Tag.set, many(size, attribute)))),
    judged,
  ),
  shape('rules: relative names', (size) => requestOf(sequence(many(size, rdn))), judged),
  shape(
    'chains: certificates of different names',
    (size) => certificates(size, (i) => ({ subject: commonName(`${i}`), issuer: commonName(`${i + 1}`) })),
    chains,
  ),
  shape(
    'chains: issuers that are missing',
    (size) => certificates(size, (i) => ({ subject: commonName(`${i}`), issuer: commonName(`x${i}`) })),
    chains,
  ),
  shape('chains: CAs of one name', ofOneName, chains),
  shape('paths: CAs of one name', ofOneName, verify),
  shape(
    'make: relative names',
    (size) => hosts(size, 'a#'),
    (values) => encodeName(values.map((value) => [{ oid: '2.5.4.3', value }])),
  ),
];
