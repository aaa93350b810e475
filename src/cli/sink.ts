import { writeSync } from 'node:fs';
import { once } from '../once.js';
import { isSystemError } from '../system/error.js';
import { encodeText, LONGEST_UNIT } from '../text/encode.js';

/** Where a command's data goes. */
export interface Sink {
  /** Octets are the caller's again when it returns. */
  write(data: string | Uint8Array): void;
  /** Hands everything written so far to the system. */
  flush(): void;
}

/**
 * Output cannot go on. It is the output's fault alone, so it passes through those who report faults object by object
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

/** The length of text that is gathered before it is written. */
const CAPACITY = 64 * 1024;

/**
 * A buffered writer on a file descriptor, synchronous: for one-shot commands it saves setting up `process.stdout`, and
 * for long streams it gives back-pressure for free. A non-blocking descriptor that is full is waited for.
 */
export class DescriptorSink implements Sink {
  readonly #descriptor: number;
  #text = '';
  /** Where text is encoded, once there has been much of it. */
  #octets: Buffer | undefined;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      this.#text += data;
      if (this.#text.length >= CAPACITY) this.flush();
    } else if (data.length > 0) {
      this.flush();
      writeAll(this.#descriptor, data);
    }
  }

  flush(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    writeAll(this.#descriptor, this.#encoded(text));
  }

  /** The octets of a text, good until the next one. */
  #encoded(text: string): Uint8Array {
    if (text.length < CAPACITY || text.length > 2 * CAPACITY) return Buffer.from(text, 'utf8');
    this.#octets ??= Buffer.allocUnsafeSlow(2 * CAPACITY * LONGEST_UNIT);
    return this.#octets.subarray(0, encodeText(text, this.#octets, 0));
  }
}

const waiting = once(() => new Int32Array(new SharedArrayBuffer(4)));

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
      Atomics.wait(waiting(), 0, 0, 2);
    }
  }
}
