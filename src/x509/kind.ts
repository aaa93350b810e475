import { type BerCursor, berChildren, berElementAt } from '../der/ber.js';
import type { Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { isPkiError } from '../errors.js';

/** The kinds of objects that can be told without a label. */
export type Kind =
  | 'certificate'
  | 'request'
  | 'crl'
  | 'ocsp_response'
  | 'public_key'
  | 'pkcs1_public_key'
  | 'pkcs8'
  | 'pkcs1'
  | 'sec1'
  | 'dsa'
  | 'encrypted_pkcs8'
  | 'pkcs7'
  | 'pkcs12'
  | 'spkac';

const PKCS7_TYPES = '1.2.840.113549.1.7.';
/** The content type of Netscape's certificate sequence. */
export const NETSCAPE_SEQUENCE = '2.16.840.1.113730.2.5';

/**
 * The kind of an object in DER or BER, told by its shape; undefined where it has none of theirs. Only the first few elements
 * are looked at: that it is whole is for the reader of that kind to find out.
 */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  try {
    const whole = berElementAt(bytes, 0, bytes.length);
    if (whole.tag !== Tag.sequence) return undefined;
    const fields = berChildren(whole);
    const first = fields.next();
    if (first.tag === Tag.objectIdentifier) {
      const oid = readOid(first);
      return oid.startsWith(PKCS7_TYPES) || oid === NETSCAPE_SEQUENCE ? 'pkcs7' : undefined;
    }
    if (first.tag === Tag.enumerated)
      return fields.atEnd || fields.peek() === contextConstructed(0) ? 'ocsp_response' : undefined;
    if (first.tag === Tag.integer) return kindOfVersioned(first, fields);
    if (first.tag === Tag.sequence) return kindOfSequence(first, fields);
    return undefined;
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** Keys and PKCS#12 start with a version, an RSA public key with its modulus. */
function kindOfVersioned(first: Element, fields: BerCursor): Kind | undefined {
  const second = fields.next();
  if (isOctetString(second.tag)) return 'sec1';
  if (second.tag === Tag.sequence) {
    if (isOctetString(fields.peek())) return 'pkcs8';
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
function kindOfSequence(first: Element, fields: BerCursor): Kind | undefined {
  const inner = berChildren(first);
  const start = inner.next();
  const second = fields.peek();
  if (start.tag === Tag.objectIdentifier) {
    if (second === Tag.bitString) return 'public_key';
    return isOctetString(second) ? 'encrypted_pkcs8' : undefined;
  }
  if (second !== Tag.sequence) return undefined;
  if (start.tag === contextConstructed(0)) return 'certificate';
  // SignedPublicKeyAndChallenge: a key and a challenge in front of it all, where a CRL v1 has an algorithm and a name.
  if (start.tag === Tag.sequence) return inner.peek() === Tag.ia5String ? 'spkac' : 'crl';
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

/** In one piece, or in BER's many. */
const isOctetString = (tag: number): boolean => (tag & ~0x20) === Tag.octetString;
