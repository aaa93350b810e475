import { MAX_NAME_LENGTH } from './dns-syntax.js';
import { NameTable } from './name-table.js';
import type { Reference } from './reference.js';
import { labelFits } from './wildcard.js';

/**
 * Many presented names, asked for a host at a time. A host is looked up twice, whole among the exact names and from its
 * first dot on among the wildcards, so that the cost of a host hardly grows with the number of names.
 *
 * The index works on bytes, because the hot path is a filter over host lists of any length: decoding a line into a
 * string costs more than answering it: in one run a million hosts take 92 ms with one name and 179 with 100,000, and 270 and
 * 849 decoded and looked up in a Set. Names are well-formed when they come here (presentedNameProblem), hosts too.
 */
export class PatternIndex {
  readonly #exact = new NameTable();
  readonly #wildcards = new NameTable();
  readonly #partial = new Map<string, { label: string; id: number }[]>();
  readonly #addresses = new Map<string, number[]>();
  /** The name at hand: making a buffer for each would cost more than looking it up. */
  readonly #octets = new Uint8Array(MAX_NAME_LENGTH);

  /**
   * Adds a name: `valami.hu`, `*.valami.hu`, or with `*` inside the left-most label (RFC 6125).
   *
   * @param id what lookups give back; a name may have several
   */
  addName(name: string, id: number): void {
    const lower = name.toLowerCase();
    const dot = lower.indexOf('.');
    if (lower.startsWith('*.')) {
      const length = this.#load(lower, 2);
      this.#wildcards.add(this.#octets, length, hashOf(this.#octets, 0, length), id);
    } else if (lower.includes('*')) {
      const patterns = this.#partial.get(lower.slice(dot)) ?? [];
      patterns.push({ label: lower.slice(0, dot), id });
      this.#partial.set(lower.slice(dot), patterns);
    } else {
      const length = this.#load(lower);
      this.#exact.add(this.#octets, length, hashesOf(this.#octets, dot, length).whole, id);
    }
  }

  /** Adds an IP address of 4 or 16 octets. */
  addAddress(address: Uint8Array, id: number): void {
    const key = address.join('.');
    this.#addresses.set(key, [...(this.#addresses.get(key) ?? []), id]);
  }

  /** False when names with `*` inside a label are among them, which {@link cover} does not see. */
  get isPlain(): boolean {
    return this.#partial.size === 0;
  }

  /** Finds out for each host of a batch whether any name covers it. */
  cover(bytes: Uint8Array, batch: HostBatch): void {
    const { size, starts, dots, ends, firsts, rests, wholes, covered } = batch;
    if (this.#exact.size > 0) {
      for (let i = 0; i < size; i++) wholes[i] = combine(firsts[i] as number, rests[i] as number);
      this.#exact.prefetch(wholes, size);
    }
    this.#wildcards.prefetch(rests, size);
    for (let i = 0; i < size; i++) {
      const dot = dots[i] as number;
      const end = ends[i] as number;
      covered[i] = Number(
        (dot !== -1 && this.#wildcards.find(rests[i] as number, bytes, dot + 1, end) !== -1) ||
          (this.#exact.size > 0 && this.#exact.find(wholes[i] as number, bytes, starts[i] as number, end) !== -1),
      );
    }
  }

  /** The ids of all names that cover a reference, exact ones first. */
  idsOf(reference: Reference): readonly number[] {
    if (reference.kind === 'name') return this.idsOfName(reference.name);
    return (reference.kind === 'address' && this.#addresses.get(reference.octets.join('.'))) || [];
  }

  /** The ids of all names that cover a host name: exact ones first, then wildcards, then partial ones. */
  idsOfName(host: string): number[] {
    const lower = host.toLowerCase();
    const dot = lower.indexOf('.');
    const length = this.#load(lower);
    const { whole, rest } = hashesOf(this.#octets, dot, length);
    const ids = [...this.#exact.idsAt(this.#exact.find(whole, this.#octets, 0, length))];
    if (dot === -1) return ids;
    ids.push(...this.#wildcards.idsAt(this.#wildcards.find(rest, this.#octets, dot + 1, length)));
    for (const { label, id } of this.#partial.get(lower.slice(dot)) ?? []) {
      if (labelFits(label, lower.slice(0, dot))) ids.push(id);
    }
    return ids;
  }

  /** Puts a name into {@link #octets}, from one of its characters on. Gives its length. */
  #load(name: string, from = 0): number {
    for (let i = from; i < name.length; i++) this.#octets[i - from] = name.charCodeAt(i);
    return name.length - from;
  }
}

const BATCH = 256;

/** Hosts in bytes, some at a time, well-formed and in any case: what a scan has found, and what the index answers. */
export class HostBatch {
  size = 0;
  readonly starts = new Int32Array(BATCH);
  /** The place of the first dot, -1 if there is none. */
  readonly dots = new Int32Array(BATCH);
  readonly ends = new Int32Array(BATCH);
  /** The hash ({@link hashStep}) of the first label, and that of what follows its dot, {@link HASH_START} if nothing does. */
  readonly firsts = new Int32Array(BATCH);
  readonly rests = new Int32Array(BATCH);
  /** Room for the hashes of whole names. */
  readonly wholes = new Int32Array(BATCH);
  /** 1 for each host that a name covers. */
  readonly covered = new Uint8Array(BATCH);

  get isFull(): boolean {
    return this.size === BATCH;
  }

  add(start: number, dot: number, end: number, first: number, rest: number): void {
    const i = this.size++;
    this.starts[i] = start;
    this.dots[i] = dot;
    this.ends[i] = end;
    this.firsts[i] = first;
    this.rests[i] = rest;
  }
}

/** The start of a hash (FNV-1a). */
export const HASH_START = 0x811c9dc5 | 0;

/** A hash with one lower-case octet more. */
export const hashStep = (hash: number, octet: number): number => Math.imul(hash ^ octet, 0x01000193);

/** The hash of a whole name from that of its first label and that of the rest. */
const combine = (first: number, rest: number): number => hashStep((rest << 7) | (rest >>> 25), first);

function hashOf(octets: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  for (let i = start; i < end; i++) hash = hashStep(hash, octets[i] as number);
  return hash;
}

function hashesOf(octets: Uint8Array, dot: number, length: number): { whole: number; rest: number } {
  const first = hashOf(octets, 0, dot === -1 ? length : dot);
  const rest = dot === -1 ? HASH_START : hashOf(octets, dot + 1, length);
  return { whole: combine(first, rest), rest };
}
