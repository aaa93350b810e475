import { berChildren, berElementAt } from '../der/ber.js';
import { Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { isPkiError } from '../errors.js';

/** Tells wrappers by their first elements, in BER as in DER. */

const PKCS7_TYPES = '1.2.840.113549.1.7.';
const NETSCAPE_SEQUENCE = '2.16.840.1.113730.2.5';

/** True when these bytes begin as a PKCS#7/CMS ContentInfo (RFC 5652 3): a SEQUENCE with a content type's OID in front. */
export const isPkcs7 = (bytes: Uint8Array): boolean =>
  looksRight(() => {
    const oid = readOid(berChildren(berElementAt(bytes, 0, bytes.length)).read(Tag.objectIdentifier));
    return oid.startsWith(PKCS7_TYPES) || oid === NETSCAPE_SEQUENCE;
  });

/** True when these bytes begin as a PKCS#12 PFX (RFC 7292 4): a SEQUENCE, version 3, a ContentInfo. */
export const isPkcs12 = (bytes: Uint8Array): boolean =>
  looksRight(() => {
    const fields = berChildren(berElementAt(bytes, 0, bytes.length));
    if (readSmallInteger(fields.read(Tag.integer)) !== 3) return false;
    return readOid(berChildren(fields.read(Tag.sequence)).read(Tag.objectIdentifier)).startsWith(PKCS7_TYPES);
  });

/** Which of the two these bytes begin as, if any. */
export function containerKind(bytes: Uint8Array): 'pkcs7' | 'pkcs12' | undefined {
  if (isPkcs7(bytes)) return 'pkcs7';
  return isPkcs12(bytes) ? 'pkcs12' : undefined;
}

function looksRight(look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    if (isPkiError(error)) return false;
    throw error;
  }
}
