import { Tag } from './tag.js';

/**
 * Writes DER, for the few structures that are made where no ASN.1 library is loaded: algorithm identifiers and the
 * envelopes of keys. The counterpart of the reader; like it, it knows ASN.1, not X.509.
 */

/** One element: a tag over the concatenated parts. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([header(tag, length), ...parts]);
}

/** The identifier and length octets of an element whose content has so many octets. */
export const header = (tag: number, length: number): Buffer => Buffer.from([tag, ...lengthOctets(length)]);

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(Tag.sequence, ...parts);

export const octetString = (content: Uint8Array): Buffer => element(Tag.octetString, content);

/** A BIT STRING of whole octets. */
export const bitString = (content: Uint8Array): Buffer => element(Tag.bitString, Buffer.of(0), content);

export const nullValue = (): Buffer => element(Tag.null);

/** An INTEGER from a small non-negative number, or from the big-endian octets of one of any size. */
export function integer(value: number | Uint8Array): Buffer {
  let octets =
    typeof value === 'number' ? Buffer.from(value.toString(16).padStart(12, '0'), 'hex') : Buffer.from(value);
  const first = octets.findIndex((octet) => octet !== 0);
  octets = first === -1 ? Buffer.of(0) : octets.subarray(first);
  return (octets[0] as number) >= 0x80 ? element(Tag.integer, Buffer.of(0), octets) : element(Tag.integer, octets);
}

/** An OBJECT IDENTIFIER from dotted decimals whose form the caller has checked. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return element(Tag.objectIdentifier, Buffer.from([first * 40n + second, ...rest].flatMap(arcOctets)));
}

function arcOctets(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}
