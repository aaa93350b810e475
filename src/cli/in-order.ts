/** How far the work may run ahead of a slow one, in rounds of all workers: what is done waits in memory until then. */
const ROUNDS_AHEAD = 16;

/**
 * The results of work done for many items at once, in the items' order, each as soon as it and those before it are there.
 *
 * @param jobs how many may be at work together
 * @param work never rejects: what fails is a result too
 */
export async function* inOrder<T, R>(
  items: AsyncGenerator<T, void>,
  jobs: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const gate = new Gate(jobs);
  const results: Promise<R>[] = [];
  let next: Promise<IteratorResult<T, void>> | undefined = items.next();
  while (next !== undefined || results.length > 0) {
    const [first] = results;
    const isFull = results.length >= jobs * ROUNDS_AHEAD;
    const event = await Promise.race([
      ...(first === undefined ? [] : [first.then((result) => ({ result }))]),
      ...(next === undefined || isFull ? [] : [next.then((item) => ({ item }))]),
    ]);
    if ('result' in event) {
      results.shift();
      yield event.result;
    } else if (event.item.done) {
      next = undefined;
    } else {
      const { value } = event.item;
      results.push(gate.through(() => work(value)));
      next = items.next();
    }
  }
}

/** Lets so many in at a time, the others in the order they came. */
class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async through<R>(work: () => Promise<R>): Promise<R> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // A place is handed on, so that who comes meanwhile cannot take it.
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
