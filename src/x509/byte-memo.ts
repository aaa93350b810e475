import { type Element, elementAt } from '../der/reader.js';
import { latin1 } from './strings.js';

/**
 * Remembers what was made of some bytes. Certificates of one bundle have much in common (issuer, policies, URLs, most
 * extensions), and finding it again costs a tenth of reading it again. What is remembered is made of a copy of the bytes, so
 * that it keeps nothing else from being freed. The bytes are found by a text of them: what the runtime hashes and compares
 * is quick from the first certificate on, and a loop of ours only after thousands. Never holds more than `capacity` values.
 */
export class ByteMemo<T> {
  readonly #capacity: number;
  readonly #values = new Map<string, { readonly value: T }>();
  /** Bytes met once: what does not come again is not worth a value. */
  readonly #met = new Set<string>();

  constructor({ capacity = 4096 } = {}) {
    this.#capacity = capacity;
  }

  /** The value made of these bytes before, or made now. */
  get(element: Element, make: (element: Element) => T): T {
    const { bytes, start, end } = element;
    if (end - start > LARGEST) return make(element);
    const key = latin1(bytes, start, end);
    const known = this.#values.get(key);
    if (known !== undefined) return known.value;
    const value = make(element);
    if (this.#met.delete(key)) {
      if (this.#values.size >= this.#capacity) this.#values.clear();
      const copy = Uint8Array.prototype.slice.call(bytes, start, end);
      this.#values.set(key, { value: make(elementAt(copy, 0, copy.length)) });
    } else {
      if (this.#met.size >= MOST_MET) this.#met.clear();
      this.#met.add(key);
    }
    return value;
  }
}

/** Larger things seldom come again, and take memory. */
const LARGEST = 1024;
/** What comes again comes before so many others. */
const MOST_MET = 1024;
