import type { JsonWebKey, KeyObject } from 'node:crypto';
import { type Cursor, children, encapsulated, readElement } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readBits, readInteger, readOid } from '../der/values.js';
import { bitString, integer, nullValue, objectIdentifier, sequence } from '../der/writer.js';
import { isPkiError } from '../errors.js';
import { KeyOid } from '../x509/key-oid.js';
import { jwkCurveByName, jwkCurveByOpenssl, jwkPointOn, toBase64url, UNCOMPRESSED } from './jwk-curves.js';

/**
 * The numbers of usual keys, RSA and the curves JSON Web Keys have a name for, as such a key holds them. With them a key is
 * compared, checked and made without OpenSSL's search for a decoder, which is half a millisecond of a start.
 */
export type KeyNumbers = JsonWebKey;

/**
 * The numbers in a private key that is written in the usual way; undefined for any other, which is for OpenSSL to read or
 * to refuse.
 */
export function numbersIn(der: Uint8Array, form: 'pkcs8' | 'pkcs1' | 'sec1'): KeyNumbers | undefined {
  try {
    return readNumbers(der, form);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** The numbers of a key, private or public; undefined where it is of no usual kind. */
export function numbersOf(key: KeyObject): KeyNumbers | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isUsual = type === 'rsa' || (type === 'ec' && jwkCurveByOpenssl(details?.namedCurve ?? '') !== undefined);
  return isUsual ? key.export({ format: 'jwk' }) : undefined;
}

/** SubjectPublicKeyInfo in DER of the key with these numbers. */
export function publicKeyInfoOf({ kty, n = '', e = '', crv = '', x = '', y = '' }: KeyNumbers): Buffer {
  if (kty === 'RSA') {
    const modulusAndExponent = sequence(integer(octetsOf(n)), integer(octetsOf(e)));
    return sequence(sequence(objectIdentifier(KeyOid.rsa), nullValue()), bitString(modulusAndExponent));
  }
  const { oid } = jwkCurveByName(crv);
  return sequence(sequence(objectIdentifier(KeyOid.ec), objectIdentifier(oid)), bitString(pointOf({ x, y })));
}

/** The point of an elliptic curve key, written out (SEC 1 2.3.3). */
export function pointOf({ x = '', y = '' }: KeyNumbers): Buffer {
  return Buffer.concat([Buffer.of(UNCOMPRESSED), octetsOf(x), octetsOf(y)]);
}

export const octetsOf = (number: string): Buffer => Buffer.from(number, 'base64url');

function readNumbers(der: Uint8Array, form: 'pkcs8' | 'pkcs1' | 'sec1'): KeyNumbers | undefined {
  const whole = readElement(der);
  if (whole.tag !== Tag.sequence) return undefined;
  const fields = children(whole);
  if (form === 'pkcs1') return rsaNumbers(fields);
  if (form === 'sec1') return ecNumbers(fields, undefined);
  // PrivateKeyInfo (RFC 5958 2).
  fields.read(Tag.integer);
  const algorithm = children(fields.read(Tag.sequence));
  const oid = readOid(algorithm.read(Tag.objectIdentifier));
  const content = encapsulated(fields.read(Tag.octetString));
  const key = children(content.read(Tag.sequence));
  content.end();
  const parameters = algorithm.next();
  algorithm.end();
  if (oid === KeyOid.rsa && parameters.tag === Tag.null && parameters.length === 0) return rsaNumbers(key);
  return oid === KeyOid.ec && parameters.tag === Tag.objectIdentifier ? ecNumbers(key, readOid(parameters)) : undefined;
}

function isVersion(wanted: number, fields: Cursor): boolean {
  const [version, ...more] = readInteger(fields.read(Tag.integer));
  return version === wanted && more.length === 0;
}

/** RSAPrivateKey of two primes (RFC 8017 A.1.2). */
function rsaNumbers(fields: Cursor): KeyNumbers | undefined {
  if (!isVersion(0, fields)) return undefined;
  const numbers = Array.from({ length: 8 }, () => positive(fields));
  fields.end();
  if (numbers.includes(undefined)) return undefined;
  const [n, e, d, p, q, dp, dq, qi] = numbers as string[];
  return { kty: 'RSA', n, e, d, p, q, dp, dq, qi } as KeyNumbers;
}

/** Undefined for zero and for what is below. @throws {DerError} */
function positive(fields: Cursor): string | undefined {
  const octets = readInteger(fields.read(Tag.integer));
  const [first = 0] = octets;
  if (first >= 0x80 || (first === 0 && octets.length === 1)) return undefined;
  return toBase64url(first === 0 ? octets.subarray(1) : octets);
}

/** ECPrivateKey with its point (RFC 5915 3). */
function ecNumbers(fields: Cursor, outer: string | undefined): KeyNumbers | undefined {
  if (!isVersion(1, fields)) return undefined;
  const number = fields.read(Tag.octetString);
  const parameters = fields.optional(contextConstructed(0));
  const inner = parameters && readOid(children(parameters).read(Tag.objectIdentifier));
  const curve = outer ?? inner;
  const { octets, unused } = readBits(children(fields.read(contextConstructed(1))).read(Tag.bitString));
  fields.end();
  if (curve === undefined || (inner !== undefined && inner !== curve) || unused !== 0) return undefined;
  const point = jwkPointOn(curve, octets);
  // A point is twice as long as a number, and an octet.
  if (point === undefined || octets.length !== 1 + 2 * number.length) return undefined;
  return { kty: 'EC', d: toBase64url(number.content()), ...point };
}
