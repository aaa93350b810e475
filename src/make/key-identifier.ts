import { createHash } from 'node:crypto';
import { readElement } from '../der/reader.js';
import type { Certificate } from '../x509/certificate.js';
import { keyBits } from '../x509/key-bits.js';

/** The SHA-1 of the key's bits, as RFC 5280 4.2.1.2 (1) makes key identifiers. */
export const keyIdentifier = (spki: Uint8Array): Uint8Array =>
  createHash('sha1')
    .update(keyBits(readElement(spki)))
    .digest();

/** The key identifier a CA's certificate has, or the one its key would have. */
export function issuerKeyIdentifier({ subjectKeyId, elements }: Certificate): Uint8Array {
  return subjectKeyId === null ? keyIdentifier(elements.publicKey.encoding()) : Buffer.from(subjectKeyId, 'hex');
}
