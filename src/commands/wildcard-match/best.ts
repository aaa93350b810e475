import type { Entry } from './catalog.js';

/**
 * The certificate a server would present to a host that several cover: the one that names it exactly before one with a
 * wildcard, of those the one that expires last, of those the first given.
 */
export function bestOf(covering: readonly Entry[]): Entry | undefined {
  return covering
    .filter(({ presenter }) => presenter !== undefined)
    .reduce<Entry | undefined>(
      (best, entry) => (best === undefined || isBetter(entry, best) ? entry : best),
      undefined,
    );
}

function isBetter(a: Entry, b: Entry): boolean {
  if (isExact(a) !== isExact(b)) return isExact(a);
  return expiry(a) > expiry(b);
}

const isExact = ({ pattern }: Entry): boolean => !pattern.name.includes('*');

/** A request is no certificate yet: it comes after all that are. */
const expiry = ({ presenter }: Entry): number => presenter?.notAfter?.getTime() ?? Number.NEGATIVE_INFINITY;
