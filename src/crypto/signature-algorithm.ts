import { children, type Element, readElement } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { bitString, element, integer, nullValue, objectIdentifier, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { once } from '../once.js';

/** The signature algorithms of X.509 (RFC 3279, 4055, 5758, 8410, 8692, 9688, 9881): their identifiers and parameters. */

export type SignatureScheme =
  | 'rsa-pkcs1'
  | 'rsa-pss'
  | 'ecdsa'
  | 'dsa'
  | 'ed25519'
  | 'ed448'
  | 'ml-dsa-44'
  | 'ml-dsa-65'
  | 'ml-dsa-87';

/** The hashes we sign with. */
export type HashName = 'sha256' | 'sha384' | 'sha512';

interface Scheme {
  readonly oid: string;
  readonly scheme: SignatureScheme;
  /** As node:crypto names it; null where the scheme has its own, or where parameters say it. */
  readonly hash: string | null;
  /** The AlgorithmIdentifier: PKCS #1 v1.5 has NULL parameters (RFC 4055 5), all others none. */
  identifier(): Uint8Array;
}

const scheme = (oid: string, name: SignatureScheme, hash: string | null): Scheme => ({
  oid,
  scheme: name,
  hash,
  identifier: () => sequence(objectIdentifier(oid), ...(name === 'rsa-pkcs1' ? [nullValue()] : [])),
});

const PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const NIST = '2.16.840.1.101.3.4';

export const schemes: readonly Scheme[] = [
  scheme('1.2.840.113549.1.1.4', 'rsa-pkcs1', 'md5'),
  scheme('1.2.840.113549.1.1.5', 'rsa-pkcs1', 'sha1'),
  scheme('1.3.14.3.2.29', 'rsa-pkcs1', 'sha1'),
  scheme('1.2.840.113549.1.1.14', 'rsa-pkcs1', 'sha224'),
  scheme('1.2.840.113549.1.1.11', 'rsa-pkcs1', 'sha256'),
  scheme('1.2.840.113549.1.1.12', 'rsa-pkcs1', 'sha384'),
  scheme('1.2.840.113549.1.1.13', 'rsa-pkcs1', 'sha512'),
  scheme('1.2.840.113549.1.1.15', 'rsa-pkcs1', 'sha512-224'),
  scheme('1.2.840.113549.1.1.16', 'rsa-pkcs1', 'sha512-256'),
  scheme('1.3.36.3.3.1.2', 'rsa-pkcs1', 'ripemd160'),
  scheme(`${NIST}.3.13`, 'rsa-pkcs1', 'sha3-224'),
  scheme(`${NIST}.3.14`, 'rsa-pkcs1', 'sha3-256'),
  scheme(`${NIST}.3.15`, 'rsa-pkcs1', 'sha3-384'),
  scheme(`${NIST}.3.16`, 'rsa-pkcs1', 'sha3-512'),
  scheme(PSS, 'rsa-pss', null),
  scheme('1.2.840.10045.4.1', 'ecdsa', 'sha1'),
  scheme('1.2.840.10045.4.3.1', 'ecdsa', 'sha224'),
  scheme('1.2.840.10045.4.3.2', 'ecdsa', 'sha256'),
  scheme('1.2.840.10045.4.3.3', 'ecdsa', 'sha384'),
  scheme('1.2.840.10045.4.3.4', 'ecdsa', 'sha512'),
  scheme(`${NIST}.3.9`, 'ecdsa', 'sha3-224'),
  scheme(`${NIST}.3.10`, 'ecdsa', 'sha3-256'),
  scheme(`${NIST}.3.11`, 'ecdsa', 'sha3-384'),
  scheme(`${NIST}.3.12`, 'ecdsa', 'sha3-512'),
  scheme('1.2.840.10040.4.3', 'dsa', 'sha1'),
  scheme(`${NIST}.3.1`, 'dsa', 'sha224'),
  scheme(`${NIST}.3.2`, 'dsa', 'sha256'),
  scheme(`${NIST}.3.3`, 'dsa', 'sha384'),
  scheme(`${NIST}.3.4`, 'dsa', 'sha512'),
  scheme('1.3.101.112', 'ed25519', null),
  scheme('1.3.101.113', 'ed448', null),
  scheme(`${NIST}.3.17`, 'ml-dsa-44', null),
  scheme(`${NIST}.3.18`, 'ml-dsa-65', null),
  scheme(`${NIST}.3.19`, 'ml-dsa-87', null),
];

export const schemeOf = (oid: string): Scheme | undefined => schemes.find((each) => each.oid === oid);

/** A key type as people write it. */
export const nameOf = (type: 'ed25519' | 'ed448'): string => (type === 'ed25519' ? 'Ed25519' : 'Ed448');

/** The hashes that PSS parameters name, with their length in octets. */
const hashes = once((): readonly { oid: string; name: string; length: number }[] => [
  { oid: '1.3.14.3.2.26', name: 'sha1', length: 20 },
  { oid: '1.2.840.113549.2.5', name: 'md5', length: 16 },
  { oid: `${NIST}.2.4`, name: 'sha224', length: 28 },
  { oid: `${NIST}.2.1`, name: 'sha256', length: 32 },
  { oid: `${NIST}.2.2`, name: 'sha384', length: 48 },
  { oid: `${NIST}.2.3`, name: 'sha512', length: 64 },
  { oid: `${NIST}.2.5`, name: 'sha512-224', length: 28 },
  { oid: `${NIST}.2.6`, name: 'sha512-256', length: 32 },
  { oid: `${NIST}.2.7`, name: 'sha3-224', length: 28 },
  { oid: `${NIST}.2.8`, name: 'sha3-256', length: 32 },
  { oid: `${NIST}.2.9`, name: 'sha3-384', length: 48 },
  { oid: `${NIST}.2.10`, name: 'sha3-512', length: 64 },
]);

export interface PssParameters {
  readonly hash: string;
  /** The hash of the mask generation function MGF1. */
  readonly mgfHash: string;
  /** In octets. */
  readonly saltLength: number;
}

const unchecked = (message: string) => new PkiError('PSS_PARAMETERS', message);

/**
 * RSASSA-PSS-params (RFC 4055 3.1), each field with its default: SHA-1, MGF1 with SHA-1, 20 octets of salt.
 *
 * @throws {PkiError} parameters that are missing, malformed or beyond what can be computed here
 */
export function readPssParameters(parameters: Element | undefined): PssParameters {
  if (parameters?.tag !== Tag.sequence) throw unchecked('the PSS signature has no parameters');
  const fields = children(parameters);
  const field = (number: number): Element | undefined => {
    const wrapper = fields.optional(contextConstructed(number));
    return wrapper === undefined ? undefined : children(wrapper).next();
  };
  const hash = field(0);
  const mask = field(1);
  const salt = field(2);
  const trailer = field(3);
  fields.end();
  if (trailer !== undefined && readSmallInteger(trailer) !== 1) throw unchecked('PSS with an unknown trailer field');
  const saltLength = salt === undefined ? 20 : readSmallInteger(salt);
  if (saltLength < 0) throw unchecked('PSS with a negative salt length');
  return { hash: hash === undefined ? 'sha1' : readHash(hash), mgfHash: readMask(mask), saltLength };
}

function readMask(mask: Element | undefined): string {
  if (mask === undefined) return 'sha1';
  const fields = children(mask);
  const oid = readOid(fields.read(Tag.objectIdentifier));
  if (oid !== MGF1) throw unchecked(`PSS with mask generation function ${oid}`);
  return readHash(fields.read(Tag.sequence));
}

function readHash(algorithm: Element): string {
  const oid = readOid(children(algorithm).read(Tag.objectIdentifier));
  const found = hashes().find((each) => each.oid === oid);
  if (found === undefined) throw unchecked(`PSS with hash ${oid}`);
  return found.name;
}

/** The AlgorithmIdentifier of PSS with one hash for message and mask and a salt of the hash's length. */
export function pssAlgorithm(hash: HashName): Uint8Array {
  const length = hashes().find((each) => each.name === hash)?.length ?? 0;
  return sequence(objectIdentifier(PSS), pssParameters({ hash, mgfHash: hash, saltLength: length }));
}

function pssParameters({ hash, mgfHash, saltLength }: PssParameters): Uint8Array {
  return sequence(
    element(contextConstructed(0), hashIdentifier(hash)),
    element(contextConstructed(1), sequence(objectIdentifier(MGF1), hashIdentifier(mgfHash))),
    element(contextConstructed(2), integer(saltLength)),
  );
}

function hashIdentifier(name: string): Uint8Array {
  const oid = hashes().find((each) => each.name === name)?.oid;
  if (oid === undefined) throw unchecked(`PSS with hash ${name}`);
  return sequence(objectIdentifier(oid), nullValue());
}

/** The same RSA public key as an id-RSASSA-PSS key (RFC 4055 1.2) bound to these parameters. */
export function pssKey(spki: Uint8Array, hash: string, mgfHash: string, saltLength: number): Uint8Array {
  const fields = children(readElement(spki));
  fields.next();
  const key = fields.read(Tag.bitString).content().subarray(1);
  return sequence(sequence(objectIdentifier(PSS), pssParameters({ hash, mgfHash, saltLength })), bitString(key));
}
