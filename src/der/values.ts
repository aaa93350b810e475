import { Buffer } from 'node:buffer';
import { DerError } from './error.js';
import type { Element } from './reader.js';

/** Primitive values out of elements. Each checks what DER demands of its type and says where it is broken. */

/**
 * An OBJECT IDENTIFIER as dotted decimals.
 *
 * @throws {DerError} empty, padded (X.690 8.19.2), cut, or with an arc over 2^53
 */
export function readOid(element: Element): string {
  const { bytes, contentStart: start, end } = element;
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (hash * 31 + (bytes[i] as number)) & 0xffff;
  const slot = hash & (SLOTS - 1);
  const known = recentOids[slot];
  if (known !== undefined && isContent(known.content, bytes, start, end)) return known.text;
  const text = decodeOid(bytes, start, end);
  recentOids[slot] = { content: Uint8Array.prototype.slice.call(bytes, start, end), text };
  return text;
}

/** Few OIDs stand in many places: the last one of each hash is remembered. */
const SLOTS = 512;
const recentOids: ({ readonly content: Uint8Array; readonly text: string } | undefined)[] = new Array(SLOTS);

function isContent(content: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (content.length !== end - start) return false;
  for (let i = 0; i < content.length; i++) if (content[i] !== bytes[start + i]) return false;
  return true;
}

/** {@link readOid} over bare content octets. */
export function decodeOid(bytes: Uint8Array, start: number, end: number): string {
  if (start === end) throw new DerError('DER_VALUE', start, 'empty OBJECT IDENTIFIER');
  let text = '';
  let arc = 0;
  let fresh = true;
  for (let i = start; i < end; i++) {
    const octet = bytes[i] as number;
    if (fresh && octet === 0x80) throw new DerError('DER_VALUE', i, 'padded arc in OBJECT IDENTIFIER');
    arc = arc * 128 + (octet & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER) return decodeLongOid(bytes, start, end);
    fresh = (octet & 0x80) === 0;
    if (fresh) {
      if (text === '') {
        const first = arc < 40 ? 0 : arc < 80 ? 1 : 2;
        text = `${first}.${arc - first * 40}`;
      } else {
        text += `.${arc}`;
      }
      arc = 0;
    }
  }
  if (!fresh) throw new DerError('DER_VALUE', end - 1, 'OBJECT IDENTIFIER ends inside an arc');
  return text;
}

/** The longest arc read, in octets. Bigints cost the square of their length; OpenSSL has the same bound for whole OIDs. */
const LONGEST_ARC = 586;

/** Arcs beyond 2^53 (UUID-based ones under 2.25 are real): the same walk in bigints. */
function decodeLongOid(bytes: Uint8Array, start: number, end: number): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  let arcStart = start;
  for (let i = start; i < end; i++) {
    const octet = bytes[i] as number;
    if (i - arcStart >= LONGEST_ARC) {
      throw new DerError('DER_VALUE', arcStart, `OBJECT IDENTIFIER with an arc of more than ${LONGEST_ARC} bytes`);
    }
    if (arc === 0n && octet === 0x80) throw new DerError('DER_VALUE', i, 'padded arc in OBJECT IDENTIFIER');
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if ((octet & 0x80) === 0) {
      arcs.push(arc);
      arc = 0n;
      arcStart = i + 1;
    } else if (i === end - 1) {
      throw new DerError('DER_VALUE', i, 'OBJECT IDENTIFIER ends inside an arc');
    }
  }
  const [head = 0n, ...rest] = arcs;
  const first = head < 40n ? 0n : head < 80n ? 1n : 2n;
  return [first, head - first * 40n, ...rest].join('.');
}

/**
 * The content of an INTEGER after checking that it is not empty and not padded (X.690 8.3.2).
 *
 * @throws {DerError}
 */
export function readInteger(element: Element): Uint8Array {
  const content = element.content();
  if (content.length === 0) throw new DerError('DER_VALUE', element.start, 'empty INTEGER');
  if (isPaddedInteger(content)) throw new DerError('DER_VALUE', element.start, 'padded INTEGER');
  return content;
}

/** True when the first nine bits of an INTEGER's content are all equal: one octet more than needed. */
export const isPaddedInteger = (content: Uint8Array): boolean => isPadding(content[0], content[1]);

/** {@link isPaddedInteger} by the first two octets, undefined where there are less. */
export const isPadding = (first: number | undefined, second: number | undefined): boolean =>
  second !== undefined && ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80));

/**
 * A small INTEGER or ENUMERATED as a number.
 *
 * @throws {DerError} malformed, or outside ±2^47
 */
export function readSmallInteger(element: Element): number {
  const { bytes, contentStart, end } = element;
  if (end - contentStart === 1) {
    const octet = bytes[contentStart] as number;
    return octet < 0x80 ? octet : octet - 0x100;
  }
  const content = readInteger(element);
  if (content.length > 6) throw new DerError('DER_VALUE', element.start, 'INTEGER too large here');
  let value = (content[0] as number) >= 0x80 ? -1 : 0;
  for (const octet of content) value = value * 256 + octet;
  return value;
}

/**
 * An INTEGER of any size.
 *
 * @throws {DerError}
 */
export function readBigInteger(element: Element): bigint {
  const content = readInteger(element);
  const unsigned = BigInt(`0x${toHex(content)}`);
  return (content[0] as number) >= 0x80 ? unsigned - (1n << BigInt(8 * content.length)) : unsigned;
}

/** A BIT STRING: its octets and how many bits of the last one do not count. */
export interface Bits {
  readonly octets: Uint8Array;
  readonly unused: number;
}

/**
 * A BIT STRING (X.690 8.6, 11.2).
 *
 * @throws {DerError} no or impossible count of unused bits
 */
export function readBits(element: Element): Bits {
  const unused = unusedBits(element);
  return { octets: element.bytes.subarray(element.contentStart + 1, element.end), unused };
}

/** How many bits of a BIT STRING's last octet do not count. @throws {DerError} as {@link readBits} does */
export function unusedBits({ bytes, start, contentStart, end }: Element): number {
  const unused = contentStart < end ? (bytes[contentStart] as number) : undefined;
  if (unused === undefined || unused > 7 || (unused > 0 && end - contentStart === 1)) {
    throw new DerError('DER_VALUE', start, 'BIT STRING with an impossible count of unused bits');
  }
  return unused;
}

/** The same octets. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Lower-case hex. */
export function toHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return asBuffer(bytes).toString('hex', start, end);
}
