import { UsageError } from '../errors.js';
import { nearestHint } from '../text/nearest.js';

/**
 * The word of a few that is the value of an option; undefined where the option is not given.
 *
 * @throws {UsageError} it is none of them
 */
export function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T;
export function oneOf<T extends string>(option: string, text: string | undefined, choices: readonly T[]): T | undefined;
export function oneOf<T extends string>(option: string, text: string | undefined, choices: readonly T[]) {
  const found = choices.find((choice) => choice === text);
  if (text === undefined || found !== undefined) return found;
  throw new UsageError(`${option}: ${text} is none of ${choices.join(', ')}`, nearestHint(text, choices));
}
