import { DerError } from '../der/error.js';
import type { Cursor, Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';

/** The first moment of the year 0, and of the year 10000. */
const FIRST_TIME = Date.UTC(-1, 11, 31) + 86_400_000;
const YEAR_10000 = Date.UTC(10_000, 0);

/** "No well-defined expiration date" (RFC 5280 4.1.2.5), as milliseconds. */
export const NO_EXPIRY = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * A Time of RFC 5280 4.1.2.5 in milliseconds since 1970. Forms that X.680 knows and RFC 5280 forbids are read: without
 * seconds, with an offset from UTC, with fractions of a second. {@link timeProblem} says what is wrong with them. A time
 * that its offset moves out of the years 0 to 9999 has no form in RFC 3339, and is none.
 *
 * @throws {DerError} it is no time
 */
export function readTime(element: Element): number {
  const time = timeOrNaN(element);
  if (Number.isNaN(time)) throw new DerError('DER_VALUE', element.start, `not a time: ${timeText(element)}`);
  return time;
}

/** {@link readTime}, null for what is no time. */
export function timeOrNull(element: Element): number | null {
  const time = timeOrNaN(element);
  return Number.isNaN(time) ? null : time;
}

function timeOrNaN(element: Element): number {
  const { bytes, contentStart: start, end, tag } = element;
  const yearDigits = tag === Tag.utcTime ? 2 : 4;
  // The usual case, YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, without a regular expression: every certificate has two.
  if (end - start === yearDigits + 11 && bytes[end - 1] === 0x5a) {
    let year = twoDigits(bytes, start);
    if (tag === Tag.utcTime) year += year < 50 ? 2000 : 1900;
    else year = year * 100 + twoDigits(bytes, start + 2);
    const at = start + yearDigits;
    const time = checkedTime(
      year,
      twoDigits(bytes, at),
      twoDigits(bytes, at + 2),
      twoDigits(bytes, at + 4),
      twoDigits(bytes, at + 6),
      twoDigits(bytes, at + 8),
    );
    if (!Number.isNaN(time)) return time;
  }
  return readOddTime(element);
}

/** A Time: the element of one of its two types. */
export function readTimeElement(cursor: Cursor, what: string): Element {
  return cursor.optional(Tag.utcTime) ?? cursor.read(Tag.generalizedTime, what);
}

/** The text of a Time, for messages. */
export function timeText(element: Element): string {
  return Buffer.from(element.content()).toString('latin1');
}

/**
 * The fault of this time's form by RFC 5280 4.1.2.5, or undefined.
 *
 * @param time what {@link timeOrNull} says of it
 * @param what names it: `not_after`
 */
export function timeProblem(element: Element, time: number | null, what: string): string | undefined {
  const { length, tag, bytes, end } = element;
  if (time === null) return `${what} is not a time: ${timeText(element)}`;
  const isUtc = tag === Tag.utcTime;
  if (length === (isUtc ? 13 : 15) && bytes[end - 1] === 0x5a) {
    if (isUtc) return undefined;
    if (time === NO_EXPIRY) return `${what} is 99991231235959Z: no expiry date`;
    const year = new Date(time).getUTCFullYear();
    return year < 2050 ? `${what} is a GeneralizedTime before 2050: ${timeText(element)}` : undefined;
  }
  const text = timeText(element);
  const type = isUtc ? 'UTCTime' : 'GeneralizedTime';
  if (/[+-]\d{4}$/.test(text)) return `${what} is a ${type} with an offset from UTC: ${text}`;
  if (/[.,]\d+Z?$/.test(text)) return `${what} is a ${type} with fractions of a second: ${text}`;
  if (!text.endsWith('Z')) return `${what} is a ${type} without Z: ${text}`;
  return `${what} is a ${type} without seconds: ${text}`;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function checkedTime(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  // Written so that NaN fails.
  if (!(month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59 && year >= 0)) {
    return Number.NaN;
  }
  if (!(day <= daysIn(year, month))) return Number.NaN;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC takes years below 100 for the twentieth century.
  return year >= 100 ? time : new Date(time).setUTCFullYear(year);
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (monthDays[month - 1] as number);
}

const oddUtc = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?()(Z|[+-]\d{4})$/;
const oddGeneralized = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?([.,]\d+)?(Z|[+-]\d{4})?$/;

function readOddTime(element: Element): number {
  const isUtc = element.tag === Tag.utcTime;
  const match = (isUtc ? oddUtc : oddGeneralized).exec(timeText(element));
  if (match === null) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  const century = isUtc ? (year < 50 ? 2000 : 1900) : 0;
  const time = checkedTime(century + year, month, day, hour, minute, second);
  const zone = match[8] ?? 'Z';
  if (zone === 'Z') return time;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  const utc = time - (zone.startsWith('-') ? -minutes : minutes) * 60_000;
  return utc >= FIRST_TIME && utc < YEAR_10000 ? utc : Number.NaN;
}
