import { constants, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { readBlocklist } from '../../src/commands/csr-check/blocklist.js';
import { readElement } from '../../src/der/reader.js';
import { Tag } from '../../src/der/tag.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';
import { publicSuffixOf } from '../../src/names/public-suffix.js';
import { sha3 } from '../../src/rules/dns-name.js';
import { ExaminedRequest } from '../../src/rules/examined-request.js';
import { ruleIds } from '../../src/rules/judge.js';
import { type Profile, profiles } from '../../src/rules/profile.js';
import { Certificate } from '../../src/x509/certificate.js';
import { PublicKey } from '../../src/x509/public-key.js';
import { type Ask, judged, named, subjectOf } from '../support/judged.js';
import { requestIn } from '../support/read-request.js';
import {
  algorithmIdentifier,
  altNames,
  attribute,
  buildCertificate,
  buildRequest,
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
  primesOfProduct,
  purposes,
  randomPrime,
  requestAttribute,
  rsaKey,
  rsaNumbers,
  rsaSpki,
  SHA256_WITH_RSA,
  type TestKey,
  uri,
  utf8,
} from '../support/request-builder.js';
import { fixture } from '../support/session.js';

const MICROSOFT_EXTENSIONS = '1.3.6.1.4.1.311.2.1.14';

/** Every rule with a request that breaks it and nothing else, and one at its edge that does not. */
interface Case {
  readonly profile?: Partial<Profile> & Pick<Profile, 'base'>;
  readonly breaks: Ask;
  readonly passes: Ask;
  /** Rules that cannot but find something too. */
  readonly also?: readonly string[];
}

const { letsencrypt, netlock, internal } = profiles;

// Numbers and keys that several cases share.
const plainKey = createPrivateKey({
  key: readFileSync(fixture('debian-weak-keys/le64/2048/2048_100_noreadrnd_le64.key')),
  format: 'der',
  type: 'pkcs1',
});
const weakKey = nodeKey(plainKey, algorithmIdentifier(SHA256_WITH_RSA, nullValue()));
const p = randomPrime(1024);
const q = randomPrime(1024);
const rsa = rsaKey(rsaNumbers([p, q]));
const hex = (bytes: number) => BigInt(`0x${randomBytes(bytes).toString('hex')}`);

const random = (digits: number) =>
  randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);

/** An RSA key whose modulus begins with these hex digits. */
function rsaWithDigits(digits: string): TestKey {
  const target = BigInt(`0x${digits}${random(512 - digits.length)}`);
  return rsaKey(rsaNumbers([p, primeFrom(target / p + 1n)]));
}

/** An RSA key of 2048 bits with this exponent. */
function withExponent(e: bigint): TestKey {
  for (;;) {
    const numbers = rsaNumbers([randomPrime(1024, e), randomPrime(1024, e)], e);
    if (numbers.n >> 2047n === 1n) return rsaKey(numbers);
  }
}

/** A prime as the chips of CVE-2017-15361 made them: k·M + 65537^a mod M, M the product of the first 126 primes. */
function rocaPrime(): bigint {
  const product = primorial(126);
  for (;;) {
    let residue = 1n;
    for (let a = hex(2) % 4096n; a > 0n; a--) residue = (residue * 65537n) % product;
    const lowest = (3n << 1022n) / product;
    const start = (lowest + (hex(8) % (lowest / 4n))) * product + residue;
    const candidate = primeFrom(start, product);
    if (candidate < 1n << 1024n) return candidate;
  }
}

function primorial(count: number): bigint {
  let product = 1n;
  let prime = 1n;
  for (let i = 0; i < count; i++) {
    prime = primeFrom(prime + 1n, 1n);
    product *= prime;
  }
  return product;
}

const CN = ['CN', 'mail.valami.hu'] as const;
const organization = [['C', 'HU'], ['L', 'Budapest'], ['O', 'Valami'], CN] as const;

const labels = (count: number, last: string) => `${'a.'.repeat(count - last.split('.').length)}${last}`;
const long = (length: number) => {
  const tail = '.valami.hu';
  const filler = `${'a'.repeat(59)}.`.repeat(4);
  return filler + 'b'.repeat(length - tail.length - filler.length) + tail;
};
const onion = (() => {
  const key = randomBytes(32);
  const checksum = sha3(Buffer.concat([Buffer.from('.onion checksum'), key, Buffer.of(3)])).subarray(0, 2);
  let bits = '';
  for (const octet of Buffer.concat([key, checksum, Buffer.of(3)])) bits += octet.toString(2).padStart(8, '0');
  return `${bits
    .match(/.{5}/g)
    ?.map((each) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(each, 2)])
    .join('')}.onion`;
})();

const ed = (type: 'ed25519' | 'ed448'): TestKey => {
  const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
  return nodeKey(privateKey, algorithmIdentifier(type === 'ed25519' ? '1.3.101.112' : '1.3.101.113'), null);
};

/** The key of plain octets without its last. */
const short = (key: TestKey): TestKey => {
  const { algorithm, subjectPublicKey } = new PublicKey(readElement(key.spki));
  return { ...key, spki: sequence(algorithmIdentifier(algorithm.oid), bitString(subjectPublicKey.subarray(0, -1))) };
};

/** RSASSA-PSS-params (RFC 4055 3.1). */
const pss = (hash: number, mask: number, salt: number) => {
  const hashAlgorithm = (last: number) => algorithmIdentifier(`2.16.840.1.101.3.4.2.${last}`, nullValue());
  return algorithmIdentifier(
    '1.2.840.113549.1.1.10',
    sequence(
      element(0xa0, hashAlgorithm(hash)),
      element(0xa1, algorithmIdentifier('1.2.840.113549.1.1.8', hashAlgorithm(mask))),
      element(0xa2, integer(salt)),
    ),
  );
};

/** An RSA key that signs with PSS, one hash for message and mask. */
function pssKey(hash: string, saltLength: number, algorithm: Uint8Array): TestKey {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return { ...weakKey, algorithm, sign: (info) => sign(hash, info, { key: plainKey, padding, saltLength }) };
}

/** A key bound to PSS. */
function boundKey(hashAlgorithm: string, mgf1HashAlgorithm: string, algorithm: Uint8Array): TestKey {
  const options = { modulusLength: 2048, hashAlgorithm, mgf1HashAlgorithm };
  return nodeKey(generateKeyPairSync('rsa-pss', options).privateKey, algorithm, hashAlgorithm);
}

/** The same with a public key that says rsaEncryption. */
function unboundKey(key: TestKey): TestKey {
  const numbers = new PublicKey(readElement(key.spki)).rsa;
  const toNumber = (part: Uint8Array | undefined) => BigInt(`0x${Buffer.from(part ?? []).toString('hex')}`);
  return { ...key, spki: rsaSpki({ n: toNumber(numbers?.modulus), e: toNumber(numbers?.exponent) }) };
}

const dsaKey = (): TestKey => {
  const { privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  return nodeKey(privateKey, algorithmIdentifier('2.16.840.1.101.3.4.3.2'));
};

/** The P-256 key with another point. */
const withPoint = (point: Uint8Array): TestKey => ({
  ...ecKey,
  spki: sequence(
    sequence(objectIdentifier('1.2.840.10045.2.1'), objectIdentifier('1.2.840.10045.3.1.7')),
    bitString(point),
  ),
});
const point = Buffer.from(ecKey.spki).subarray(-65);
const bent = Buffer.from(point);
bent[64] = (bent[64] ?? 0) ^ 1;
const compressed = Buffer.concat([Buffer.of(2 + ((point[64] ?? 0) & 1)), point.subarray(1, 33)]);

const flip = (der: Buffer): Buffer => {
  const changed = Buffer.from(der);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
};

const certificate = new Certificate(
  buildCertificate({ subject: subjectOf(CN), names: [dns('mail.valami.hu')], key: newEcKey('P-256') }),
);
const sameKey = new Certificate(buildCertificate({ subject: subjectOf(CN), names: [dns('mail.valami.hu')] }));

const userName = otherName('1.3.6.1.4.1.311.20.2.3', utf8('user'));
const mustStaple = extension('1.3.6.1.5.5.7.1.24', sequence(integer(5)));
const caTrue = extension('2.5.29.19', sequence(element(Tag.boolean, Buffer.of(0xff))), true);
/** Basic constraints that are critical in these words. */
const flagged = (critical: number) =>
  sequence(objectIdentifier('2.5.29.19'), element(Tag.boolean, Buffer.of(critical)), octetString(sequence()));
const caFalse = extension('2.5.29.19', sequence(), true);

const cases: Readonly<Record<string, Case>> = {
  // Encoding
  e_der: { breaks: { extensions: [flagged(1)] }, passes: { extensions: [flagged(0xff)] } },
  e_structure: {
    breaks: { names: undefined, extensions: [extension('2.5.29.17', integer(1))] },
    passes: { names: undefined, extensions: [extension('2.5.29.17', sequence(dns('mail.valami.hu')))] },
  },
  e_extension_value: {
    breaks: { extensions: [extension('2.5.29.31', element(Tag.null))] },
    passes: { extensions: [purposes(1)] },
  },
  e_attributes_missing: {
    breaks: { names: undefined, hasAttributes: false },
    passes: { names: undefined, hasAttributes: true },
    also: ['e_san_missing'],
  },
  e_trailing_data: {
    breaks: { finish: (der) => Buffer.concat([der, Buffer.of(0)]) },
    passes: {},
  },
  e_version: { breaks: { version: integer(1) }, passes: { version: integer(0) } },
  e_attribute_duplicate: {
    breaks: { attributes: [requestAttribute('1.2.840.113549.1.9.14', sequence(purposes(1)))] },
    passes: { attributes: [requestAttribute('1.2.840.113549.1.9.2', utf8('name'))] },
  },
  e_extension_duplicate: {
    breaks: { extensions: [purposes(1), purposes(1)] },
    passes: { extensions: [purposes(1), caFalse] },
  },
  e_extension_places: {
    breaks: { attributes: [requestAttribute(MICROSOFT_EXTENSIONS, sequence(purposes(1)))] },
    passes: {
      names: undefined,
      attributes: [requestAttribute(MICROSOFT_EXTENSIONS, sequence(altNames(dns('mail.valami.hu'))))],
    },
    also: ['n_microsoft_attributes'],
  },
  w_extension_content: {
    breaks: { extensions: [extension('2.5.29.19', sequence(integer(0)))] },
    passes: { extensions: [caFalse] },
  },
  e_rdn_set: {
    breaks: { subject: sequence(element(Tag.set), element(Tag.set, attribute('2.5.4.3', 'mail.valami.hu'))) },
    passes: { subject: sequence(element(Tag.set, attribute('2.5.4.3', 'mail.valami.hu'))) },
  },
  w_string_replaced: {
    breaks: { subject: subjectOf(['O', 'Val\ufffdmi'], ...organization.slice(0, 2), CN) },
    passes: { subject: subjectOf(['O', 'Val\u00e1mi'], ...organization.slice(0, 2), CN) },
  },
  n_attribute_unknown: {
    breaks: { attributes: [requestAttribute('1.2.3.4', utf8('x'))] },
    passes: { attributes: [requestAttribute('1.2.840.113549.1.9.8', utf8('x'))] },
  },
  n_challenge_password: {
    breaks: { attributes: [requestAttribute('1.2.840.113549.1.9.7', utf8('secret'))] },
    passes: {},
  },
  n_microsoft_attributes: {
    breaks: { attributes: [requestAttribute('1.3.6.1.4.1.311.13.2.3', element(Tag.ia5String, Buffer.from('10.0')))] },
    passes: {},
  },
  e_string_type: {
    breaks: { subject: subjectOf(['C', 'HU', Tag.utf8String], CN) },
    passes: { subject: subjectOf(['C', 'HU', Tag.printableString], CN) },
  },
  e_string_characters: {
    breaks: { subject: subjectOf(['O', 'a@b', Tag.printableString], ...organization.slice(0, 2), CN) },
    passes: { subject: subjectOf(['O', "a'b?", Tag.printableString], ...organization.slice(0, 2), CN) },
  },
  e_string_tolerated: {
    breaks: { subject: subjectOf(['O', 'a&b', Tag.printableString], ...organization.slice(0, 2), CN) },
    passes: { subject: subjectOf(['O', 'a+b', Tag.printableString], ...organization.slice(0, 2), CN) },
  },
  w_string_discouraged: {
    breaks: { subject: subjectOf(['L', 'Budapest', Tag.teletexString], CN) },
    passes: { subject: subjectOf(['L', 'Budapest', Tag.printableString], CN) },
  },
  n_pem: { breaks: { pem: ['the label is NEW CERTIFICATE REQUEST'] }, passes: { pem: [] } },

  // Signature
  e_signature_algorithm_fit: { breaks: { key: rsa, algorithm: ecKey.algorithm }, passes: { key: rsa } },
  e_signature: { breaks: { key: rsa, finish: flip }, passes: { key: rsa } },
  e_signature_unchecked: { breaks: { key: rsa, algorithm: algorithmIdentifier('1.2.3.4') }, passes: { key: rsa } },
  e_signature_hash: {
    breaks: {
      key: nodeKey(plainKey, algorithmIdentifier('1.2.840.113549.1.1.5', nullValue()), 'sha1'),
    },
    passes: { key: weakKey },
  },
  n_signature_hash_unusual: {
    breaks: {
      key: nodeKey(plainKey, algorithmIdentifier('1.2.840.113549.1.1.14', nullValue()), 'sha224'),
    },
    passes: { key: weakKey },
  },
  e_signature_pss: {
    breaks: { key: unboundKey(boundKey('sha256', 'sha384', pss(1, 2, 32))) },
    passes: { key: pssKey('sha384', 48, pss(2, 2, 48)) },
  },
  w_signature_pss_salt: {
    breaks: { key: pssKey('sha256', 20, pss(1, 1, 20)) },
    passes: { key: pssKey('sha256', 32, pss(1, 1, 32)) },
  },
  e_signature_parameters: {
    breaks: { key: { ...rsa, algorithm: algorithmIdentifier(SHA256_WITH_RSA) } },
    passes: { key: rsa },
  },
  e_signature_algorithm: {
    profile: letsencrypt,
    breaks: { key: pssKey('sha256', 32, pss(1, 1, 32)) },
    passes: { key: rsa },
  },

  // Key
  e_key_algorithm: { breaks: { key: dsaKey() }, passes: { key: rsa } },
  e_key_eddsa: { breaks: { key: ed('ed25519') }, passes: { key: ecKey } },
  e_key_rsa_pss: { breaks: { key: boundKey('sha256', 'sha256', pss(1, 1, 32)) }, passes: { key: rsa } },
  e_rsa_parameters: {
    breaks: {
      key: rsaKey(rsaNumbers([p, q]), rsaSpki(rsaNumbers([p, q]), algorithmIdentifier('1.2.840.113549.1.1.1'))),
    },
    passes: { key: rsa },
  },
  e_rsa_size: {
    breaks: { key: rsaKey(rsaNumbers([randomPrime(1020), randomPrime(1020)])) },
    passes: { key: rsaKey(rsaNumbers([p, q])) },
  },
  e_rsa_size_multiple: {
    breaks: { key: rsaKey(rsaNumbers([randomPrime(1026), randomPrime(1026)])) },
    passes: { key: rsaKey(rsaNumbers([randomPrime(1028), randomPrime(1028)])) },
  },
  w_rsa_size_large: {
    breaks: { key: rsaKey(rsaNumbers(primesOfProduct(8200))) },
    passes: { key: rsaKey(rsaNumbers(primesOfProduct(8192))) },
  },
  e_rsa_exponent: {
    breaks: { key: rsaKey({ ...rsaNumbers([p, q]), e: 65536n }) },
    passes: { key: withExponent(3n) },
  },
  w_rsa_exponent_range: {
    breaks: { key: withExponent(17n) },
    passes: { key: rsa },
  },
  e_rsa_exponent_profile: {
    profile: letsencrypt,
    breaks: { key: withExponent(17n) },
    passes: { key: rsa },
  },
  e_rsa_modulus_even: { breaks: { key: rsaKey({ n: 2n * randomPrime(2047), e: 65537n }) }, passes: { key: rsa } },
  e_rsa_modulus_factor: {
    breaks: { key: rsaKey(rsaNumbers([751n, randomPrime(2038)])) },
    passes: { key: rsaKey(rsaNumbers([757n, randomPrime(2038)])) },
  },
  e_rsa_modulus_power: { breaks: { key: rsaKey(rsaNumbers([p, p])) }, passes: { key: rsa } },
  e_rsa_modulus_prime: { breaks: { key: rsaKey(rsaNumbers([randomPrime(2048)])) }, passes: { key: rsa } },
  e_rsa_close_primes: {
    breaks: { key: rsaKey(rsaNumbers([p, primeFrom(p + (1n << 513n))])) },
    passes: { key: rsaKey(rsaNumbers([p, primeFrom(p + (1n << 518n))])) },
  },
  e_rsa_near_primes: {
    breaks: { key: rsaKey(rsaNumbers([p, primeFrom(p + (1n << 518n))])) },
    passes: { key: rsaKey(rsaNumbers([p, primeFrom(p + (1n << 530n))])) },
  },
  e_rsa_roca: { breaks: { key: rsaKey(rsaNumbers([rocaPrime(), rocaPrime()])) }, passes: { key: rsa } },
  e_rsa_pattern: {
    breaks: { key: rsaWithDigits(`c1${random(40)}1${'a7'.repeat(16)}b${random(80)}`) },
    passes: { key: rsaWithDigits(`c1${random(40)}1${'a7'.repeat(15)}b${random(80)}`) },
  },
  w_rsa_bias: {
    breaks: {
      key: rsaWithDigits(
        `c${Array.from(randomBytes(230), (octet) => '0'.repeat(octet % 3) + '1248'[octet & 3])
          .join('')
          .slice(0, 240)}`,
      ),
    },
    passes: { key: rsaWithDigits(`c${random(240)}`) },
  },
  e_ec_explicit: { breaks: { key: newEcKey('P-256', 'explicit') }, passes: { key: newEcKey('P-256') } },
  e_ec_curve: { breaks: { key: newEcKey('secp256k1') }, passes: { key: newEcKey('P-521') } },
  e_key_octets: {
    profile: internal,
    breaks: { key: short(ed('ed25519')) },
    passes: { key: ed('ed25519') },
    also: ['e_key_eddsa'],
  },
  e_ec_point: { breaks: { key: withPoint(bent) }, passes: { key: withPoint(compressed) } },
  n_ec_point_compressed: { breaks: { key: withPoint(compressed) }, passes: { key: ecKey } },
  e_key_profile: { profile: letsencrypt, breaks: { key: newEcKey('P-521') }, passes: { key: newEcKey('P-384') } },
  e_debian_weak_key: {
    breaks: { key: weakKey, criteria: { blocklist: readBlocklist(fixture('debian-weak-keys')) } },
    passes: { key: rsa, criteria: { blocklist: readBlocklist(fixture('debian-weak-keys')) } },
  },
  n_debian_unchecked: {
    breaks: { key: rsa, criteria: { blocklist: undefined } },
    passes: { criteria: { blocklist: undefined } },
  },
  e_key_known: {
    breaks: { criteria: { knownKeys: new Map([[await fingerprintOf(ecKey), 'an old server']]) } },
    passes: { criteria: { knownKeys: new Map([[await fingerprintOf(rsa), 'an old server']]) } },
  },

  // Subject
  e_field_required: {
    profile: netlock,
    breaks: { subject: subjectOf(...organization.filter(([type]) => type !== 'L')) },
    passes: { subject: subjectOf(...organization) },
  },
  e_field_forbidden: {
    profile: { base: 'webpki', forbidden: ['ST'] },
    breaks: { subject: subjectOf(['ST', 'Pest'], CN) },
    passes: { subject: subjectOf(['L', 'Budapest'], CN) },
  },
  e_field_empty: { breaks: { subject: subjectOf(['L', ' '], CN) }, passes: { subject: subjectOf(['L', 'B'], CN) } },
  e_field_too_long: {
    breaks: { subject: subjectOf(['L', 'ő'.repeat(129)], CN) },
    passes: { subject: subjectOf(['L', 'ő'.repeat(128)], CN) },
  },
  e_field_control: {
    breaks: { subject: subjectOf(['L', 'Buda\tpest'], CN) },
    passes: { subject: subjectOf(['L', 'Buda pest'], CN) },
  },
  w_field_blanks: {
    breaks: { subject: subjectOf(['L', 'Budapest '], CN) },
    passes: { subject: subjectOf(['L', 'Buda pest'], CN) },
  },
  e_field_placeholder: {
    breaks: { subject: subjectOf(['ST', 'Some-State'], CN) },
    passes: { subject: subjectOf(['ST', 'Some State'], CN) },
  },
  e_field_repeated: {
    breaks: { subject: subjectOf(...organization, ['O', 'Valami Kft']) },
    passes: { subject: subjectOf(...organization, ['street', 'Fo utca 1'], ['street', '2. emelet']) },
  },
  e_field_joined: {
    breaks: { subject: sequence(element(Tag.set, ...subjectOf(['C', 'HU'], CN))) },
    passes: { subject: subjectOf(['C', 'HU'], CN) },
  },
  e_country: { breaks: { subject: subjectOf(['C', 'UK'], CN) }, passes: { subject: subjectOf(['C', 'GB'], CN) } },
  w_subject_email: {
    breaks: { subject: subjectOf(CN, ['E', 'info@valami.hu']) },
    passes: { subject: subjectOf(CN) },
  },
  e_subject_unit: {
    breaks: { subject: subjectOf(['OU', 'IT'], CN) },
    passes: { subject: subjectOf(['OU', 'IT'], CN), criteria: { now: new Date('2022-08-31T23:59:59Z') } },
  },
  n_subject_ignored: {
    profile: letsencrypt,
    breaks: { subject: subjectOf(['O', 'Valami'], CN) },
    passes: { subject: subjectOf(CN) },
  },
  n_organization_place: {
    breaks: { subject: subjectOf(['C', 'HU'], ['O', 'Valami'], CN) },
    passes: { subject: subjectOf(['C', 'HU'], ['ST', 'Pest'], ['O', 'Valami'], CN) },
  },
  e_common_name_several: {
    breaks: { subject: subjectOf(CN, ['CN', 'valami.hu']), names: [dns('mail.valami.hu'), dns('valami.hu')] },
    passes: { subject: subjectOf(CN), names: [dns('mail.valami.hu'), dns('valami.hu')] },
  },
  e_common_name_too_long: {
    breaks: { subject: subjectOf(['CN', `${'a'.repeat(55)}.valami.hu`]), names: [dns(`${'a'.repeat(55)}.valami.hu`)] },
    passes: { subject: subjectOf(['CN', `${'a'.repeat(54)}.valami.hu`]), names: [dns(`${'a'.repeat(54)}.valami.hu`)] },
  },
  e_common_name_url: {
    breaks: { subject: subjectOf(['CN', 'https://mail.valami.hu/']) },
    passes: { subject: subjectOf(CN) },
  },
  e_common_name_ip: {
    profile: letsencrypt,
    breaks: { subject: subjectOf(['CN', '8.8.8.8']), names: [ip(8, 8, 8, 8)] },
    passes: { subject: [], names: [ip(8, 8, 8, 8)] },
  },
  e_common_name_not_san: {
    breaks: { subject: subjectOf(['CN', 'www.valami.hu']) },
    passes: { subject: subjectOf(['CN', 'MAIL.valami.hu']) },
  },
  e_subject_not_latin: {
    profile: netlock,
    breaks: { subject: subjectOf(['C', 'HU'], ['L', 'Москва'], ['O', 'Valami'], CN) },
    passes: { subject: subjectOf(['C', 'HU'], ['L', 'Moskva-2'], ['O', 'Valami'], CN) },
  },
  w_subject_accents: {
    profile: netlock,
    breaks: { subject: subjectOf(['C', 'HU'], ['L', 'Győr'], ['O', 'Valami'], CN) },
    passes: { subject: subjectOf(['C', 'HU'], ['L', 'Gyor'], ['O', 'Valami'], CN) },
  },
  w_subject_spaces: {
    profile: netlock,
    breaks: { subject: subjectOf(['C', 'HU'], ['L', 'Budapest'], ['O', 'Valami Kft'], CN) },
    passes: { subject: subjectOf(['C', 'HU'], ['L', 'Budapest'], ['O', 'Valami-Kft'], CN) },
  },

  // Names
  e_no_name: { breaks: { subject: [], names: undefined }, passes: { subject: [], names: [dns('valami.hu')] } },
  e_no_host: {
    profile: letsencrypt,
    breaks: { subject: [], names: [userName] },
    passes: { subject: [], names: [userName, dns('mail.valami.hu')] },
    also: ['e_san_other'],
  },
  e_san_missing: { breaks: { names: undefined }, passes: {} },
  e_dns_empty: { breaks: named('valami.hu', ''), passes: named('valami.hu') },
  e_dns_url: { breaks: named('valami.hu:8443'), passes: named('valami.hu') },
  e_dns_characters: { breaks: named('t\u00fck\u00f6r.hu'), passes: named('xn--tkr-hoa8c.hu') },
  e_dns_ip: { breaks: named('8.8.8.8'), passes: { subject: [], names: [ip(8, 8, 8, 8)] } },
  e_dns_trailing_dot: { breaks: named('valami.hu.'), passes: named('valami.hu') },
  e_dns_wildcard: { breaks: named('m*.valami.hu'), passes: named('*.valami.hu') },
  e_dns_empty_label: { breaks: named('mail..valami.hu'), passes: named('mail.valami.hu') },
  e_dns_underscore: { breaks: named('a_b.valami.hu'), passes: named('a-b.valami.hu') },
  e_dns_syntax: { breaks: named('-a.valami.hu'), passes: named('a-1.valami.hu') },
  e_dns_label_length: { breaks: named(`${'a'.repeat(64)}.valami.hu`), passes: named(`${'a'.repeat(63)}.valami.hu`) },
  e_dns_length: { breaks: named(long(254)), passes: named(long(253)) },
  e_dns_numeric_tld: { breaks: named('valami.123'), passes: named('123.hu') },
  e_dns_reserved_label: { breaks: named('ab--c.valami.hu'), passes: named('abc--d.valami.hu') },
  e_dns_punycode: { breaks: named('xn--0.valami.hu'), passes: named('xn--tkr-hoa8c.valami.hu') },
  e_dns_idna: { breaks: named('xn--a.valami.hu'), passes: named('xn--tkr-hoa8c.valami.hu') },
  e_dns_single_label: { breaks: named('mailserver'), passes: named('mailserver.hu') },
  e_dns_internal: { breaks: named('mail.local'), passes: named('local.hu') },
  e_dns_special_use: { breaks: named('nas.home.arpa'), passes: named('home.hu') },
  w_dns_onion: { breaks: named(onion), passes: named('onion.hu') },
  e_dns_onion: { breaks: named('expyuzz4wqqyqhjn.onion'), passes: named('onion.hu') },
  e_dns_reverse: { breaks: named('8.8.8.8.in-addr.arpa'), passes: named('in-addr.valami.hu') },
  e_dns_unknown_tld: { breaks: named('mail.valamilyen'), passes: named('mail.hu') },
  e_dns_public_suffix: { breaks: named('co.uk'), passes: named('valami.co.uk') },
  e_dns_wildcard_suffix: { breaks: named('*.co.uk'), passes: named('*.valami.co.uk') },
  n_dns_private_suffix: { breaks: named('*.github.io'), passes: named('*.valami.github.io') },
  n_dns_example: { breaks: named('www.example.com'), passes: named('example.hu') },
  e_dns_labels: {
    profile: letsencrypt,
    breaks: named(labels(11, 'valami.hu')),
    passes: named(labels(10, 'valami.hu')),
  },
  e_name_profile: {
    profile: { base: 'webpki', names: ['**.valami.hu'] },
    breaks: named('valami.hu'),
    passes: named('a.b.valami.hu'),
  },
  e_ip_special: {
    breaks: { subject: [], names: [ip(172, 31, 255, 255)] },
    passes: { subject: [], names: [ip(172, 32, 0, 0)] },
  },
  e_ip_length: {
    breaks: { names: [dns('mail.valami.hu'), ip(8, 8, 8, 8, 255)] },
    passes: { names: [dns('mail.valami.hu'), ip(8, 8, 8, 8)] },
  },
  w_san_duplicate: { breaks: named('valami.hu', 'VALAMI.hu'), passes: named('valami.hu', 'www.valami.hu') },
  n_san_covered: { breaks: named('*.valami.hu', 'www.valami.hu'), passes: named('*.valami.hu', 'valami.hu') },
  e_san_email: { breaks: { names: [dns('mail.valami.hu'), email('info@valami.hu')] }, passes: {} },
  e_san_uri: { breaks: { names: [dns('mail.valami.hu'), uri('https://valami.hu/')] }, passes: {} },
  e_san_other: {
    breaks: { names: [dns('mail.valami.hu'), userName] },
    passes: {},
  },
  e_san_profile: {
    profile: profiles.smime,
    breaks: { names: [email('joe@valami.hu'), dns('mail.valami.hu')] },
    passes: { names: [email('joe@valami.hu')] },
  },
  e_mailbox_missing: {
    profile: profiles.smime,
    breaks: { names: [userName] },
    passes: { names: [email('joe@valami.hu')] },
  },
  e_names_too_many: {
    profile: letsencrypt,
    breaks: named(...Array.from({ length: 101 }, (_, i) => `a${i}.valami.hu`)),
    passes: named(...Array.from({ length: 100 }, (_, i) => `a${i}.valami.hu`)),
  },
  n_names_many: {
    profile: letsencrypt,
    breaks: named(...Array.from({ length: 26 }, (_, i) => `a${i}.valami.hu`)),
    passes: named(...Array.from({ length: 25 }, (_, i) => `a${i}.valami.hu`)),
  },

  // Extensions
  e_ca: { breaks: { extensions: [caTrue] }, passes: { extensions: [caFalse] } },
  e_key_usage_ca: { breaks: { extensions: [keyUsage(0, 5)] }, passes: { extensions: [keyUsage(0)] } },
  e_key_usage_key: { breaks: { extensions: [keyUsage(0, 2)] }, passes: { key: rsa, extensions: [keyUsage(0, 2)] } },
  e_key_usage_server: { breaks: { extensions: [keyUsage(0, 1)] }, passes: { extensions: [keyUsage(0)] } },
  w_key_usage_discouraged: {
    breaks: { key: rsa, extensions: [keyUsage(0, 3)] },
    passes: { key: rsa, extensions: [keyUsage(0, 2)] },
  },
  e_extended_key_usage_server: {
    breaks: { extensions: [purposes('1.3.6.1.5.5.7.3.17')] },
    passes: { extensions: [purposes(1)] },
  },
  e_extended_key_usage_forbidden: { breaks: { extensions: [purposes(1, 3)] }, passes: { extensions: [purposes(1)] } },
  w_client_auth: { breaks: { extensions: [purposes(1, 2)] }, passes: { extensions: [purposes(1)] } },
  w_extended_key_usage_other: {
    breaks: { extensions: [purposes(1, '1.3.6.1.5.5.7.3.17')] },
    passes: { extensions: [purposes(1)] },
  },
  e_purpose_profile: {
    profile: profiles.client,
    breaks: { extensions: [purposes(1)] },
    passes: { extensions: [purposes(2)] },
  },
  n_must_staple: { breaks: { extensions: [mustStaple] }, passes: {} },
  w_extension_critical: {
    breaks: { extensions: [extension('1.2.3.4', nullValue(), true)] },
    passes: { extensions: [extension('2.5.29.14', octetString(randomBytes(20)), true)] },
  },
  n_extension_unknown: {
    breaks: { extensions: [extension('1.2.3.4', nullValue())] },
    passes: { extensions: [extension('2.5.29.14', octetString(randomBytes(20)))] },
  },

  // Consistency
  e_expect_missing: {
    breaks: { criteria: { expected: ['mail.valami.hu', 'www.valami.hu'] } },
    passes: { criteria: { expected: ['mail.valami.hu'] } },
  },
  e_expect_extra: {
    breaks: { names: [dns('mail.valami.hu'), dns('www.valami.hu')], criteria: { expected: ['mail.valami.hu'] } },
    passes: { names: [dns('Mail.valami.hu')], criteria: { expected: ['mail.valami.hu'] } },
  },
  e_key_mismatch: { breaks: { criteria: { keySpki: rsa.spki } }, passes: { criteria: { keySpki: ecKey.spki } } },
  e_renew_names: {
    breaks: { names: [dns('mail.valami.hu'), dns('www.valami.hu')], criteria: { renews: certificate } },
    passes: { names: [dns('MAIL.valami.hu')], criteria: { renews: certificate } },
  },
  e_renew_subject: {
    breaks: { subject: subjectOf(['C', 'HU'], CN), criteria: { renews: certificate } },
    passes: { subject: subjectOf(['CN', 'Mail.valami.hu', Tag.printableString]), criteria: { renews: certificate } },
  },
  n_renew_key_reused: { breaks: { criteria: { renews: sameKey } }, passes: { criteria: { renews: certificate } } },
};

const findings = async (ask: Ask, profile?: Case['profile']): Promise<string[]> =>
  (await judged(ask, profile)).findings.map(({ rule }) => rule);

async function fingerprintOf(key: TestKey): Promise<string> {
  const { request } = requestIn(buildRequest({ key }));
  return new ExaminedRequest(request, {
    profile: profiles.webpki,
    now: new Date(),
    oracle: { suffixOf: publicSuffixOf, sha3 },
  }).keyFingerprint;
}

t.test('every rule has a request that breaks it and nothing else, and one that passes', async (t) => {
  t.same(Object.keys(cases).sort(), [...ruleIds].sort(), 'each rule has its case');
  for (const [rule, { profile, breaks, passes, also = [] }] of Object.entries(cases)) {
    t.same(await findings(breaks, profile), [rule, ...also], `${rule} is broken, and nothing else`);
    t.notOk((await findings(passes, profile)).includes(rule), `${rule} passes at its edge`);
  }
  t.end();
});

t.test('the fault of one field hides none of another', async (t) => {
  const subject = (...fields: (readonly [string, string, number?])[]) => ({ subject: subjectOf(...fields, CN) });
  t.same(await findings(subject(['C', 'UK'], ['ST', 'Some-State'])), ['e_field_placeholder', 'e_country']);
  t.same(await findings(subject(['L', 'a@b', Tag.printableString], ['ST', 'a\tb'])), [
    'e_string_characters',
    'e_field_control',
  ]);
  t.same(await findings(subject(['L', ' '], ['ST', 'Pest '])), ['e_field_empty', 'w_field_blanks']);
  t.same(await findings(subject(['C', 'HU'], ['L', 'Gy\u0151r'], ['O', '\u0416']), netlock), [
    'e_subject_not_latin',
    'w_subject_accents',
  ]);
  t.same(await findings({ extensions: [purposes(2)] }), ['e_extended_key_usage_server', 'w_client_auth']);
  const twice = [
    requestAttribute('1.2.840.113549.1.9.7', utf8('a')),
    requestAttribute('1.2.840.113549.1.9.7', utf8('b')),
  ];
  t.same(await findings({ attributes: twice, extensions: [purposes(1), purposes(1)] }), [
    'e_attribute_duplicate',
    'e_extension_duplicate',
    'n_challenge_password',
  ]);
  t.end();
});

t.test('a rule says a thousand times what it finds, and then how often', async (t) => {
  const many = Array.from({ length: 1200 }, (_, i) => dns(`a_${i}.valami.hu`));
  const { findings: found } = await judged({ subject: [], names: many });
  const of = found.filter(({ rule }) => rule === 'e_dns_underscore');
  t.equal(of.length, 1001);
  t.equal(of.at(-1)?.message, 'and 200 more');
});

t.test('a sound request has no findings', async (t) => {
  for (const key of [ecKey, rsa, newEcKey('P-384')]) {
    t.same(await findings({ key }), [], 'webpki');
    t.same(await findings({ key }, letsencrypt), [], 'letsencrypt');
    t.same(await findings({ key, subject: subjectOf(...organization) }, netlock), [], 'netlock');
    t.same(await findings({ key }, internal), [], 'internal');
  }
  t.end();
});
