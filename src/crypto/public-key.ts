import { createPublicKey, type KeyObject } from 'node:crypto';
import { children, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readBits, readOid } from '../der/values.js';
import { KeyOid } from '../x509/key-oid.js';
import { jwkPointOn } from './jwk-curves.js';

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
  const parameters = algorithm.atEnd ? undefined : algorithm.next();
  if (oid === KeyOid.rsa && parameters?.tag === Tag.null && parameters.length === 0 && unused === 0) {
    return createPublicKey({ key: Buffer.from(octets), format: 'der', type: 'pkcs1' });
  }
  const curve = oid === KeyOid.ec && parameters?.tag === Tag.objectIdentifier ? readOid(parameters) : undefined;
  const point = curve !== undefined && unused === 0 ? jwkPointOn(curve, octets) : undefined;
  if (point !== undefined) return createPublicKey({ key: { kty: 'EC', ...point }, format: 'jwk' });
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}
