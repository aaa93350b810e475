import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { UsageError } from '../../errors.js';
import { isTerminal } from '../../system/terminal.js';
import type { Output } from '../output.js';
import type { Report } from '../report.js';
import { DescriptorSink } from '../sink.js';
import { failureOf, namingFile } from './failure.js';

/** Standard output, or a device, FIFO or socket by name. */
export class InPlace implements Output {
  readonly lostKeys = [];
  readonly #target: string | number;
  readonly #name: string;
  readonly #report: Report;
  #descriptor: number | undefined;
  #sink: DescriptorSink | undefined;

  constructor(target: string | number, report: Report) {
    this.#target = target;
    this.#name = typeof target === 'number' ? 'standard output' : target;
    this.#report = report;
  }

  get isTerminal(): boolean {
    return isTerminal(namingFile(this.#name, () => this.#open()));
  }

  write(data: string | Uint8Array): void {
    try {
      this.#sink ??= new DescriptorSink(this.#open());
      this.#sink.write(data);
    } catch (error) {
      throw failureOf(this.#name, error);
    }
  }

  flush(): void {
    namingFile(this.#name, () => this.#sink?.flush());
  }

  holdsPrivateKeys(): void {
    if (this.isTerminal) throw keyOnTerminal();
    const { mode, isFile } = namingFile(this.#name, () => {
      const stats = fstatSync(this.#open());
      return { mode: stats.mode, isFile: stats.isFile() };
    });
    if (!isFile || (mode & 0o004) === 0) return;
    const hint = 'chmod o= takes that away; a file that --output makes is private';
    this.#report.warning(this.#name, 'a private key goes into a file everybody can read', hint);
  }

  holdsNewKey(): void {
    this.holdsPrivateKeys();
  }

  renewsKeys(): void {}

  async prepare(): Promise<void> {}

  place(): undefined {
    this.flush();
    this.abort();
  }

  commit(): void {
    this.place();
  }

  check(): void {
    if (typeof this.#target === 'string' && statSync(this.#target, { throwIfNoEntry: false })?.isDirectory())
      namingFile(this.#name, () => this.#open());
  }

  abort(): void {
    if (this.#descriptor !== undefined && this.#descriptor !== this.#target) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#sink = undefined;
  }

  #open(): number {
    this.#descriptor ??=
      typeof this.#target === 'number'
        ? this.#target
        : openSync(this.#target, constants.O_WRONLY | constants.O_TRUNC | constants.O_APPEND);
    return this.#descriptor;
  }
}

/** Said when a private key would be shown on a terminal. */
function keyOnTerminal(): UsageError {
  return new UsageError(
    'a private key is never written to a terminal',
    'name a file for it with --output or --key-out, or pipe the output',
  );
}
