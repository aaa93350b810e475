/**
 * A value that is made when it is first asked for, and kept: tables that many calls do without are no part of a start.
 *
 * @example const primes = once(() => primesUpTo(751));   // primes() when they are needed
 */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
