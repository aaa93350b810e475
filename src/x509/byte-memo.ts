import type { Element } from '../der/reader.js';

/** Octets `start` to `end` of some bytes: an element, or a part of one. */
export type Span = Pick<Element, 'bytes' | 'start' | 'end'>;

interface Entry<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
}

export interface ByteMemoOptions<T> {
  /** A power of two. */
  readonly capacity?: number;
  /** What to make of a value that is to be remembered. */
  readonly keep?: (value: T) => T;
}

/**
 * Remembers what was made of some bytes. Certificates of one bundle have much in common (issuer, policies, URLs, most
 * extensions), and finding it again costs a tenth of reading it again. Never grows beyond `capacity` entries.
 */
export class ByteMemo<T> {
  readonly #capacity: number;
  readonly #entries = new Map<number, Entry<T>>();
  /** Hashes met once: what does not come again is not worth an entry. */
  readonly #met: Int32Array;

  readonly #keep: (value: T) => T;

  constructor({ capacity = 4096, keep = (value) => value }: ByteMemoOptions<T> = {}) {
    this.#keep = keep;
    this.#capacity = capacity;
    this.#met = new Int32Array(capacity);
  }

  /** What was made of these bytes before, or is made now. */
  get<S extends Span>(span: S, make: (span: S) => T): T {
    const { bytes, start, end } = span;
    if (end - start > LARGEST) return make(span);
    // Every third octet tells most things apart; all of them are compared below.
    let hash = end - start;
    for (let i = end - 1; i >= start; i -= 3) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const entry = this.#entries.get(hash);
    if (entry !== undefined && isSame(entry.bytes, bytes, start, end)) return entry.value;
    const value = make(span);
    const slot = (hash ^ (hash >>> 16)) & (this.#capacity - 1);
    if (this.#met[slot] === hash) {
      if (this.#entries.size >= this.#capacity) this.#entries.clear();
      this.#entries.set(hash, { bytes: Uint8Array.prototype.slice.call(bytes, start, end), value: this.#keep(value) });
    } else this.#met[slot] = hash;
    return value;
  }
}

/** Larger things come once, and would only be kept from being freed. */
const LARGEST = 4096;

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
