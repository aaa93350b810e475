import { writeSync } from 'node:fs';
import { isTerminal } from '../system/terminal.js';

/** How often the line is painted anew, in milliseconds. */
const INTERVAL = 200;

/** A line on standard error that says how far long work is: on a terminal only, and gone when the work is done. */
export class Progress {
  readonly #label: string;
  readonly #isShown: boolean;
  readonly #start = Date.now();
  #painted = 0;

  /** @param label what is counted: `requests` */
  constructor(label: string, quiet: boolean) {
    this.#label = label;
    this.#isShown = !quiet && isTerminal(2);
  }

  /**
   * @param done how many are done
   * @param fraction of all there is to do, where that is known
   */
  update(done: number, fraction: number | undefined): void {
    // Not performance.now(): its first use loads a module that takes 2 ms.
    const now = Date.now();
    if (!this.#isShown || now - this.#painted < INTERVAL) return;
    this.#painted = now;
    const seconds = (now - this.#start) / 1000;
    const rate = done / seconds;
    const left = fraction === undefined || fraction === 0 ? '' : `, ${duration(seconds / fraction - seconds)} left`;
    const share = fraction === undefined ? '' : ` (${Math.floor(fraction * 100)} %)`;
    writeSync(2, `\r\x1b[K${done} ${this.#label}${share}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${left}`);
  }

  /** Wipes the line, before something else is said and at the end. */
  clear(): void {
    if (this.#painted === 0) return;
    this.#painted = 0;
    writeSync(2, '\r\x1b[K');
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
