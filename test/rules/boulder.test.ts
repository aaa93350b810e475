import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { Tag } from '../../src/der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import { profiles } from '../../src/rules/profile.js';
import { type Ask, judged, named, subjectOf } from '../support/judged.js';
import {
  algorithmIdentifier,
  attribute,
  dns,
  ecKey,
  email,
  extension,
  ip,
  keyUsage,
  newEcKey,
  nodeKey,
  otherName,
  primeFrom,
  purposes,
  randomPrime,
  requestAttribute,
  rsaKey,
  rsaNumbers,
  uri,
  utf8,
} from '../support/request-builder.js';

// The answers of boulder to a request: csr/csr.go, goodkey/good_key.go, policy/pa.go and ra/ra.go, and crypto/x509, which reads
// requests for it. Where the profile letsencrypt has an error boulder refuses, and nowhere else.

const EXTENSIONS = '1.2.840.113549.1.9.14';
const MICROSOFT_EXTENSIONS = '1.3.6.1.4.1.311.2.1.14';

const caTrue = extension('2.5.29.19', sequence(element(Tag.boolean, Buffer.of(0xff))), true);
const mustStaple = extension('1.3.6.1.5.5.7.1.24', sequence(integer(5)));
const p = randomPrime(1024);
const label = (length: number) => 'a'.repeat(length);
const longName = `${label(60)}.${label(10)}.hu`;
const ed25519 = nodeKey(generateKeyPairSync('ed25519').privateKey, algorithmIdentifier('1.3.101.112'), null);
const point = Buffer.from(ecKey.spki).subarray(-65);
const compressed = {
  ...ecKey,
  spki: sequence(
    sequence(objectIdentifier('1.2.840.10045.2.1'), objectIdentifier('1.2.840.10045.3.1.7')),
    bitString(Buffer.concat([Buffer.of(2 + ((point[64] ?? 0) & 1)), point.subarray(1, 33)])),
  ),
};
const san = (...names: readonly Uint8Array[]) => extension('2.5.29.17', sequence(...names));
const many = (count: number) => named(...Array.from({ length: count }, (_, i) => `a${i}.valami.hu`));
const user = otherName('1.3.6.1.4.1.311.20.2.3', utf8('user'));

const taken: Readonly<Record<string, Ask>> = {
  'a P-256 key': {},
  'a P-384 key': { key: newEcKey('P-384') },
  'a modulus that is a square': { key: rsaKey(rsaNumbers([p, p])) },
  "primes that Fermat's method finds in some 500 rounds": {
    key: rsaKey(rsaNumbers([p, primeFrom(p + (1n << 518n))])),
  },
  'a hundred names': many(100),
  'a common name and no other': { names: undefined },
  'an organization, a unit and an e-mail address': {
    subject: subjectOf(['C', 'HU'], ['O', 'Some-State'], ['OU', 'IT'], ['CN', 'mail.valami.hu'], ['E', 'a@valami.hu']),
  },
  'a country of no code, in a string of the wrong type': { subject: subjectOf(['C', 'Hungary'], ['L', '']) },
  'an ampersand in a PrintableString': { subject: subjectOf(['O', 'a&b', Tag.printableString]) },
  'a common name of 73 letters that is a name too': { subject: subjectOf(['CN', longName]), names: [dns(longName)] },
  'several common names, the last of them a host': { subject: subjectOf(['CN', '8.8.8.8'], ['CN', 'mail.valami.hu']) },
  'CA:TRUE, usages and purposes': { extensions: [caTrue, keyUsage(5, 6), purposes(3)] },
  'an extension it does not read, in ruins': { extensions: [extension('2.5.29.37', integer(1))] },
  'an unknown critical extension': { extensions: [extension('1.2.3.4', integer(1), true)] },
  'an otherName beside a host': { names: [dns('mail.valami.hu'), user] },
  'an otherName and a common name': { names: [user] },
  'a public address': { subject: [], names: [ip(8, 8, 8, 8)] },
  'a wildcard before ten labels': named(`*.${'a.'.repeat(8)}valami.hu`),
  'a name of capitals': named('MAIL.Valami.HU'),
  'the name of a customer domain': named('github.io', '*.github.io'),
  'Punycode of what IDNA forbids': named('xn--a.valami.hu'),
  'a name twice': named('valami.hu', 'valami.hu'),
  'version 1': { version: integer(1) },
  'an unknown attribute, and a challenge password': {
    attributes: [
      requestAttribute('1.2.3.4', utf8('x')),
      requestAttribute('1.2.840.113549.1.9.7', utf8('secret')),
      requestAttribute('1.2.840.113549.1.9.7', utf8('twice')),
    ],
  },
  'names in the attribute of old Windows versions, and a common name': {
    names: undefined,
    attributes: [requestAttribute(MICROSOFT_EXTENSIONS, sequence(san(dns('other.valami.hu'))))],
  },
  'the attribute of old Windows versions beside the usual one': {
    attributes: [requestAttribute(MICROSOFT_EXTENSIONS, sequence(san(dns('other.valami.hu'))))],
  },
  'the attribute of old Windows versions, in ruins': {
    attributes: [requestAttribute(MICROSOFT_EXTENSIONS, integer(1))],
  },
  'a second list of extensions in one attribute': {
    names: undefined,
    attributes: [
      requestAttribute(EXTENSIONS, sequence(san(dns('mail.valami.hu'))), sequence(san(dns('other.valami.hu')))),
    ],
  },
  'an empty relative name': {
    subject: sequence(element(Tag.set), element(Tag.set, attribute('2.5.4.3', 'mail.valami.hu'))),
  },
  'extensions in two attributes': {
    attributes: [requestAttribute('1.2.840.113549.1.9.14', sequence(purposes(1)))],
  },
};

const refused: Readonly<Record<string, Ask>> = {
  'names in the attribute of old Windows versions alone': {
    subject: [],
    names: undefined,
    attributes: [requestAttribute(MICROSOFT_EXTENSIONS, sequence(san(dns('other.valami.hu'))))],
  },
  'extensions that are no list': { names: undefined, attributes: [requestAttribute(EXTENSIONS, integer(1))] },
  'a P-521 key': { key: newEcKey('P-521') },
  'a key on secp256k1': { key: newEcKey('secp256k1') },
  'an Ed25519 key': { key: ed25519 },
  'a compressed point': { key: compressed },
  'an RSA key of 2056 bits': { key: rsaKey(rsaNumbers([randomPrime(1028), randomPrime(1028)])) },
  'an RSA key of 1024 bits': { key: rsaKey(rsaNumbers([randomPrime(512), randomPrime(512)])) },
  'the exponent 3': { key: rsaKey(rsaNumbers([randomPrime(1024, 3n), randomPrime(1024, 3n)], 3n)) },
  'a factor below 752': { key: rsaKey(rsaNumbers([751n, randomPrime(2038)])) },
  'close primes': { key: rsaKey(rsaNumbers([p, primeFrom(p + (1n << 512n))])) },
  'a bad signature': {
    finish: (der) => Buffer.concat([der.subarray(0, -1), Buffer.of((der.at(-1) ?? 0) ^ 1)]),
  },
  'an e-mail address among the names': { names: [dns('mail.valami.hu'), email('info@valami.hu')] },
  'a URI among the names': { names: [dns('mail.valami.hu'), uri('https://valami.hu/')] },
  'an address as common name': { subject: subjectOf(['CN', '8.8.8.8']), names: [ip(8, 8, 8, 8)] },
  'no name at all': { subject: [], names: undefined },
  'nothing but an otherName': { subject: [], names: [user] },
  'a hundred and one names': many(101),
  'a hundred names and another common name': { ...many(100), subject: subjectOf(['CN', 'b.valami.hu']) },
  'must-staple': { extensions: [mustStaple] },
  'a common name that is no host': { subject: subjectOf(['CN', 'Valami Kft']) },
  'a long common name that is no host': { subject: subjectOf(['CN', `Valami ${label(70)}`]) },
  'a name of eleven labels': named(`${'a.'.repeat(9)}valami.hu`),
  'a single label': named('mailserver'),
  'an underscore': named('a_b.valami.hu'),
  'a trailing dot': named('valami.hu.'),
  'an empty label': named('mail..valami.hu'),
  'a label of 64 letters': named(`${label(64)}.hu`),
  'a hyphen at the end': named('mail-.valami.hu'),
  'two wildcards': named('*.*.valami.hu'),
  'a wildcard inside': named('mail.*.valami.hu'),
  'a wildcard before a suffix': named('*.co.uk'),
  'a suffix': named('co.uk'),
  'an unknown top-level domain': named('mail.valamilyen'),
  'an internal name': named('mail.local'),
  'an onion name': named('expyuzz4wqqyqhjn.onion'),
  'Punycode that cannot be decoded': named('xn--0.valami.hu'),
  'Punycode of a name not in NFC': named('xn--u-ccb.valami.hu'),
  'a reserved label': named('ab--c.valami.hu'),
  'an address as DNS name': named('8.8.8.8'),
  'a private address': { subject: [], names: [ip(10, 0, 0, 1)] },
  'an address of five bytes': { names: [dns('mail.valami.hu'), ip(8, 8, 8, 8, 8)] },
  'an extension twice': { extensions: [purposes(1), purposes(1)] },
  'names twice, in two attributes': {
    attributes: [requestAttribute('1.2.840.113549.1.9.14', sequence(san(dns('valami.hu'))))],
  },
  'names that cannot be read': { names: undefined, extensions: [extension('2.5.29.17', octetString(Buffer.of(1)))] },
  'a byte behind the request': { finish: (der) => Buffer.concat([der, Buffer.of(0)]) },
  'no field of attributes': { hasAttributes: false },
  'a string that is not UTF-8': { subject: subjectOf(['O', String.fromCharCode(0xe9), Tag.ia5String]) },
};

t.test('boulder takes it, and so does letsencrypt', async (t) => {
  for (const [what, ask] of Object.entries(taken)) {
    const errors = (await judged(ask, profiles.letsencrypt)).findings.filter(({ severity }) => severity === 'error');
    t.same(errors, [], what);
  }
  t.end();
});

t.test('boulder refuses it, and so does letsencrypt', async (t) => {
  for (const [what, ask] of Object.entries(refused)) {
    t.equal((await judged(ask, profiles.letsencrypt)).verdict, 'refuse', what);
  }
  t.end();
});
