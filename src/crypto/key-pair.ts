import { createPublicKey, type KeyObject } from 'node:crypto';
import { children, type Element, encapsulated, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readBits, readOid, toHex } from '../der/values.js';
import { attempt } from '../errors.js';
import { KeyOid } from '../x509/key-oid.js';
import { PublicKey } from '../x509/public-key.js';
import { writtenOut } from './curve-point.js';
import { numbersOf, publicKeyInfoOf } from './key-numbers.js';
import { publicKeyObject } from './public-key.js';

/**
 * True when the private key belongs to the public one: the same SubjectPublicKeyInfo, however its parameters are
 * written. An RSA key and an RSA-PSS certificate (or the reverse) fit when modulus and exponent are equal: the identifier
 * only narrows what a key may be used for (RFC 4055 1.2).
 *
 * @param spki SubjectPublicKeyInfo in DER, as the certificate or request holds it
 */
export function belongsTogether(key: KeyObject, spki: Uint8Array): boolean {
  return publicKeyIdentity(publicKeyInfo(key)) === publicKeyIdentity(spki);
}

/** A private key, and its public half's SubjectPublicKeyInfo in DER: what requests and certificates are made with. */
export interface KeyPair {
  readonly key: KeyObject;
  readonly spki: Uint8Array;
}

export const keyPair = (key: KeyObject): KeyPair => ({ key, spki: publicKeyInfo(key) });

/** The key's SubjectPublicKeyInfo in DER. */
export function publicKeyInfo(key: KeyObject): Buffer {
  const numbers = numbersOf(key);
  if (numbers !== undefined) return publicKeyInfoOf(numbers);
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' });
}

/**
 * Text that is equal for equal public keys: for maps. RSA keys lose the difference between rsaEncryption and RSASSA-PSS,
 * elliptic curve points that between compressed and not.
 *
 * @throws {DerError} this is no SubjectPublicKeyInfo
 */
export function publicKeyIdentity(spki: Uint8Array): string {
  const fields = children(readElement(spki));
  const algorithm = fields.read(Tag.sequence);
  const oid = readOid(children(algorithm).read(Tag.objectIdentifier));
  const bits = fields.read(Tag.bitString);
  if (oid === KeyOid.rsa || oid === KeyOid.rsaPss) return `rsa ${toHex(encapsulated(bits).next().encoding())}`;
  if (oid === KeyOid.ec) return `ec ${ecIdentity(spki, algorithm, readBits(bits).octets)}`;
  return toHex(spki);
}

/** Curve and point, the curve by its name and the point written out. */
function ecIdentity(spki: Uint8Array, algorithm: Element, point: Uint8Array): string {
  const fields = children(algorithm);
  fields.next();
  const parameters = fields.next();
  if (parameters.tag === Tag.objectIdentifier) {
    const curve = readOid(parameters);
    return `${curve} ${toHex(writtenOut(point, curve))}`;
  }
  const named = attempt(() => publicKeyInfo(publicKeyObject(spki)));
  return named === undefined ? `${toHex(parameters.encoding())} ${toHex(point)}` : publicKeyIdentity(named).slice(3);
}

/**
 * True for an RSA key that is named rsaEncryption on one side and RSASSA-PSS on the other: equal as keys, but OpenSSL, and
 * every server built on it, refuses such a pair.
 */
export function differInPss(spki: Uint8Array, other: Uint8Array): boolean {
  return publicKeyIdentity(spki) === publicKeyIdentity(other) && isPss(spki) !== isPss(other);
}

const isPss = (spki: Uint8Array): boolean => new PublicKey(readElement(spki)).type === 'rsa-pss';
