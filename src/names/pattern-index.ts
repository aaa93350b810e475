import { lowerCase, NameTable } from './name-table.js';
import { labelFits } from './wildcard.js';

/**
 * Many presented names, asked for a host at a time. A host is looked up twice, whole among the exact names and from its
 * first dot on among the wildcards, so that the cost of a host hardly grows with the number of names.
 *
 * The index works on bytes, because the hot path is a filter over host lists of any length: decoding a line into a
 * string costs more than answering it. Names are well-formed when they come here (presentedNameProblem), hosts too.
 */
export class PatternIndex {
  readonly #exact = new NameTable();
  readonly #wildcards = new NameTable();
  readonly #partial = new Map<string, { label: string; id: number }[]>();
  readonly #addresses = new Map<string, number[]>();

  /**
   * Adds a name: `valami.hu`, `*.valami.hu`, or with `*` inside the left-most label (RFC 6125).
   *
   * @param id what lookups give back; a name may have several
   */
  addName(name: string, id: number): void {
    const lower = name.toLowerCase();
    const dot = lower.indexOf('.');
    if (lower.startsWith('*.')) {
      const base = Buffer.from(lower.slice(2), 'latin1');
      this.#wildcards.add(base, hashOf(base, 0, base.length), id);
    } else if (lower.includes('*')) {
      const patterns = this.#partial.get(lower.slice(dot)) ?? [];
      patterns.push({ label: lower.slice(0, dot), id });
      this.#partial.set(lower.slice(dot), patterns);
    } else {
      const bytes = Buffer.from(lower, 'latin1');
      this.#exact.add(bytes, hashesOf(bytes, dot).whole, id);
    }
  }

  /** Adds an IP address of 4 or 16 octets. */
  addAddress(address: Uint8Array, id: number): void {
    const key = address.join('.');
    this.#addresses.set(key, [...(this.#addresses.get(key) ?? []), id]);
  }

  /** False when names with `*` inside a label are among them, which {@link coversBytes} does not see. */
  get isPlain(): boolean {
    return this.#partial.size === 0;
  }

  /**
   * Whether any name covers the host in these bytes.
   *
   * @param dot where its first dot is, -1 if it has none
   * @param first the hash ({@link hashStep}) of its first label
   * @param rest the hash of what follows the first dot, {@link HASH_START} if nothing does
   */
  coversBytes(bytes: Uint8Array, start: number, dot: number, end: number, first: number, rest: number): boolean {
    return (
      (dot !== -1 && this.#wildcards.size !== 0 && this.#wildcards.find(rest, bytes, dot + 1, end) !== -1) ||
      (this.#exact.size !== 0 && this.#exact.find(combine(first, rest), bytes, start, end) !== -1)
    );
  }

  /** The ids of all names that cover a host name: exact ones first, then wildcards, then partial ones. */
  idsOfName(host: string): number[] {
    const lower = host.toLowerCase();
    const bytes = Buffer.from(lower, 'latin1');
    const dot = lower.indexOf('.');
    const { whole, rest } = hashesOf(bytes, dot);
    const ids = [...this.#exact.idsOf(this.#exact.find(whole, bytes, 0, bytes.length))];
    if (dot === -1) return ids;
    ids.push(...this.#wildcards.idsOf(this.#wildcards.find(rest, bytes, dot + 1, bytes.length)));
    for (const { label, id } of this.#partial.get(lower.slice(dot)) ?? []) {
      if (labelFits(label, lower.slice(0, dot))) ids.push(id);
    }
    return ids;
  }

  /** The ids of all entries equal to an IP address. */
  idsOfAddress(address: Uint8Array): readonly number[] {
    return this.#addresses.get(address.join('.')) ?? [];
  }
}

/** What a hash starts from (FNV-1a). */
export const HASH_START = 0x811c9dc5 | 0;

/** A hash with one lower-case octet more. */
export const hashStep = (hash: number, octet: number): number => Math.imul(hash ^ octet, 0x01000193);

/** The hash of a whole name from that of its first label and that of the rest. */
const combine = (first: number, rest: number): number => hashStep((rest << 7) | (rest >>> 25), first);

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  for (let i = start; i < end; i++) hash = hashStep(hash, lowerCase[bytes[i] as number] as number);
  return hash;
}

function hashesOf(bytes: Uint8Array, dot: number): { whole: number; rest: number } {
  const first = hashOf(bytes, 0, dot === -1 ? bytes.length : dot);
  const rest = dot === -1 ? HASH_START : hashOf(bytes, dot + 1, bytes.length);
  return { whole: combine(first, rest), rest };
}
