import { children, type Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import type { AlgorithmIdentifier } from './algorithm-identifier.js';

/** A signature algorithm in our words: `rsa-pkcs1` with `sha256`; an OID and null where we have none. */
export interface SignatureAlgorithm {
  readonly algorithm: string;
  /** Null where the algorithm has its own (Ed25519, ML-DSA). */
  readonly hash: string | null;
  /** RSASSA-PSS's parameters (RFC 4055 3.1). */
  readonly pss?: PssParameters;
}

export interface PssParameters {
  readonly hash: string;
  /** The hash of MGF1; the OID of another mask generation function. */
  readonly mgfHash: string;
  /** In octets. */
  readonly saltLength: number;
}

/** Hash algorithms by OID. */
export const hashNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.2', 'md2'],
  ['1.2.840.113549.2.4', 'md4'],
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['1.3.36.3.2.1', 'ripemd160'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ['2.16.840.1.101.3.4.2.5', 'sha512-224'],
  ['2.16.840.1.101.3.4.2.6', 'sha512-256'],
  ['2.16.840.1.101.3.4.2.7', 'sha3-224'],
  ['2.16.840.1.101.3.4.2.8', 'sha3-256'],
  ['2.16.840.1.101.3.4.2.9', 'sha3-384'],
  ['2.16.840.1.101.3.4.2.10', 'sha3-512'],
  ['2.16.840.1.101.3.4.2.11', 'shake128'],
  ['2.16.840.1.101.3.4.2.12', 'shake256'],
  ['1.2.156.10197.1.401', 'sm3'],
  ['1.2.643.2.2.9', 'gost94'],
  ['1.2.643.7.1.1.2.2', 'streebog256'],
  ['1.2.643.7.1.1.2.3', 'streebog512'],
]);

/** Algorithms in our words, and for each the hash its OIDs are used with. */
const hashesByOid: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  'rsa-pkcs1': {
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
  ecdsa: {
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
  dsa: {
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
  ed25519: { '1.3.101.112': null },
  ed448: { '1.3.101.113': null },
  sm2: { '1.2.156.10197.1.501': 'sm3' },
  gost: {
    '1.2.643.2.2.3': 'gost94',
    '1.2.643.7.1.1.3.2': 'streebog256',
    '1.2.643.7.1.1.3.3': 'streebog512',
  },
  'ml-dsa-44': { '2.16.840.1.101.3.4.3.17': null },
  'ml-dsa-65': { '2.16.840.1.101.3.4.3.18': null },
  'ml-dsa-87': { '2.16.840.1.101.3.4.3.19': null },
  'slh-dsa-sha2-128s': { '2.16.840.1.101.3.4.3.20': null },
  'slh-dsa-sha2-128f': { '2.16.840.1.101.3.4.3.21': null },
  'slh-dsa-sha2-192s': { '2.16.840.1.101.3.4.3.22': null },
  'slh-dsa-sha2-192f': { '2.16.840.1.101.3.4.3.23': null },
  'slh-dsa-sha2-256s': { '2.16.840.1.101.3.4.3.24': null },
  'slh-dsa-sha2-256f': { '2.16.840.1.101.3.4.3.25': null },
  'slh-dsa-shake-128s': { '2.16.840.1.101.3.4.3.26': null },
  'slh-dsa-shake-128f': { '2.16.840.1.101.3.4.3.27': null },
  'slh-dsa-shake-192s': { '2.16.840.1.101.3.4.3.28': null },
  'slh-dsa-shake-192f': { '2.16.840.1.101.3.4.3.29': null },
  'slh-dsa-shake-256s': { '2.16.840.1.101.3.4.3.30': null },
  'slh-dsa-shake-256f': { '2.16.840.1.101.3.4.3.31': null },
};

/** Those that were met: files know few. */
const met = new Map<string, SignatureAlgorithm>();

function algorithmByOid(oid: string): SignatureAlgorithm | undefined {
  const before = met.get(oid);
  if (before !== undefined) return before;
  for (const [algorithm, hashes] of Object.entries(hashesByOid)) {
    const hash = hashes[oid];
    if (hash === undefined) continue;
    met.set(oid, { algorithm, hash });
    return met.get(oid);
  }
  return undefined;
}

const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

/**
 * What an AlgorithmIdentifier of a signature says.
 *
 * @throws {DerError} PSS parameters that cannot be read
 */
export function signatureAlgorithm(identifier: AlgorithmIdentifier): SignatureAlgorithm {
  if (identifier.oid === RSA_PSS) {
    const pss = pssParameters(identifier.parameters);
    return { algorithm: 'rsa-pss', hash: pss.hash, pss };
  }
  return algorithmByOid(identifier.oid) ?? { algorithm: identifier.oid, hash: null };
}

/**
 * RSASSA-PSS-params (RFC 4055 3.1); what is absent has its default: SHA-1, MGF1 with SHA-1, 20 octets of salt.
 *
 * @throws {DerError}
 */
export function pssParameters(parameters: Element | undefined): PssParameters {
  let hash = 'sha1';
  let mgfHash = 'sha1';
  let saltLength = 20;
  if (parameters?.tag === Tag.sequence) {
    const fields = children(parameters);
    const hashField = fields.optional(contextConstructed(0));
    if (hashField !== undefined) hash = hashName(children(hashField).read(Tag.sequence, 'hash algorithm'));
    const mgfField = fields.optional(contextConstructed(1));
    if (mgfField !== undefined) {
      const mgf = children(children(mgfField).read(Tag.sequence, 'mask generation algorithm'));
      const mgfOid = readOid(mgf.read(Tag.objectIdentifier));
      mgfHash = mgfOid === MGF1 ? hashName(mgf.read(Tag.sequence, 'hash algorithm')) : mgfOid;
    }
    const saltField = fields.optional(contextConstructed(2));
    if (saltField !== undefined) saltLength = readSmallInteger(children(saltField).read(Tag.integer, 'salt length'));
  }
  return { hash, mgfHash, saltLength };
}

function hashName(algorithm: Element): string {
  const oid = readOid(children(algorithm).read(Tag.objectIdentifier));
  return hashNames.get(oid) ?? oid;
}
