import { elementAt } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isPadding } from '../der/values.js';
import { timeOrNull } from '../x509/time.js';
import { codeOf, type Revocation, reasonFront, timeValue } from './revocation-entry.js';

/**
 * Entries of revocation lists in less than half their octets, for those that have nothing but a serial number, a UTCTime and
 * at most a reason, as all but a few have. Packed they are
 *
 *     0      the length of the serial number in seven bits; the eighth is for the keeper
 *     1      the number of the reason and 1, 0 for none
 *     2..5   the time in seconds since 1950
 *     6..    the content of the serial number
 */

const HEAD = 6;
const TIME = 15;
const REASON = reasonFront.length + 1;

/** In octets: the lengths of its entry and of what is in that take an octet each then. */
const LONGEST_SERIAL = 0x7f - 2 - TIME - REASON;

const FIRST = Date.UTC(1950, 0);
/** From here on times are no UTCTime. */
const END = Date.UTC(2050, 0);

/** The most octets a packed entry takes. */
export const LONGEST_PACKED = HEAD + LONGEST_SERIAL;

const serialLength = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) & 0x7f;

/** The length of the packed entry there. */
export const packedLength = (bytes: Uint8Array, at: number): number => HEAD + serialLength(bytes, at);

/** The length of the DER of the packed entry there. */
export const unpackedLength = (bytes: Uint8Array, at: number): number =>
  4 + serialLength(bytes, at) + TIME + (bytes[at + 1] === 0 ? 0 : REASON);

/** The place where the serial number of the packed entry there begins; it ends with the entry. */
export const packedSerialStart = (at: number): number => at + HEAD;

/** The number of the reason of the packed entry there, undefined where it has none. */
export function packedReason(bytes: Uint8Array, at: number): number | undefined {
  const code = bytes[at + 1] ?? 0;
  return code === 0 ? undefined : code - 1;
}

/** Packs a revocation; false where it cannot be. */
export function packRevocation({ serial, time, reason }: Revocation, target: Buffer, at: number): boolean {
  if (serial.length > LONGEST_SERIAL || time < FIRST || time >= END) return false;
  writeHead(target, at, serial.length, time, codeOf(reason));
  target.set(serial, at + HEAD);
  return true;
}

let last: { readonly value: Buffer; readonly time: number | null } = { value: Buffer.alloc(0), time: null };

/** The time whose DER is there, null for none; entries in a row often have the same. */
function timeAt(bytes: Buffer, start: number, end: number): number | null {
  if (last.value.compare(bytes, start, end) !== 0) {
    const value = Buffer.from(bytes.subarray(start, end));
    last = { value, time: timeOrNull(elementAt(value, 0, value.length)) };
  }
  return last.time;
}

/** Packs an entry in DER, from `start` to `end`; false where it cannot be, its octets not coming out as they were. */
export function packEntry(bytes: Buffer, start: number, end: number, target: Buffer, at: number): boolean {
  const serial = start + 4;
  const length = bytes[serial - 1] ?? 0;
  const date = serial + length;
  const dateEnd = date + TIME;
  const isPlain =
    bytes[start] === Tag.sequence &&
    bytes[start + 1] === end - start - 2 &&
    bytes[start + 2] === Tag.integer &&
    length > 0 &&
    length <= LONGEST_SERIAL &&
    !isPadding(bytes[serial], length === 1 ? undefined : bytes[serial + 1]) &&
    bytes[date] === Tag.utcTime &&
    bytes[date + 1] === TIME - 2;
  if (!isPlain) return false;
  const hasReason = end === dateEnd + REASON && reasonFront.compare(bytes, dateEnd, end - 1) === 0;
  const code = hasReason ? (bytes[end - 1] ?? 0) : undefined;
  if ((!hasReason && end !== dateEnd) || (code ?? 0) >= 0x80) return false;
  const time = timeAt(bytes, date, dateEnd);
  if (time === null) return false;
  writeHead(target, at, length, time, code);
  bytes.copy(target, at + HEAD, serial, date);
  return true;
}

function writeHead(target: Buffer, at: number, length: number, time: number, code: number | undefined): void {
  target[at] = length;
  target[at + 1] = code === undefined ? 0 : code + 1;
  target.writeUInt32BE(Math.floor((time - FIRST) / 1000), at + 2);
}

/** Writes the DER of the packed entry there. @returns where it ends */
export function unpackEntry(bytes: Buffer, at: number, target: Buffer, targetAt: number): number {
  const start = at + HEAD;
  const end = at + packedLength(bytes, at);
  const code = packedReason(bytes, at);
  const length = unpackedLength(bytes, at);
  let position = targetAt;
  position = target.writeUInt8(Tag.sequence, position);
  position = target.writeUInt8(length - 2, position);
  position = target.writeUInt8(Tag.integer, position);
  position = target.writeUInt8(end - start, position);
  position += bytes.copy(target, position, start, end);
  position += timeValue(FIRST + bytes.readUInt32BE(at + 2) * 1000).copy(target, position);
  if (code === undefined) return position;
  position += reasonFront.copy(target, position);
  return target.writeUInt8(code, position);
}
