/**
 * IP addresses as certificates hold them: 4 or 16 octets (RFC 5280 4.2.1.6). Text is read strictly, so that what is not
 * plainly an address stays a candidate for a name, or an error, and never becomes another address.
 */

/**
 * The octets of an IP address, or undefined if the text is none.
 *
 * IPv4 is four decimal numbers without leading zeros (RFC 6943 3.1.1: `010` is 8 to some and 10 to others). IPv6 is any
 * spelling of RFC 4291 2.2, without brackets; a zone id (`%eth0`) means something on one machine only and is refused.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const bytes = parseIpv6(text);
  return bytes === undefined ? undefined : Uint8Array.from(bytes);
}

const ipv4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function parseIpv4(text: string): Uint8Array | undefined {
  // Of names, hardly one ends in a digit; to make the expression costs more than to ask.
  if (!isDigit(text.charCodeAt(text.length - 1))) return undefined;
  const match = ipv4.exec(text);
  if (match === null) return undefined;
  const numbers = match.slice(1).map(Number);
  return numbers.every((number) => number <= 255) ? Uint8Array.from(numbers) : undefined;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => groups(half, i === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  // `::` stands for at least one group (RFC 4291 2.2 says "one or more groups of 16 bits of zeros").
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** The octets of colon-separated groups; the last one may be dotted decimal where the address ends here. */
function groups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const embedded = isEnd && i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (embedded !== undefined) octets.push(...embedded);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      const group = Number.parseInt(part, 16);
      octets.push(group >> 8, group & 0xff);
    } else return undefined;
  }
  return octets;
}

/**
 * The canonical text of 4 or 16 octets: dotted decimal, or RFC 5952 (lower case, the longest run of zero groups as `::`,
 * IPv4-mapped addresses in mixed notation). Undefined for any other length.
 */
export function formatIpAddress(bytes: Uint8Array): string | undefined {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return undefined;
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (isMapped) return `::ffff:${bytes.subarray(12).join('.')}`;
  const words = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const { start, length } = longestZeroRun(words);
  const hex = (part: number[]) => part.map((word) => word.toString(16)).join(':');
  if (length < 2) return hex(words);
  return `${hex(words.slice(0, start))}::${hex(words.slice(start + length))}`;
}

/** The first of the longest runs of zeros (RFC 5952 4.2.3). */
function longestZeroRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < words.length; start++) {
    let length = 0;
    while (words[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/**
 * The octets of an address range in name constraints, address and mask (RFC 5280 4.2.1.10): `10.0.0.0/8`, with the mask
 * spelled out where it is no prefix.
 *
 * @returns undefined when they are neither eight nor thirty-two
 */
export function formatIpRange(octets: Uint8Array): string | undefined {
  if (octets.length !== 8 && octets.length !== 32) return undefined;
  const half = octets.length / 2;
  const mask = octets.subarray(half);
  return `${formatIpAddress(octets.subarray(0, half))}/${prefixLength(mask) ?? formatIpAddress(mask)}`;
}

function prefixLength(mask: Uint8Array): number | undefined {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^(1*)0*$/.exec(bits)?.[1]?.length;
}
