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

/** The most that is encoded before it is handed to the system, in octets. */
const CAPACITY = 128 * 1024;
/**
 * The length of text that is gathered before it is encoded. Joining it makes another text of it, of two octets a character
 * where one is beyond Latin-1: so it is no longer than what stays in the caches.
 */
const GATHERED = 8 * 1024;

/**
 * A buffered writer on a file descriptor, synchronous: for one-shot commands it saves setting up `process.stdout`, and
 * for long streams it gives back-pressure for free. A non-blocking descriptor that is full is waited for.
 */
export class DescriptorSink implements Sink {
  readonly #descriptor: number;
  #text = '';
  /** What is encoded already: the first `#length` of them. */
  #octets: Buffer | undefined;
  #length = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      this.#text += data;
      if (this.#text.length >= GATHERED) this.#encode();
    } else if (data.length > 0) {
      this.flush();
      writeAll(this.#descriptor, data);
    }
  }

  flush(): void {
    this.#flushOctets();
    const text = this.#text;
    this.#text = '';
    if (text !== '') writeAll(this.#descriptor, Buffer.from(text, 'utf8'));
  }

  /** Makes octets of the text, and hands those before it to the system where there is no room. */
  #encode(): void {
    const most = this.#text.length * LONGEST_UNIT;
    if (this.#length + most > CAPACITY) this.#flushOctets();
    if (most > CAPACITY) {
      // A single text may be of any length.
      this.flush();
      return;
    }
    this.#octets ??= Buffer.allocUnsafeSlow(CAPACITY);
    this.#length += encodeText(this.#text, this.#octets, this.#length);
    this.#text = '';
  }

  #flushOctets(): void {
    const octets = this.#octets?.subarray(0, this.#length);
    this.#length = 0;
    if (octets !== undefined) writeAll(this.#descriptor, octets);
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
