import { encodeText, LONGEST_UNIT } from '../text/encode.js';

/** Octets with places for the indices of objects, which only the main thread knows. */
export interface GappedOctets {
  readonly octets: Uint8Array<SharedArrayBuffer>;
  /** Where an index belongs, and which object it is the index of, in pairs. */
  readonly gaps: Int32Array;
  /** How many octets are held free for each of them. */
  readonly digits: number;
}

/** How much text is gathered before it is encoded. */
const GATHERED = 8 * 1024;
/** Room for what is sent at once, and for the text that goes beyond it. */
const CAPACITY = 2 * 1024 * 1024;

/**
 * The output of a thread, in memory it shares with the main thread, which is handed to and fro. Memory that is transferred
 * would do too, but once a thread has given some away, V8 looks at every access to octets whether they are still there:
 * that made reading a third slower.
 */
export class SegmentOutput {
  #text = '';
  /** As {@link GappedOctets.gaps}, in characters of the text that is not encoded yet. */
  #marks: number[] = [];
  #octets = sharedBuffer(CAPACITY);
  #length = 0;
  #gaps: number[] = [];
  #digits = 0;
  readonly #spare: Buffer<SharedArrayBuffer>[] = [];

  /** How many octets there are, but for the last text. */
  get length(): number {
    return this.#length;
  }

  /** Holds so many octets free for every index from now on. Nothing may be written that was not taken. */
  expectDigits(digits: number): void {
    this.#digits = digits;
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= GATHERED) this.#encode();
  }

  /** Leaves a place for the index of an object. */
  index(object: number): void {
    this.#marks.push(this.#text.length, object);
    this.#text += '0'.repeat(this.#digits);
  }

  /** All that was written since the last time. */
  take(): GappedOctets {
    this.#encode();
    const taken = {
      octets: this.#octets.subarray(0, this.#length),
      gaps: Int32Array.from(this.#gaps),
      digits: this.#digits,
    };
    this.#octets = this.#spare.pop() ?? sharedBuffer(CAPACITY);
    this.#length = 0;
    this.#gaps = [];
    return taken;
  }

  /** Takes back memory that was handed on. */
  reuse(memory: SharedArrayBuffer): void {
    if (memory.byteLength === CAPACITY) this.#spare.push(Buffer.from(memory));
  }

  #encode(): void {
    const text = this.#text;
    this.#reserve(text.length * LONGEST_UNIT);
    let from = 0;
    const size = encodeText(text, this.#octets, this.#length);
    if (size === text.length) {
      for (let i = 0; i < this.#marks.length; i += 2) {
        this.#gaps.push(this.#length + (this.#marks[i] as number), this.#marks[i + 1] as number);
      }
      this.#length += size;
    } else {
      // Characters of several octets: where they are decides where the gaps are.
      for (let i = 0; i < this.#marks.length; i += 2) {
        const to = this.#marks[i] as number;
        this.#length += encodeText(text.slice(from, to), this.#octets, this.#length);
        this.#gaps.push(this.#length, this.#marks[i + 1] as number);
        from = to;
      }
      this.#length += encodeText(text.slice(from), this.#octets, this.#length);
    }
    this.#text = '';
    this.#marks = [];
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#octets.length) return;
    const grown = sharedBuffer(2 * needed);
    this.#octets.copy(grown, 0, 0, this.#length);
    this.#octets = grown;
  }
}

const sharedBuffer = (size: number) => Buffer.from(new SharedArrayBuffer(size));

/**
 * The octets with the indices in their places; the memory may be that of the parts given.
 *
 * @param before how many objects came before those that are counted here
 */
export function withIndices({ octets, gaps, digits }: GappedOctets, before: number): Uint8Array {
  const indexOf = (i: number): string => String(before + (gaps[i + 1] as number));
  if (gaps.length === 0) return octets;
  // Indices grow: where the first and the last fill their places, all do.
  if (indexOf(0).length === digits && indexOf(gaps.length - 2).length === digits) {
    for (let i = 0; i < gaps.length; i += 2)
      putDecimal(octets, gaps[i] as number, digits, before + (gaps[i + 1] as number));
    return octets;
  }
  const whole = Buffer.allocUnsafeSlow(octets.length + (gaps.length / 2) * LONGEST_INDEX);
  let from = 0;
  let length = 0;
  for (let i = 0; i < gaps.length; i += 2) {
    const at = gaps[i] as number;
    whole.set(octets.subarray(from, at), length);
    length += at - from;
    length += whole.write(indexOf(i), length, 'latin1');
    from = at + digits;
  }
  whole.set(octets.subarray(from), length);
  return whole.subarray(0, length + octets.length - from);
}

/** Digits of the largest index there can be. */
const LONGEST_INDEX = 16;
const ZERO = 0x30;

function putDecimal(octets: Uint8Array, at: number, digits: number, value: number): void {
  let rest = value;
  for (let i = at + digits - 1; i >= at; i--) {
    octets[i] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
