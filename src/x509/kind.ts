import { Cursor, children, type Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { isPkiError } from '../errors.js';

/** What DER without a label can be. */
export type Kind =
  | 'certificate'
  | 'request'
  | 'crl'
  | 'public_key'
  | 'pkcs1_public_key'
  | 'pkcs8'
  | 'pkcs1'
  | 'sec1'
  | 'dsa'
  | 'encrypted_pkcs8'
  | 'pkcs7'
  | 'pkcs12';

/**
 * Tells by its shape what a piece of DER is, or undefined. Only the first few elements are looked at: that it is whole is
 * for the reader of that kind to find out.
 */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  try {
    const fields = children(new Cursor(bytes, 0, bytes.length).read(Tag.sequence));
    const first = fields.next();
    if (first.tag === Tag.objectIdentifier)
      return /^1\.2\.840\.113549\.1\.7\.\d+$/.test(readOid(first)) ? 'pkcs7' : undefined;
    if (first.tag === Tag.integer) return kindOfVersioned(first, fields);
    if (first.tag === Tag.sequence) return kindOfSequence(first, fields);
    return undefined;
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** Keys and PKCS#12 start with a version, an RSA public key with its modulus. */
function kindOfVersioned(first: Element, fields: Cursor): Kind | undefined {
  const second = fields.next();
  if (second.tag === Tag.octetString) return 'sec1';
  if (second.tag === Tag.sequence) {
    if (fields.peek() === Tag.octetString) return 'pkcs8';
    return first.length === 1 && first.bytes[first.contentStart] === 3 ? 'pkcs12' : undefined;
  }
  if (second.tag !== Tag.integer) return undefined;
  if (fields.atEnd) return 'pkcs1_public_key';
  let integers = 2;
  while (fields.peek() === Tag.integer) {
    fields.next();
    integers++;
  }
  if (integers === 6) return fields.atEnd ? 'dsa' : undefined;
  return integers === 9 ? 'pkcs1' : undefined;
}

/** Signed things start with what is signed; keys without a version with their algorithm. */
function kindOfSequence(first: Element, fields: Cursor): Kind | undefined {
  const inner = children(first);
  const start = inner.next();
  const second = fields.peek();
  if (start.tag === Tag.objectIdentifier) {
    if (second === Tag.bitString) return 'public_key';
    return second === Tag.octetString ? 'encrypted_pkcs8' : undefined;
  }
  if (second !== Tag.sequence) return undefined;
  if (start.tag === contextConstructed(0)) return 'certificate';
  if (start.tag === Tag.sequence) return 'crl';
  if (start.tag !== Tag.integer) return undefined;
  // Without a version number: certificate v1 is serial, algorithm, issuer, validity; request is version, subject, key;
  // CRL is version, algorithm, issuer, time.
  inner.next();
  const third = inner.next();
  const fourth = inner.peek();
  if (fourth === Tag.utcTime || fourth === Tag.generalizedTime) return 'crl';
  if (fourth === -1 || fourth === contextConstructed(0)) return third.tag === Tag.sequence ? 'request' : undefined;
  return fourth === Tag.sequence ? 'certificate' : undefined;
}
