import { type Element, elementAt } from '../der/reader.js';

interface Entry<T> {
  readonly hash: number;
  readonly bytes: Uint8Array;
  readonly value: T;
}

/**
 * Remembers what was made of some bytes. Certificates of one bundle have much in common (issuer, policies, URLs, most
 * extensions), and finding it again costs a tenth of reading it again. What is remembered is made of a copy of the bytes, so
 * that it keeps nothing else from being freed. Never holds more than `capacity` entries, a power of two: a new one takes the
 * place of another.
 */
export class ByteMemo<T> {
  readonly #mask: number;
  readonly #entries: (Entry<T> | undefined)[];
  /** Hashes met once: what does not come again is not worth an entry. */
  readonly #met: Int32Array;

  constructor({ capacity = 4096 } = {}) {
    this.#mask = capacity - 1;
    this.#entries = new Array(capacity);
    this.#met = new Int32Array(capacity);
  }

  /** The value made of these bytes before, or made now. */
  get(element: Element, make: (element: Element) => T): T {
    const { bytes, start, end } = element;
    if (end - start > LARGEST) return make(element);
    // Every third octet tells most things apart; all of them are compared below.
    let hash = end - start;
    for (let i = end - 1; i >= start; i -= 3) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const slot = (hash ^ (hash >>> 16)) & this.#mask;
    const entry = this.#entries[slot];
    if (entry !== undefined && entry.hash === hash && isSame(entry.bytes, bytes, start, end)) return entry.value;
    const value = make(element);
    if (this.#met[slot] === hash) {
      const copy = Uint8Array.prototype.slice.call(bytes, start, end);
      this.#entries[slot] = { hash, bytes: copy, value: make(elementAt(copy, 0, copy.length)) };
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
