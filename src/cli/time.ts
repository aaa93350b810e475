import { UsageError } from '../errors.js';

/** One hour, one day, one week in milliseconds. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const units: Record<string, number> = { h: HOUR, d: DAY, w: 7 * DAY };

/**
 * A DURATION (`12h`, `30d`, `2w`) in milliseconds.
 *
 * @throws {UsageError} anything else; minutes and months share a letter, so `m` is refused
 */
export function parseDuration(option: string, text: string): number {
  const match = /^(\d{1,6})([a-z]?)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : units[match[2]];
  if (match === null || unit === undefined) {
    const hint =
      match?.[2] === 'm' ? 'm could be minutes or months: use h, d or w' : 'a number and h, d or w, for example 30d';
    throw new UsageError(`${option}: ${text} is not a duration`, hint);
  }
  return Number(match[1]) * unit;
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
  return new Date(time);
}
