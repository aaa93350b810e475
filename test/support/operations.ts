import { Session } from 'node:inspector';
import { isPkiError } from '../../src/errors.js';

/**
 * Counts operations by V8's own coverage: how often each block of code ran. The same call gives the same number on every
 * machine, however busy it is. Counted is what is loaded after this is made, and only JavaScript: the inside of a
 * function of Node.js or V8 is one operation, however long it takes.
 */
export class OperationCounter {
  readonly #session = new Session();
  readonly #isCounted: (url: string) => boolean;

  /** @param isCounted which modules are counted */
  constructor(isCounted: (url: string) => boolean) {
    this.#isCounted = isCounted;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Operations of a call; a refusal is an answer too. */
  of(call: () => unknown): number {
    this.#take();
    try {
      call();
    } catch (error) {
      if (!isPkiError(error)) throw error;
    }
    return this.#take();
  }

  /** Those since the last time. */
  #take(): number {
    let taken = 0;
    this.#session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error !== null) throw error;
      for (const { url, functions } of coverage.result) {
        if (!this.#isCounted(url)) continue;
        for (const { ranges } of functions) for (const { count } of ranges) taken += count;
      }
    });
    return taken;
  }
}

/** The exponent of the size in the work: 1 in proportion, 2 quadratic. */
export const exponentOf = (sizes: readonly [number, number], works: readonly [number, number]): number =>
  Math.log(works[1] / works[0]) / Math.log(sizes[1] / sizes[0]);
