import { createPublicKey, ECDH, type KeyObject } from 'node:crypto';
import { children, type Element, encapsulated, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid, toHex } from '../der/values.js';
import { KeyOid } from '../x509/key-oid.js';
import { jwkCurveByOid } from './jwk-curves.js';
import { numbersOf, publicKeyInfoOf } from './key-numbers.js';

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
  if (oid === KeyOid.ec) return `ec ${ecIdentity(algorithm, bits.content().subarray(1))}`;
  return toHex(spki);
}

/** OpenSSL's name of a curve, for points that come compressed. */
const opensslName = (oid: string): string | undefined => jwkCurveByOid(oid)?.openssl ?? otherCurves[oid];

const otherCurves: Readonly<Record<string, string>> = {
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
};

/** Curve and point, the point written out (SEC 1 2.3.3). */
function ecIdentity(algorithm: Element, point: Uint8Array): string {
  const fields = children(algorithm);
  fields.next();
  const parameters = fields.next();
  const isCompressed = point[0] === 0x02 || point[0] === 0x03;
  const curve = isCompressed && parameters.tag === Tag.objectIdentifier ? opensslName(readOid(parameters)) : undefined;
  const written =
    curve === undefined ? toHex(point) : ECDH.convertKey(toHex(point), curve, 'hex', 'hex', 'uncompressed');
  return `${toHex(parameters.encoding())} ${written}`;
}
