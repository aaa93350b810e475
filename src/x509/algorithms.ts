import { once } from '../once.js';
import { KeyOid } from './key-oid.js';

/**
 * The algorithms of X.509, a row each: hashes, kinds of keys, signature schemes. Elliptic curves are in curves.ts. A new
 * algorithm is a new row; what reads, names, signs and verifies asks here. Names are those of node:crypto where it has one.
 */

/** A hash algorithm. */
export interface Hash {
  readonly oid: string;
  readonly name: string;
  /** Of its value, in octets. */
  readonly length: number;
  /** The OID of its HMAC (RFC 8018 B.1). */
  readonly hmac?: string;
  /** True where two messages with one value can be made. */
  readonly isBroken?: boolean;
}

export const hashes = once((): readonly Hash[] => [
  { oid: '1.2.840.113549.2.2', name: 'md2', length: 16, isBroken: true },
  { oid: '1.2.840.113549.2.4', name: 'md4', length: 16, isBroken: true },
  { oid: '1.2.840.113549.2.5', name: 'md5', length: 16, hmac: '1.2.840.113549.2.6', isBroken: true },
  { oid: '1.3.14.3.2.26', name: 'sha1', length: 20, hmac: '1.2.840.113549.2.7', isBroken: true },
  { oid: '1.3.36.3.2.1', name: 'ripemd160', length: 20, isBroken: true },
  { oid: '2.16.840.1.101.3.4.2.4', name: 'sha224', length: 28, hmac: '1.2.840.113549.2.8' },
  { oid: '2.16.840.1.101.3.4.2.1', name: 'sha256', length: 32, hmac: '1.2.840.113549.2.9' },
  { oid: '2.16.840.1.101.3.4.2.2', name: 'sha384', length: 48, hmac: '1.2.840.113549.2.10' },
  { oid: '2.16.840.1.101.3.4.2.3', name: 'sha512', length: 64, hmac: '1.2.840.113549.2.11' },
  { oid: '2.16.840.1.101.3.4.2.5', name: 'sha512-224', length: 28, hmac: '1.2.840.113549.2.12' },
  { oid: '2.16.840.1.101.3.4.2.6', name: 'sha512-256', length: 32, hmac: '1.2.840.113549.2.13' },
  { oid: '2.16.840.1.101.3.4.2.7', name: 'sha3-224', length: 28, hmac: '2.16.840.1.101.3.4.2.13' },
  { oid: '2.16.840.1.101.3.4.2.8', name: 'sha3-256', length: 32, hmac: '2.16.840.1.101.3.4.2.14' },
  { oid: '2.16.840.1.101.3.4.2.9', name: 'sha3-384', length: 48, hmac: '2.16.840.1.101.3.4.2.15' },
  { oid: '2.16.840.1.101.3.4.2.10', name: 'sha3-512', length: 64, hmac: '2.16.840.1.101.3.4.2.16' },
  { oid: '2.16.840.1.101.3.4.2.11', name: 'shake128', length: 32 },
  { oid: '2.16.840.1.101.3.4.2.12', name: 'shake256', length: 64 },
  { oid: '1.2.156.10197.1.401', name: 'sm3', length: 32, hmac: '1.2.156.10197.1.401.3.1' },
  { oid: '1.2.643.2.2.9', name: 'gost94', length: 32 },
  { oid: '1.2.643.7.1.1.2.2', name: 'streebog256', length: 32 },
  { oid: '1.2.643.7.1.1.2.3', name: 'streebog512', length: 64 },
]);

export const hashByHmac = (oid: string): Hash | undefined => hashes().find(({ hmac }) => hmac === oid);

export const hashByOid = (oid: string): Hash | undefined => hashes().find((each) => each.oid === oid);

/** @throws {RangeError} no hash has this name */
export function hashByName(name: string): Hash {
  const found = hashes().find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no hash is called ${name}`);
  return found;
}

/** A kind of public key. */
export interface KeyKind {
  /** `rsa`, `ec`, `ml-dsa-65`: as node:crypto calls it. */
  readonly type: string;
  /** Of the algorithm in its SubjectPublicKeyInfo, the usual one first. */
  readonly oids: readonly string[];
  /** For people: `RSA`, `Ed448`. */
  readonly name: string;
  /** The length of subjectPublicKey in octets, for kinds that are plain octets. */
  readonly octets?: number;
  /** The size in bits of kinds that have one size and are called by it. */
  readonly bits?: number;
  /** True where the OID of the key is that of its signatures too, with a hash of its own (RFC 8410 3, RFC 9881 2). */
  readonly signsByItself?: boolean;
  /** Bits of keyUsage such a key cannot have (RFC 3279 2.3.1, RFC 4055 1.2, RFC 8410 5, RFC 8813 3, RFC 9881 3). */
  readonly unfitUsages: readonly string[];
  /** Bits of keyUsage a TLS server uses such a key for (BR 7.1.2.7.11); digitalSignature alone where not given. */
  readonly serverUsages?: readonly string[];
}

const encrypting: readonly string[] = ['keyEncipherment', 'dataEncipherment'];
const agreeing: readonly string[] = ['keyAgreement', 'encipherOnly', 'decipherOnly'];
const signing: readonly string[] = ['digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign'];
const signsOnly = [...encrypting, ...agreeing];

const NIST_SIGNATURE = '2.16.840.1.101.3.4.3';
const NIST_KEM = '2.16.840.1.101.3.4.4';

/** RFC 9881: sized by its name alone. */
const mlDsa = (level: number, arc: number, octets: number): KeyKind => ({
  type: `ml-dsa-${level}`,
  oids: [`${NIST_SIGNATURE}.${arc}`],
  name: `ML-DSA-${level}`,
  octets,
  signsByItself: true,
  unfitUsages: signsOnly,
});

/** RFC 9909: by its name alone; the public key is two seeds. */
const slhDsa = (set: string, arc: number): KeyKind => ({
  type: `slh-dsa-${set}`,
  oids: [`${NIST_SIGNATURE}.${arc}`],
  name: `SLH-DSA-${set.toUpperCase().replace(/[SF]$/, (size) => size.toLowerCase())}`,
  octets: Number(/\d{3}/.exec(set)) / 4,
  signsByItself: true,
  unfitUsages: signsOnly,
});

/** RFC 9935. */
const mlKem = (size: number, arc: number, octets: number): KeyKind => ({
  type: `ml-kem-${size}`,
  oids: [`${NIST_KEM}.${arc}`],
  name: `ML-KEM-${size}`,
  octets,
  unfitUsages: [...signing, 'dataEncipherment', ...agreeing],
});

const slhDsaSets = ['sha2', 'shake'].flatMap((family) =>
  ['128s', '128f', '192s', '192f', '256s', '256f'].map((size) => `${family}-${size}`),
);

/** Key agreement on Montgomery curves (RFC 8410). */
const montgomery = { unfitUsages: [...signing, ...encrypting] };
const edwards = { signsByItself: true, unfitUsages: signsOnly };
const gost = { unfitUsages: [] };

/** Those of before quantum computers, which nearly all keys are of. */
const usualKinds = once((): readonly KeyKind[] => [
  {
    type: 'rsa',
    oids: [KeyOid.rsa],
    name: 'RSA',
    unfitUsages: agreeing,
    serverUsages: ['digitalSignature', 'keyEncipherment'],
  },
  { type: 'rsa-pss', oids: [KeyOid.rsaPss], name: 'RSA-PSS', unfitUsages: signsOnly },
  { type: 'rsa-oaep', oids: ['1.2.840.113549.1.1.7'], name: 'RSA-OAEP', unfitUsages: [...signing, ...agreeing] },
  { type: 'ec', oids: [KeyOid.ec], name: 'EC', unfitUsages: encrypting },
  { type: 'dsa', oids: ['1.2.840.10040.4.1', '1.3.14.3.2.12'], name: 'DSA', unfitUsages: signsOnly },
  { type: 'dh', oids: ['1.2.840.113549.1.3.1', '1.2.840.10046.2.1'], name: 'DH', unfitUsages: montgomery.unfitUsages },
  { type: 'x25519', oids: ['1.3.101.110'], name: 'X25519', octets: 32, bits: 256, ...montgomery },
  { type: 'x448', oids: ['1.3.101.111'], name: 'X448', octets: 56, bits: 448, ...montgomery },
  { type: 'ed25519', oids: ['1.3.101.112'], name: 'Ed25519', octets: 32, bits: 256, ...edwards },
  { type: 'ed448', oids: ['1.3.101.113'], name: 'Ed448', octets: 57, bits: 456, ...edwards },
  { type: 'gost2001', oids: ['1.2.643.2.2.19'], name: 'GOST R 34.10-2001', bits: 256, ...gost },
  { type: 'gost2012-256', oids: ['1.2.643.7.1.1.1.1'], name: 'GOST R 34.10-2012', bits: 256, ...gost },
  { type: 'gost2012-512', oids: ['1.2.643.7.1.1.1.2'], name: 'GOST R 34.10-2012', bits: 512, ...gost },
]);

const postQuantumKinds = once((): readonly KeyKind[] => [
  mlDsa(44, 17, 1312),
  mlDsa(65, 18, 1952),
  mlDsa(87, 19, 2592),
  ...slhDsaSets.map((set, i) => slhDsa(set, 20 + i)),
  mlKem(512, 1, 800),
  mlKem(768, 2, 1184),
  mlKem(1024, 3, 1568),
]);

export const keyKinds = (): readonly KeyKind[] => [...usualKinds(), ...postQuantumKinds()];

export const keyKindByOid = (oid: string): KeyKind | undefined => findKind(({ oids }) => oids.includes(oid));

export const keyKindByType = (wanted: string): KeyKind | undefined => findKind(({ type }) => type === wanted);

const findKind = (isWanted: (kind: KeyKind) => boolean): KeyKind | undefined =>
  usualKinds().find(isWanted) ?? postQuantumKinds().find(isWanted);

/** The kind of key an algorithm's OID stands for (`rsa`, `ec`, `ml-dsa-65`), the OID where we do not know it. */
export const keyType = (oid: string): string => keyKindByOid(oid)?.type ?? oid;

/** Bits of keyUsage a kind of key cannot have; none where we do not know the kind. */
export const unfitUsages = (type: string): readonly string[] => keyKindByType(type)?.unfitUsages ?? [];

/** Bits of keyUsage a TLS server uses a kind of key for. */
export const serverUsages = (type: string): readonly string[] =>
  keyKindByType(type)?.serverUsages ?? ['digitalSignature'];

/** A way of signing, and the hashes it goes with by the OID of the pair. */
export interface SignatureScheme {
  /** `rsa-pkcs1`, `ecdsa`, or the kind of key that signs by itself. */
  readonly name: string;
  /** The kinds of key that sign so. */
  readonly keys: readonly string[];
  /** The hash by OID; null where the scheme has its own, or parameters name it. */
  readonly hashes: Readonly<Record<string, string | null>>;
  /** The parameters behind the OID; undefined where no RFC fixes them. */
  readonly parameters: 'absent' | 'NULL' | 'PSS' | undefined;
}

/** Of keys that sign in more than one way: RFC 3279, 4055, 5758, 8692, 9688. */
const signatureSchemes = once((): readonly SignatureScheme[] => [
  {
    name: 'rsa-pkcs1',
    keys: ['rsa'],
    parameters: 'NULL',
    hashes: {
      '1.2.840.113549.1.1.2': 'md2',
      '1.2.840.113549.1.1.3': 'md4',
      '1.2.840.113549.1.1.4': 'md5',
      '1.2.840.113549.1.1.5': 'sha1',
      '1.3.14.3.2.29': 'sha1',
      '1.3.36.3.3.1.2': 'ripemd160',
      '1.2.840.113549.1.1.14': 'sha224',
      '1.2.840.113549.1.1.11': 'sha256',
      '1.2.840.113549.1.1.12': 'sha384',
      '1.2.840.113549.1.1.13': 'sha512',
      '1.2.840.113549.1.1.15': 'sha512-224',
      '1.2.840.113549.1.1.16': 'sha512-256',
      '2.16.840.1.101.3.4.3.13': 'sha3-224',
      '2.16.840.1.101.3.4.3.14': 'sha3-256',
      '2.16.840.1.101.3.4.3.15': 'sha3-384',
      '2.16.840.1.101.3.4.3.16': 'sha3-512',
    },
  },
  { name: 'rsa-pss', keys: ['rsa', 'rsa-pss'], parameters: 'PSS', hashes: { [KeyOid.rsaPss]: null } },
  {
    name: 'ecdsa',
    keys: ['ec'],
    parameters: 'absent',
    hashes: {
      '1.2.840.10045.4.1': 'sha1',
      '1.2.840.10045.4.3.1': 'sha224',
      '1.2.840.10045.4.3.2': 'sha256',
      '1.2.840.10045.4.3.3': 'sha384',
      '1.2.840.10045.4.3.4': 'sha512',
      '2.16.840.1.101.3.4.3.9': 'sha3-224',
      '2.16.840.1.101.3.4.3.10': 'sha3-256',
      '2.16.840.1.101.3.4.3.11': 'sha3-384',
      '2.16.840.1.101.3.4.3.12': 'sha3-512',
    },
  },
  {
    name: 'dsa',
    keys: ['dsa'],
    parameters: undefined,
    hashes: {
      '1.2.840.10040.4.3': 'sha1',
      '1.3.14.3.2.27': 'sha1',
      '2.16.840.1.101.3.4.3.1': 'sha224',
      '2.16.840.1.101.3.4.3.2': 'sha256',
      '2.16.840.1.101.3.4.3.3': 'sha384',
      '2.16.840.1.101.3.4.3.4': 'sha512',
      '2.16.840.1.101.3.4.3.5': 'sha3-224',
      '2.16.840.1.101.3.4.3.6': 'sha3-256',
      '2.16.840.1.101.3.4.3.7': 'sha3-384',
      '2.16.840.1.101.3.4.3.8': 'sha3-512',
    },
  },
  { name: 'sm2', keys: ['ec'], parameters: undefined, hashes: { '1.2.156.10197.1.501': 'sm3' } },
  {
    name: 'gost',
    keys: ['gost2001', 'gost2012-256', 'gost2012-512'],
    parameters: undefined,
    hashes: {
      '1.2.643.2.2.3': 'gost94',
      '1.2.643.7.1.1.3.2': 'streebog256',
      '1.2.643.7.1.1.3.3': 'streebog512',
    },
  },
]);

/** That of a kind of key which signs by itself: RFC 8410, 9881, 9909. */
function ownScheme(kind: KeyKind | undefined): SignatureScheme | undefined {
  if (!kind?.signsByItself) return undefined;
  const { type, oids } = kind;
  return { name: type, keys: [type], parameters: 'absent', hashes: Object.fromEntries(oids.map((oid) => [oid, null])) };
}

/** The scheme and the hash an OID stands for; undefined where we do not know it. */
export function signatureSchemeByOid(oid: string): { scheme: SignatureScheme; hash: string | null } | undefined {
  for (const scheme of signatureSchemes()) {
    const hash = scheme.hashes[oid];
    if (hash !== undefined) return { scheme, hash };
  }
  const scheme = ownScheme(keyKindByOid(oid));
  return scheme && { scheme, hash: null };
}

export const signatureSchemeByName = (name: string): SignatureScheme | undefined =>
  signatureSchemes().find((scheme) => scheme.name === name) ?? ownScheme(keyKindByType(name));
