import type { PendingAnswer } from './cache.js';

/** Takes the error of a cache that cannot keep an answer. */
export type OnCacheError = (error: unknown) => void;

/** Keeps an answer in the cache while it is read. Where the cache fails the answer is as good as ever: that is said once. */
export class Keeping {
  #pending: PendingAnswer | undefined;
  readonly #warn: OnCacheError;

  /** @param begin gives a place for it, undefined where there is no cache */
  constructor(begin: () => PendingAnswer | undefined, warn: OnCacheError) {
    this.#warn = warn;
    this.#try(() => {
      this.#pending = begin();
    });
  }

  /** The octets as they come, each kept on its way. */
  async *through(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const chunk of body) {
      this.write(chunk);
      yield chunk;
    }
  }

  write(octets: Uint8Array): void {
    this.#try(() => this.#pending?.write(octets));
  }

  /** The answer is complete, and good. */
  keep(): void {
    this.#try(() => {
      this.#pending?.keep();
      this.#pending = undefined;
    });
  }

  /** Lets go of all that is not kept by now. */
  drop(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.drop();
  }

  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#warn(error);
      this.drop();
    }
  }
}
