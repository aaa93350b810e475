/**
 * A hash table from names, as bytes, to ids: open addressing, all names in one arena, nothing per name for the garbage
 * collector to visit. The caller brings the hash, because a scanner has it by the time it has seen the name's end.
 */
export class NameTable {
  #size = 0;
  #mask = 15;
  /** Per slot the number of the name plus one, 0 when free; and its hash, so that most collisions are never looked at. */
  #slots = new Int32Array(16);
  #hashes = new Int32Array(16);
  /** Per name where it starts in the arena; it ends where the next one starts. */
  #offsets = new Int32Array(16);
  #arena = new Uint8Array(256);
  /** The ids of each name. */
  readonly #ids: number[][] = [];

  /** How many different names are here. */
  get size(): number {
    return this.#size;
  }

  /** Adds an id to a lower-case name. */
  add(name: Uint8Array, hash: number, id: number): void {
    const known = this.find(hash, name, 0, name.length);
    if (known !== -1) {
      this.#ids[known]?.push(id);
      return;
    }
    this.#ids.push([id]);
    this.#append(name);
    if (this.#size * 2 > this.#mask) this.#rehash(this.#slots.length * 2);
    this.#place(hash, this.#size);
  }

  /** The number of the name in these bytes, in any case; -1 if it is not here. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const mask = this.#mask;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] as number;
      if (number === 0) return -1;
      if (hashes[slot] === hash && this.#equals(number - 1, bytes, start, end)) return number - 1;
    }
  }

  /** The ids of the name of this number; none for -1. */
  idsOf(number: number): readonly number[] {
    return this.#ids[number] ?? [];
  }

  #equals(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    let offset = this.#offsets[number] as number;
    if ((this.#offsets[number + 1] as number) - offset !== end - start) return false;
    const arena = this.#arena;
    for (let i = start; i < end; i++) {
      if (arena[offset++] !== lowerCase[bytes[i] as number]) return false;
    }
    return true;
  }

  #append(name: Uint8Array): void {
    const start = this.#offsets[this.#size] as number;
    const end = start + name.length;
    if (end > this.#arena.length) this.#arena = enlarged(this.#arena, Math.max(end, 2 * this.#arena.length));
    this.#arena.set(name, start);
    this.#size++;
    if (this.#size === this.#offsets.length) {
      const offsets = new Int32Array(2 * this.#offsets.length);
      offsets.set(this.#offsets);
      this.#offsets = offsets;
    }
    this.#offsets[this.#size] = end;
  }

  #place(hash: number, value: number): void {
    let slot = spread(hash) & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = value;
    this.#hashes[slot] = hash;
  }

  #rehash(length: number): void {
    const slots = this.#slots;
    const hashes = this.#hashes;
    this.#slots = new Int32Array(length);
    this.#hashes = new Int32Array(length);
    this.#mask = length - 1;
    for (const [slot, value] of slots.entries()) {
      if (value !== 0) this.#place(hashes[slot] as number, value);
    }
  }
}

function enlarged(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

/** Spreads a hash over all bits, so that the low ones can choose a slot (after MurmurHash3's finaliser). */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

/** A–Z to a–z, every other octet to itself. */
export const lowerCase: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
);
