import { UsageError } from '../errors.js';

/** The highest TCP port. */
export const MAX_PORT = 65_535;

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
