import { setTimeout as sleep } from 'node:timers/promises';
import { PkiError } from '../errors.js';
import { isoText } from '../text/iso-time.js';

/** How long a call waits for the other side, all in all; a signal ends the waiting at once. */
export class Patience {
  readonly #controller = new AbortController();
  readonly #end: number;
  readonly #timer: NodeJS.Timeout;
  #phase = 'the server';

  /**
   * @param milliseconds from now
   * @param interruption aborted when the call is to end; its reason is thrown then
   */
  constructor(milliseconds: number, interruption?: AbortSignal) {
    this.#end = Date.now() + milliseconds;
    this.#timer = setTimeout(() => {
      const message = `gave up after ${milliseconds / 1000} s of waiting for ${this.#phase}`;
      this.#controller.abort(new PkiError('ACME_TIMEOUT', message, { hint: 'wait longer with --timeout' }));
    }, milliseconds);
    if (interruption?.aborted) this.#controller.abort(interruption.reason);
    interruption?.addEventListener('abort', () => this.#controller.abort(interruption.reason));
  }

  /** Aborted when time is up or the call is to end, with the error as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @param phase what is waited for from now on: `the validation of valami.hu` */
  enter(phase: string): void {
    this.#phase = phase;
  }

  /** The result of `work`, unless time is up or the call is to end before that. */
  async within<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let stop = () => {};
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
      stop = () => signal.removeEventListener('abort', abort);
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      stop();
    }
  }

  /**
   * Waits as long as the other side wants.
   *
   * @throws {PkiError} ACME_WAIT: that is longer than there is time; it says until when
   */
  async wait(milliseconds: number, asked: string): Promise<void> {
    const until = Date.now() + milliseconds;
    if (until > this.#end) {
      const seconds = Math.ceil(milliseconds / 1000);
      throw new PkiError('ACME_WAIT', `${asked}: not before ${isoText(until)}, in ${seconds} s`, {
        hint: 'try again then, or wait for it with --timeout',
      });
    }
    await this.sleep(milliseconds);
  }

  /** Does nothing for a while. */
  async sleep(milliseconds: number): Promise<void> {
    await this.within(sleep(milliseconds));
  }

  /** The time no longer counts. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
