import { readElement } from '../der/reader.js';
import { asBuffer } from '../der/values.js';
import { PkiError } from '../errors.js';
import { readRevokedCertificate } from '../x509/crl.js';
import { serialContent } from '../x509/serial.js';
import {
  LONGEST_PACKED,
  packEntry,
  packedLength,
  packedReason,
  packedSerialStart,
  packRevocation,
  unpackEntry,
  unpackedLength,
} from './packed-entry.js';
import { codeOf, type Revocation, revocationEntry } from './revocation-entry.js';

/** Entries are kept in blocks of this size, or of their own where they are larger. */
const BLOCK = 1024 * 1024;
/** So many that the places of all entries are numbers of 32 bits. */
const MAX_BLOCKS = 2 ** 32 / BLOCK - 1;

const FIRST_SLOTS = 1024;

/** The most slots taken, as a part of all. */
const LOAD = 0.7;

/**
 * An entry is packed, or where it cannot be as it is: an octet 0, the length of its DER in four, its DER. In the first octet
 * this bit says that it was taken out.
 */
const REMOVED = 0x80;
const RAW_HEAD = 5;

/** DER is handed out in pieces of this size. */
const PIECE = 64 * 1024;

/** A place in the blocks: the block's number times its size, and where the entry begins in it. */
type Place = number;

/**
 * The entries of a revocation list, in their order, found by serial number. Millions of them take less room than their DER:
 * blocks of what tells one from another, and a place or two an entry.
 */
export class RevocationTable {
  readonly #blocks: Buffer[] = [];
  /** By block, how much of it is taken. */
  readonly #ends: number[] = [];
  /** Open addressing by serial number: the entry's place and 1, 0 for none. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #taken = 0;
  #length = 0;

  /** The length of the DER of the entries. */
  get length(): number {
    return this.#length;
  }

  /** A table of the same entries. */
  copy(): RevocationTable {
    const copy = new RevocationTable();
    for (const piece of this.entries()) copy.addEntry(piece, 0, piece.length);
    return copy;
  }

  /** Adds an entry behind the others. */
  add(revocation: Revocation): void {
    const block = this.#reserve(LONGEST_PACKED);
    const at = this.#end;
    if (packRevocation(revocation, block, at)) this.#enter(packedLength(block, at));
    else this.#addRaw(revocationEntry(revocation));
  }

  /**
   * Adds an entry behind the others.
   *
   * @param bytes its DER, from `start` to `end`, which is copied
   * @throws {DerError} it is none
   */
  addEntry(bytes: Buffer, start: number, end: number): void {
    const block = this.#reserve(LONGEST_PACKED);
    const at = this.#end;
    if (packEntry(bytes, start, end, block, at)) this.#enter(packedLength(block, at));
    else this.#addRaw(bytes.subarray(start, end));
  }

  /** The DER of the entry of a serial number; undefined where there is none. */
  find(serial: Uint8Array): Buffer | undefined {
    const place = this.#placeOf(asBuffer(serial), 0, serial.length);
    return place === undefined ? undefined : this.#entryAt(place);
  }

  /** Takes out the entry of a serial number, where there is one. */
  remove(serial: Uint8Array): void {
    const place = this.#placeOf(asBuffer(serial), 0, serial.length);
    if (place === undefined) return;
    const block = this.#blockOf(place);
    const at = place % BLOCK;
    this.#length -= derLength(block, at);
    block[at] = (block[at] ?? 0) | REMOVED;
  }

  /** The DER of each entry, in their order. */
  *entries(): Generator<Buffer, void> {
    for (const place of this.#places()) yield this.#entryAt(place);
  }

  /** The DER of each entry with a reason, in their order. */
  *withReason(reason: string): Generator<Buffer, void> {
    const code = codeOf(reason);
    for (const place of this.#places()) {
      const block = this.#blockOf(place);
      const at = place % BLOCK;
      const isSo = isPacked(block, at)
        ? packedReason(block, at) === code
        : readRevokedCertificate(readElement(rawAt(block, at))).reason === reason;
      if (isSo) yield this.#entryAt(place);
    }
  }

  /** The DER of each entry that is not in another table as it is here, in their order. */
  *changedSince(base: RevocationTable): Generator<Buffer, void> {
    for (const place of this.#places()) if (!base.#has(this.#blockOf(place), place % BLOCK)) yield this.#entryAt(place);
  }

  /** The DER of all entries in pieces, each of which is good until the next. */
  *pieces(): Generator<Buffer, void> {
    const room = Buffer.allocUnsafeSlow(PIECE);
    let end = 0;
    for (const place of this.#places()) {
      const block = this.#blockOf(place);
      const at = place % BLOCK;
      if (end > 0 && end + derLength(block, at) > PIECE) {
        yield room.subarray(0, end);
        end = 0;
      }
      if (isPacked(block, at)) end = unpackEntry(block, at, room, end);
      else if (derLength(block, at) > PIECE) yield rawAt(block, at);
      else end += rawAt(block, at).copy(room, end);
    }
    if (end > 0) yield room.subarray(0, end);
  }

  *#places(): Generator<Place, void> {
    for (const [number, block] of this.#blocks.entries()) {
      const end = this.#ends[number] ?? 0;
      for (let at = 0; at < end; at += takenLength(block, at)) {
        if ((block[at] ?? 0) < REMOVED) yield number * BLOCK + at;
      }
    }
  }

  #blockOf(place: Place): Buffer {
    const block = this.#blocks[Math.floor(place / BLOCK)];
    if (block === undefined) throw new RangeError(`there is no entry ${place}`);
    return block;
  }

  #entryAt(place: Place): Buffer {
    const block = this.#blockOf(place);
    const at = place % BLOCK;
    if (!isPacked(block, at)) return rawAt(block, at);
    const entry = Buffer.allocUnsafe(derLength(block, at));
    unpackEntry(block, at, entry, 0);
    return entry;
  }

  /** The place of a serial number, the octets from `start` to `end`. */
  #placeOf(bytes: Buffer, start: number, end: number): Place | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = hash(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const place = (this.#slots[slot] ?? 0) - 1;
      if (place === -1) return undefined;
      const block = this.#blockOf(place);
      const at = place % BLOCK;
      if ((block[at] ?? 0) >= REMOVED) continue;
      const isFound = isPacked(block, at)
        ? bytes.compare(block, packedSerialStart(at), at + packedLength(block, at), start, end) === 0
        : bytes.compare(rawSerial(block, at), 0, undefined, start, end) === 0;
      if (isFound) return place;
    }
  }

  /** True where the entry there, of another table, is in this one: what can be packed is, so that alike are written alike. */
  #has(theirs: Buffer, at: number): boolean {
    const end = at + takenLength(theirs, at);
    const serial = isPacked(theirs, at) ? undefined : rawSerial(theirs, at);
    const place =
      serial === undefined
        ? this.#placeOf(theirs, packedSerialStart(at), end)
        : this.#placeOf(serial, 0, serial.length);
    if (place === undefined) return false;
    const ours = this.#blockOf(place);
    const start = place % BLOCK;
    return ours.compare(theirs, at, end, start, start + takenLength(ours, start)) === 0;
  }

  #addRaw(entry: Buffer): void {
    // Read before it is kept: what is no entry has no serial number to be found by.
    readRevokedCertificate(readElement(entry));
    const size = RAW_HEAD + entry.length;
    const block = this.#reserve(size);
    const at = this.#end;
    block[at] = 0;
    block.writeUInt32BE(entry.length, at + 1);
    entry.copy(block, at + RAW_HEAD);
    this.#enter(size);
  }

  /** The place in the last block from which on it is free. */
  get #end(): number {
    return this.#ends[this.#ends.length - 1] ?? 0;
  }

  /** The last block, which has room for so many octets. */
  #reserve(size: number): Buffer {
    const block = this.#blocks[this.#blocks.length - 1];
    if (block !== undefined && this.#end + size <= block.length) return block;
    if (this.#blocks.length >= MAX_BLOCKS) throw new PkiError('TOO_LARGE', 'more entries than can be held');
    const fresh = Buffer.allocUnsafeSlow(Math.max(BLOCK, size));
    this.#blocks.push(fresh);
    this.#ends.push(0);
    return fresh;
  }

  /** Counts in what was written at the end. */
  #enter(size: number): void {
    const number = this.#blocks.length - 1;
    const at = this.#end;
    const place = number * BLOCK + at;
    this.#ends[number] = at + size;
    this.#length += derLength(this.#blockOf(place), at);
    this.#taken++;
    if (this.#taken > LOAD * this.#slots.length) this.#rehash();
    else this.#fill(place);
  }

  #rehash(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    this.#taken = 0;
    for (const place of this.#places()) {
      this.#taken++;
      this.#fill(place);
    }
  }

  #fill(place: Place): void {
    const block = this.#blockOf(place);
    const at = place % BLOCK;
    const serial = isPacked(block, at) ? undefined : rawSerial(block, at);
    const mask = this.#slots.length - 1;
    let slot =
      (serial === undefined
        ? hash(block, packedSerialStart(at), at + packedLength(block, at))
        : hash(serial, 0, serial.length)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = place + 1;
  }
}

const isPacked = (block: Buffer, at: number): boolean => (block[at] ?? 0) % REMOVED !== 0;

const rawAt = (block: Buffer, at: number): Buffer =>
  block.subarray(at + RAW_HEAD, at + RAW_HEAD + block.readUInt32BE(at + 1));

/** The content of the serial number of an entry that is not packed, without padding. */
const rawSerial = (block: Buffer, at: number): Buffer =>
  asBuffer(serialContent(readRevokedCertificate(readElement(rawAt(block, at))).serial));

/** The number of octets an entry takes here, also one that was taken out. */
const takenLength = (block: Buffer, at: number): number =>
  isPacked(block, at) ? packedLength(block, at) : RAW_HEAD + block.readUInt32BE(at + 1);

const derLength = (block: Buffer, at: number): number =>
  isPacked(block, at) ? unpackedLength(block, at) : block.readUInt32BE(at + 1);

/** FNV-1a: serial numbers are random or count up, either way their octets tell them apart. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] ?? 0), 0x01000193);
  return value >>> 0;
}
