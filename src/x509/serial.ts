import { toHex } from '../der/values.js';

/**
 * The content of a serial number's INTEGER as lower hex of its value in whole bytes: no leading 00, `-` in front of a
 * negative one, `00` for zero (and for no content at all). Padding is skipped: it does not change the value.
 */
export function serialHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const first = start < end ? (bytes[start] as number) : 0;
  if (first > 0 && first < 0x80) return toHex(bytes, start, end);
  const content = bytes.subarray(start, end);
  if (first >= 0x80) return `-${toHex(withoutZeros(negated(content)))}`;
  const value = withoutZeros(content);
  return value.length === 0 ? '00' : toHex(value);
}

function withoutZeros(content: Uint8Array): Uint8Array {
  let start = 0;
  while (start < content.length && content[start] === 0) start++;
  return start === 0 ? content : content.subarray(start);
}

function negated(content: Uint8Array): Uint8Array {
  const magnitude = Uint8Array.from(content, (octet) => ~octet);
  for (let i = magnitude.length - 1; i >= 0; i--) {
    magnitude[i] = (magnitude[i] as number) + 1;
    if (magnitude[i] !== 0) break;
  }
  return magnitude;
}

/**
 * The content of an INTEGER of this value, the reverse of {@link serialHex}.
 *
 * @param hex digits, `-` in front of a negative number
 */
export function serialContent(hex: string): Uint8Array {
  const digits = hex.replace(/^-/, '').replace(/^0+(?=.)/, '');
  const magnitude = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  if (!hex.startsWith('-')) return (magnitude[0] ?? 0) < 0x80 ? magnitude : Buffer.concat([Buffer.of(0), magnitude]);
  const content = negated(magnitude);
  return (content[0] ?? 0) >= 0x80 ? content : Buffer.concat([Buffer.of(0xff), content]);
}
