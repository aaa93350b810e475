import { once } from '../once.js';

/** Times in words: RFC 3339 in UTC, of milliseconds since 1970. */

const DAY = 86_400_000;

/** RFC 3339 in UTC, whole seconds: `2027-03-15T00:00:00Z`. */
export function isoText(time: number): string {
  return `${isoSeconds(time)}Z`;
}

/** RFC 3339 in UTC with milliseconds. */
export function isoMilliseconds(time: number): string {
  const milliseconds = ((time % 1000) + 1000) % 1000;
  return `${isoSeconds(time)}.${Math.floor(milliseconds / 100)}${twoDigits()[milliseconds % 100]}Z`;
}

/** The day alone: `2027-03-15`. */
export function isoDate(time: number): string {
  return dateOf(Math.floor(time / DAY));
}

function isoSeconds(time: number): string {
  const day = Math.floor(time / DAY);
  const seconds = Math.floor((time - day * DAY) / 1000);
  const two = twoDigits();
  const hour = two[Math.floor(seconds / 3600)];
  return `${dateOf(day)}T${hour}:${two[Math.floor(seconds / 60) % 60]}:${two[seconds % 60]}`;
}

const twoDigits = once((): readonly string[] => Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0')));

/** By days since 1970: the dates in a bundle are few, and making one costs as much as all else here. */
const dates = new Map<number, string>();

function dateOf(day: number): string {
  let date = dates.get(day);
  if (date === undefined) {
    if (dates.size > 4096) dates.clear();
    date = newDate(new Date(day * DAY));
    dates.set(day, date);
  }
  return date;
}

/** The first `toISOString` of a process takes a quarter of a millisecond, its parts nothing to speak of. */
function newDate(date: Date): string {
  const year = date.getUTCFullYear();
  if (year < 0 || year > 9999) return date.toISOString().slice(0, -14);
  const two = twoDigits();
  return `${String(year).padStart(4, '0')}-${two[date.getUTCMonth() + 1]}-${two[date.getUTCDate()]}`;
}
