import { UsageError } from '../errors.js';

/** Units of time in milliseconds. */
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const units = { h: HOUR, d: DAY, w: 7 * DAY };
const timeoutUnits = { s: SECOND, ...units };

/** The longest time a timer of Node.js counts, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * A DURATION (`12h`, `30d`, `2w`) in milliseconds.
 *
 * @throws {UsageError} anything else; minutes and months share a letter, so `m` is refused
 */
export function parseDuration(option: string, text: string): number {
  return timeIn(option, text, units, 'a number and h, d or w, for example 30d');
}

/**
 * The time given to an exchange over the network (`10s`, `1h`), in milliseconds: a DURATION that may be in seconds too.
 *
 * @throws {UsageError} anything else, no time at all, and more than a timer can count
 */
export function parseTimeout(option: string, text: string): number {
  const time = timeIn(option, text, timeoutUnits, 'a number and s, h, d or w, for example 10s');
  if (time === 0 || time > LONGEST_TIMER) throw new UsageError(`${option}: ${text} is not between 1s and 24d`);
  return time;
}

function timeIn(option: string, text: string, units: Readonly<Record<string, number>>, hint: string): number {
  const [, number, letter = ''] = /^(\d{1,6})([a-z]?)$/.exec(text) ?? [];
  const unit = Object.hasOwn(units, letter) ? units[letter] : undefined;
  if (number !== undefined && unit !== undefined) return Number(number) * unit;
  const isUnclear = number !== undefined && letter === 'm';
  throw new UsageError(
    `${option}: ${text} is not a duration`,
    isUnclear ? `m could be minutes or months: use ${Object.keys(units).join(', ')}` : hint,
  );
}

/**
 * A count of days from 1 to 36525 (a hundred years).
 *
 * @throws {UsageError}
 */
export function parseDays(option: string, text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 36_525) throw new UsageError(`${option}: ${text} is not a number of days from 1 to 36525`);
  return days;
}

/** UTCTime begins with 1950, GeneralizedTime ends with 9999 (RFC 5280 4.1.2.5); what is made now is valid since yesterday. */
const FIRST = Date.UTC(1950, 0, 2);
const LAST = Date.UTC(10_000, 0, 1) - 1;

/**
 * An RFC 3339 time or date (`2027-03-15T00:00:00Z`, `2027-03-15`).
 *
 * @throws {UsageError}
 */
export function parseTime(option: string, text: string): Date {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d))?$/.exec(text);
  const time =
    match === null ? Number.NaN : Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text.replace(' ', 'T'));
  const [year, month, day] = (match ?? []).slice(1, 4).map(Number);
  const realDay = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0)).getUTCDate() === day;
  if (Number.isNaN(time) || !realDay) {
    throw new UsageError(
      `${option}: ${text} is not a time`,
      'RFC 3339, for example 2027-03-15T00:00:00Z or 2027-03-15',
    );
  }
  if (time < FIRST || time > LAST) {
    throw new UsageError(`${option}: ${text} is no time a certificate can name`, 'from 1950-01-02 to 9999-12-31 (UTC)');
  }
  return new Date(time);
}
