import { closeSync, openSync, readSync } from 'node:fs';

const LF = 0x0a;

/** Counts the lines of a file as far as they are asked for: of most files they never are. */
export class LineCounter {
  readonly #path: string;
  #offset = 0;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** How many lines end before an offset, which is no smaller than the last one. */
  before(offset: number): number {
    if (offset === this.#offset) return this.#lines;
    const descriptor = openSync(this.#path, 'r');
    try {
      const chunk = Buffer.allocUnsafeSlow(1 << 20);
      while (this.#offset < offset) {
        const length = readSync(descriptor, chunk, 0, Math.min(chunk.length, offset - this.#offset), this.#offset);
        if (length === 0) break;
        for (let i = 0; i < length; i++) if (chunk[i] === LF) this.#lines++;
        this.#offset += length;
      }
    } finally {
      closeSync(descriptor);
    }
    return this.#lines;
  }
}
