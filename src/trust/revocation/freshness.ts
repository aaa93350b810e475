import { isoText } from '../../text/iso-time.js';
import type { Problem } from '../problem.js';
import { CLOCK_TOLERANCE, type StatusQuestion } from './question.js';

/** The times of a list or a response. */
export interface Times {
  /** Milliseconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

/** The words and rules that lists and responses differ in. */
export interface TimesKind {
  /** `the list` */
  readonly what: string;
  readonly prefix: 'crl' | 'ocsp';
  /** The rules of the one time and of the other. */
  readonly thisClause: string;
  readonly nextClause: string;
  /** The time one without a next update counts, in milliseconds, where nothing else is said. */
  readonly ageWithoutNext: number;
}

/** The reason not to rely on an answer for its times, undefined where there is none. */
export function timeFlaw(
  { thisUpdate, nextUpdate }: Times,
  { at, maxAge }: Pick<StatusQuestion, 'at' | 'maxAge'>,
  { what, prefix, thisClause, nextClause, ageWithoutNext }: TimesKind,
): Problem | undefined {
  if (thisUpdate > at + CLOCK_TOLERANCE) {
    return {
      code: `${prefix}_not_yet_valid`,
      message: `${what} is not in force before ${isoText(thisUpdate)}`,
      clause: thisClause,
    };
  }
  if (nextUpdate !== null && nextUpdate < at) {
    return {
      code: `${prefix}_expired`,
      message: `${what} is out of date since ${isoText(nextUpdate)}`,
      clause: nextClause,
    };
  }
  if (maxAge !== undefined && at - thisUpdate > maxAge) {
    const message = `${what} of ${isoText(thisUpdate)} is older than --max-age allows`;
    return { code: `${prefix}_too_old`, message, clause: thisClause };
  }
  if (nextUpdate === null && maxAge === undefined && at - thisUpdate > ageWithoutNext) {
    const message = `${what} of ${isoText(thisUpdate)} does not say when the next one comes`;
    return { code: `${prefix}_no_next_update`, message, clause: nextClause, hint: '--max-age says how old it may be' };
  }
  return undefined;
}
