import { encodeText, LONGEST_UNIT } from '../text/encode.js';

/** Octets with places for the indices of objects, which only the main thread knows. */
export interface GappedOctets {
  readonly octets: Uint8Array<SharedArrayBuffer>;
  /** Where {@link GAP} octets are held free for an index, and which object it is the index of, in pairs. */
  readonly gaps: Int32Array;
}

/** The digits of the largest index there can be. */
const GAP = 16;

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
  #octets = sharedBuffer(CAPACITY);
  #length = 0;
  #gaps: number[] = [];
  readonly #spare: Buffer<SharedArrayBuffer>[] = [];

  /** How many octets there are, but for the last text. */
  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= GATHERED) this.#encode();
  }

  /** Leaves a place for the index of an object. */
  index(object: number): void {
    this.#encode();
    this.#gaps.push(this.#length, object);
    this.#length += GAP;
  }

  /** All that was written since the last time. */
  take(): GappedOctets {
    this.#encode();
    const taken = { octets: this.#octets.subarray(0, this.#length), gaps: Int32Array.from(this.#gaps) };
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
    const needed = this.#length + this.#text.length * LONGEST_UNIT + GAP;
    if (needed > this.#octets.length) {
      const grown = sharedBuffer(2 * needed);
      this.#octets.copy(grown, 0, 0, this.#length);
      this.#octets = grown;
    }
    this.#length += encodeText(this.#text, this.#octets, this.#length);
    this.#text = '';
  }
}

const sharedBuffer = (size: number) => Buffer.from(new SharedArrayBuffer(size));

/**
 * The octets with the indices in their places, in the same memory: no index is longer than the room held for it.
 *
 * @param before how many objects came before those that are counted here
 */
export function withIndices(
  { octets: { buffer, byteOffset, length: size }, gaps }: GappedOctets,
  before: number,
): Buffer {
  const octets = Buffer.from(buffer, byteOffset, size);
  let from = 0;
  let length = 0;
  const move = (end: number): void => {
    octets.copyWithin(length, from, end);
    length += end - from;
    from = end;
  };
  for (let i = 0; i < gaps.length; i += 2) {
    move(gaps[i] as number);
    length += octets.write(String(before + (gaps[i + 1] as number)), length, 'latin1');
    from += GAP;
  }
  move(size);
  return octets.subarray(0, length);
}
