import { DerError } from '../der/error.js';
import type { Element } from '../der/reader.js';
import { toHex } from '../der/values.js';

/**
 * The content of an INTEGER that stands for an unsigned number, without leading zeros. One that lost its leading 00, and
 * so is negative by the letter, is taken for what was meant, as everybody does.
 *
 * @throws {DerError} it is empty
 */
export function unsignedContent(element: Element): Uint8Array {
  const { bytes, end } = element;
  let start = element.contentStart;
  if (start === end) throw new DerError('DER_VALUE', element.start, 'empty INTEGER');
  while (start < end && bytes[start] === 0) start++;
  return bytes.subarray(start, end);
}

/** Whether an INTEGER is negative by the letter: OpenSSL takes it for that in DSA's numbers. */
export const isNegative = ({ bytes, contentStart, end }: Element): boolean =>
  contentStart < end && (bytes[contentStart] ?? 0) >= 0x80;

/** The number of bits of an unsigned number without leading zeros. */
export function unsignedBits(content: Uint8Array): number {
  const first = content[0];
  return first === undefined ? 0 : content.length * 8 - Math.clz32(first) + 24;
}

/** Octets of the longest number that is written in decimal, which costs more than in proportion: as long as RSA keys get. */
const LONGEST_DECIMAL = 2048;

/** An unsigned number in decimal; in hexadecimal after `0x`, which no real key needs, where it is of over 16,384 bits. */
export function unsignedDecimal(content: Uint8Array): string {
  if (content.length > LONGEST_DECIMAL) return `0x${toHex(content)}`;
  if (content.length > 6) return BigInt(`0x${toHex(content)}`).toString();
  let value = 0;
  for (const octet of content) value = value * 256 + octet;
  return String(value);
}
