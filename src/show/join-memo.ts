import { flat } from '../text/json.js';

interface Joined {
  readonly pieces: readonly string[];
  readonly text: string;
}

/**
 * Remembers what was put together of the same pieces before: the certificates of a bundle share most of theirs. It takes
 * pieces that are themselves remembered, which it compares by identity in no time.
 */
export class JoinMemo {
  /** The last of each total length. */
  readonly #known: (Joined | undefined)[] = new Array(SLOTS);
  readonly #join: (pieces: readonly string[]) => string;

  constructor(join: (pieces: readonly string[]) => string) {
    this.#join = join;
  }

  get(pieces: readonly string[]): string {
    let size = 0;
    for (const piece of pieces) size += piece.length;
    const slot = size & (SLOTS - 1);
    const known = this.#known[slot];
    if (known !== undefined && isSame(known.pieces, pieces)) return known.text;
    const text = flat(this.#join(pieces));
    if (text.length <= LONGEST) this.#known[slot] = { pieces, text };
    return text;
  }
}

/** A power of two. */
const SLOTS = 256;
/** Longer texts come once, and would only be kept from being freed. */
const LONGEST = 4096;

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
