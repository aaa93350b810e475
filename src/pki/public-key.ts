import { createPublicKey, type KeyObject } from 'node:crypto';
import { children, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readBits, readOid } from '../der/values.js';

/**
 * node:crypto's key for a SubjectPublicKeyInfo in DER. OpenSSL tries one decoder after the other on that form, which
 * takes longer than verifying a signature; for the usual keys the inner form goes in directly, RSA's forty times as fast.
 * What is no point of its curve is refused either way.
 *
 * @throws {Error} of node:crypto or {DerError}: damaged, or a kind it does not know
 */
export function publicKeyObject(spki: Uint8Array): KeyObject {
  const fields = children(readElement(spki));
  const algorithm = children(fields.read(Tag.sequence));
  const oid = readOid(algorithm.read(Tag.objectIdentifier));
  const { octets, unused } = readBits(fields.read(Tag.bitString));
  if (oid === RSA && algorithm.peek() === Tag.null && unused === 0) {
    return createPublicKey({ key: Buffer.from(octets), format: 'der', type: 'pkcs1' });
  }
  const curve = oid === EC && algorithm.peek() === Tag.objectIdentifier ? curves[readOid(algorithm.next())] : undefined;
  if (curve !== undefined && octets[0] === UNCOMPRESSED && octets.length === 1 + 2 * curve.size && unused === 0) {
    const coordinate = (from: number) => Buffer.from(octets.subarray(from, from + curve.size)).toString('base64url');
    const key = { kty: 'EC', crv: curve.name, x: coordinate(1), y: coordinate(1 + curve.size) };
    return createPublicKey({ key, format: 'jwk' });
  }
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';
const UNCOMPRESSED = 4;

/** Curves that JSON Web Keys name, with the octets of a coordinate. */
const curves: Readonly<Record<string, { readonly name: string; readonly size: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', size: 32 },
  '1.3.132.0.34': { name: 'P-384', size: 48 },
  '1.3.132.0.35': { name: 'P-521', size: 66 },
};
