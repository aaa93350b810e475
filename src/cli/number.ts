import { UsageError } from '../errors.js';

/** The highest TCP port. */
export const MAX_PORT = 65_535;

/**
 * The value of --path-length: how many CAs may follow below, at most 99.
 *
 * @throws {UsageError} anything else
 */
export function parsePathLength(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,2}$/.test(text)) throw new UsageError(`--path-length: ${text} is not a number from 0 to 99`);
  return Number(text);
}

/**
 * A number from 1 up to a greatest.
 *
 * @throws {UsageError} anything else
 */
export function parseNumber(option: string, text: string, greatest: number): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > greatest) {
    throw new UsageError(`${option}: ${text} is not a number from 1 to ${greatest}`);
  }
  return number;
}
