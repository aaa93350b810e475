import { writeSync } from 'node:fs';
import { isSystemError } from './system-error.js';

/** Where a command's data goes. */
export interface Sink {
  write(data: string | Uint8Array): void;
  /** Hands everything written so far to the system. */
  flush(): void;
}

/**
 * Output cannot go on. It is nobody's fault but the output's, so it passes through whoever reports faults object by object
 * (and through `Report.error`) and ends the command.
 */
export class OutputEnd extends Error {}

/** Thrown when the reader of standard output has gone: not an error, the command ends quietly with the status so far. */
export class ClosedPipe extends OutputEnd {
  constructor() {
    super('standard output is closed');
    this.name = 'ClosedPipe';
  }
}

/** Thrown when output could not be written; the cause says why and to what. */
export class OutputFailed extends OutputEnd {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'OutputFailed';
  }
}

const CAPACITY = 64 * 1024;

/**
 * A buffered writer on a file descriptor, synchronous: for one-shot commands it saves setting up `process.stdout`, and
 * for long streams it gives back-pressure for free. A non-blocking descriptor that is full is waited for.
 */
export class DescriptorSink implements Sink {
  readonly #descriptor: number;
  #pending: (string | Uint8Array)[] = [];
  #size = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(data: string | Uint8Array): void {
    if (data.length === 0) return;
    this.#pending.push(data);
    this.#size += data.length;
    if (this.#size >= CAPACITY) this.flush();
  }

  flush(): void {
    if (this.#size === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    this.#size = 0;
    writeAll(this.#descriptor, joined(pending));
  }
}

function joined(parts: readonly (string | Uint8Array)[]): Buffer {
  if (parts.every((part) => typeof part === 'string')) return Buffer.from(parts.join(''), 'utf8');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
}

const waiting = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all of it, however often the system takes only a part.
 *
 * @throws {ClosedPipe} the reader has gone
 */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (isSystemError(error, 'EPIPE')) throw new ClosedPipe();
      if (!isSystemError(error, 'EAGAIN')) throw error;
      Atomics.wait(waiting, 0, 0, 2);
    }
  }
}
