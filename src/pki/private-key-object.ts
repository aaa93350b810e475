import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type Cursor, children, encapsulated, readElement } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readBits, readInteger, readOid } from '../der/values.js';
import { jwkPointOn, toBase64url } from './jwk-curves.js';

/**
 * node:crypto's key for a private key in DER. OpenSSL tries one decoder after the other on it, which is half a
 * millisecond of a start; the usual kinds, written in the usual way, go in as numbers. Whatever is not quite so is left to
 * the decoders, to read or to refuse.
 *
 * @throws {Error} of node:crypto: damaged, or a kind it does not know
 */
export function privateKeyObject(der: Uint8Array, form: 'pkcs8' | 'pkcs1' | 'sec1'): KeyObject {
  try {
    const key = numbersOf(der, form);
    if (key !== undefined) return createPrivateKey({ key, format: 'jwk' });
  } catch {
    // The decoders say why, or take it all the same.
  }
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: form });
}

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';

function numbersOf(der: Uint8Array, form: 'pkcs8' | 'pkcs1' | 'sec1'): JsonWebKey | undefined {
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
  if (oid === RSA && parameters.tag === Tag.null && parameters.length === 0) return rsaNumbers(key);
  return oid === EC && parameters.tag === Tag.objectIdentifier ? ecNumbers(key, readOid(parameters)) : undefined;
}

function isVersion(wanted: number, fields: Cursor): boolean {
  const [version, ...more] = readInteger(fields.read(Tag.integer));
  return version === wanted && more.length === 0;
}

/** RSAPrivateKey of two primes (RFC 8017 A.1.2). */
function rsaNumbers(fields: Cursor): JsonWebKey | undefined {
  if (!isVersion(0, fields)) return undefined;
  const [n, e, d, p, q, dp, dq, qi] = Array.from({ length: 8 }, () => positive(fields));
  fields.end();
  return { kty: 'RSA', n, e, d, p, q, dp, dq, qi } as JsonWebKey;
}

/** @throws {Error} it is zero, negative or padded */
function positive(fields: Cursor): string {
  const octets = readInteger(fields.read(Tag.integer));
  const [first = 0] = octets;
  if (first >= 0x80 || (first === 0 && octets.length === 1)) throw new RangeError('not a positive number');
  return toBase64url(first === 0 ? octets.subarray(1) : octets);
}

/** ECPrivateKey with its point (RFC 5915 3). */
function ecNumbers(fields: Cursor, outer: string | undefined): JsonWebKey | undefined {
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
