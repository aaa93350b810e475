/** So many requests are under way at once: enough for a hundred names, and polite. */
const WIDTH = 8;

/** A connection of its own takes three round trips to be there: with fewer requests than this for each it does not pay. */
const SHARE = 4;

/**
 * Does the same for all items, a few at a time. The first error stops the rest from being begun, and is thrown when those
 * under way have ended.
 *
 * @returns the results in the order of the items
 */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const errors: unknown[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) {
      try {
        results.set(index, await work(item));
      } catch (error) {
        errors.push(error);
      }
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, Math.ceil(items.length / SHARE)) }, worker));
  if (errors.length > 0) throw errors[0];
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}
