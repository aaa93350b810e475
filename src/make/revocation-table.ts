import { elementAt } from '../der/reader.js';

/** Entries are kept in blocks of this size, or of their own where they are larger. */
const BLOCK = 1024 * 1024;

const FIRST_SLOTS = 1024;

/** An entry of a {@link RevocationTable}: its number there. */
export type EntryNumber = number;

/**
 * The entries of a revocation list in DER, in their order, found by serial number. Millions of them take little more room
 * than their octets: blocks of those, and a number or two an entry.
 */
export class RevocationTable {
  readonly #blocks: Buffer[] = [];
  #room = 0;
  /** By entry, its block and where it begins there; -1 for one that was taken out. */
  #block = new Int32Array(FIRST_SLOTS);
  #start = new Int32Array(FIRST_SLOTS);
  #count = 0;
  #live = 0;
  /** Open addressing by serial number: the entry's number, counted from 1. */
  #slots = new Int32Array(FIRST_SLOTS);

  /** How many entries there are. */
  get size(): number {
    return this.#live;
  }

  /**
   * Adds an entry behind the others.
   *
   * @param entry its DER, which is copied
   * @param serial the content of its serial number
   */
  add(entry: Uint8Array, serial: Uint8Array): void {
    this.#reserve(entry.length);
    const block = this.#blocks.length - 1;
    const target = this.#blocks[block];
    if (target === undefined) throw new RangeError('no block was reserved');
    const start = target.length - this.#room;
    target.set(entry, start);
    this.#room -= entry.length;
    this.#growLists();
    this.#block[this.#count] = block;
    this.#start[this.#count] = start;
    this.#count++;
    this.#live++;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    else this.#enter(this.#count, serial);
  }

  /** The entry of a serial number; undefined where there is none. */
  find(serial: Uint8Array): EntryNumber | undefined {
    const { length } = this.#slots;
    for (let slot = hash(serial) & (length - 1); ; slot = (slot + 1) & (length - 1)) {
      const number = this.#slots[slot] ?? 0;
      if (number === 0) return undefined;
      if (this.#block[number - 1] !== -1 && Buffer.compare(this.#serialOf(number - 1), serial) === 0) return number - 1;
    }
  }

  /** The DER of an entry, a view. */
  entry(number: EntryNumber): Uint8Array {
    const block = this.#blocks[this.#block[number] ?? -1];
    if (block === undefined) throw new RangeError(`entry ${number} was taken out`);
    const start = this.#start[number] ?? 0;
    return block.subarray(start, elementAt(block, start, block.length).end);
  }

  remove(number: EntryNumber): void {
    this.#block[number] = -1;
    this.#live--;
  }

  /** The entries in their order, a piece each. */
  *entries(): Generator<Uint8Array, void> {
    for (let number = 0; number < this.#count; number++) if (this.#block[number] !== -1) yield this.entry(number);
  }

  /** The entries in their order, those that stand side by side in one piece. */
  *pieces(): Generator<Uint8Array, void> {
    let first: EntryNumber | undefined;
    let last = 0;
    for (let number = 0; number < this.#count; number++) {
      const isLive = this.#block[number] !== -1;
      if (first !== undefined && (!isLive || this.#block[number] !== this.#block[first])) {
        yield this.#run(first, last);
        first = undefined;
      }
      if (!isLive) continue;
      first ??= number;
      last = number;
    }
    if (first !== undefined) yield this.#run(first, last);
  }

  #run(first: EntryNumber, last: EntryNumber): Uint8Array {
    const [start, end] = [this.entry(first), this.entry(last)];
    return Buffer.from(start.buffer, start.byteOffset, end.byteOffset + end.length - start.byteOffset);
  }

  #serialOf(number: EntryNumber): Uint8Array {
    const block = this.#blocks[this.#block[number] ?? -1] ?? Buffer.alloc(0);
    const { contentStart } = elementAt(block, this.#start[number] ?? 0, block.length);
    return elementAt(block, contentStart, block.length).content();
  }

  #reserve(size: number): void {
    if (size <= this.#room) return;
    const block = Buffer.alloc(Math.max(BLOCK, size));
    this.#blocks.push(block);
    this.#room = block.length;
  }

  #growLists(): void {
    if (this.#count < this.#block.length) return;
    const [blocks, starts] = [new Int32Array(2 * this.#count), new Int32Array(2 * this.#count)];
    blocks.set(this.#block);
    starts.set(this.#start);
    this.#block = blocks;
    this.#start = starts;
  }

  #rehash(): void {
    this.#slots = new Int32Array(4 * this.#slots.length);
    for (let number = 0; number < this.#count; number++) {
      if (this.#block[number] !== -1) this.#enter(number + 1, this.#serialOf(number));
    }
  }

  #enter(number: number, serial: Uint8Array): void {
    const { length } = this.#slots;
    let slot = hash(serial) & (length - 1);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & (length - 1);
    this.#slots[slot] = number;
  }
}

/** FNV-1a: serial numbers are random or count up, either way their octets tell them apart. */
function hash(octets: Uint8Array): number {
  let value = 0x811c9dc5;
  for (const octet of octets) value = Math.imul(value ^ octet, 0x01000193);
  return value >>> 0;
}
