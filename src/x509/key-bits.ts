import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';

/**
 * The bits of a SubjectPublicKeyInfo's key, without tag, length and the count of unused bits: what key identifiers hash
 * (RFC 5280 4.2.1.2, RFC 6960 4.1.1).
 *
 * @throws {DerError}
 */
export function keyBits(spki: Element): Uint8Array {
  const fields = children(spki);
  fields.read(Tag.sequence, 'algorithm');
  return fields.read(Tag.bitString, 'subjectPublicKey').content().subarray(1);
}
