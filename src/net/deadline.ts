import { PkiError } from '../errors.js';

/**
 * The time one exchange over the network may take, from the first look-up of a name to the last octet. The waiter says
 * first for what, so that the error does: `no answer within 10 s: connecting to 192.0.2.1:25`.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #phase = '';

  /** @param milliseconds from now */
  constructor(milliseconds: number) {
    this.#timer = setTimeout(() => {
      const message = `no answer within ${milliseconds / 1000} s: ${this.#phase}`;
      this.#controller.abort(new PkiError('NET_TIMEOUT', message, { hint: 'wait longer with --timeout' }));
    }, milliseconds);
  }

  /** Aborted when time is up, with the error as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @param phase a participle: `waiting for the greeting` */
  enter(phase: string): void {
    this.#phase = phase;
  }

  /** The time no longer counts. */
  clear(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Waits for what `start` begins, as `new Promise` does, or for the end of the time. `stop` is called in any case, to take
   * listeners off; what is waited for is to be destroyed by who catches the error.
   */
  wait<T>(start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void): Promise<T> {
    const { signal } = this;
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise<T>((resolve, reject) => {
      let stop: (() => void) | undefined;
      const settle = (action: () => void) => {
        signal.removeEventListener('abort', expire);
        stop?.();
        action();
      };
      const expire = () => settle(() => reject(signal.reason));
      signal.addEventListener('abort', expire);
      stop = start(
        (value) => settle(() => resolve(value)),
        (reason) => settle(() => reject(reason)),
      );
    });
  }
}
