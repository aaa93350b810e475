import { once } from '../once.js';

/** Blowfish (Schneier, 1994) as bcrypt runs it: the key schedule mixed with a salt, which no OpenSSL offers. */

const ROUNDS = 16;
const SUBKEYS = ROUNDS + 2;
const BOX = 256;
const BOXES = 4;

/** The state of the cipher: its subkeys and its four S-boxes. */
export class Blowfish {
  readonly #subkeys: Uint32Array;
  readonly #boxes: Uint32Array;

  constructor() {
    const words = initialWords();
    this.#subkeys = words.slice(0, SUBKEYS);
    this.#boxes = words.slice(SUBKEYS);
  }

  /**
   * Mixes a key into the state, with a salt or without one.
   *
   * @param key big-endian words, used over and over
   */
  expand(key: Uint32Array, salt: Uint32Array): void {
    const subkeys = this.#subkeys;
    for (let i = 0; i < SUBKEYS; i++) subkeys[i] = at(subkeys, i) ^ at(key, i % key.length);
    const pair = new Uint32Array(2);
    let next = 0;
    for (const table of [subkeys, this.#boxes]) {
      for (let i = 0; i < table.length; i += 2) {
        if (salt.length > 0) {
          pair[0] = at(pair, 0) ^ at(salt, next);
          pair[1] = at(pair, 1) ^ at(salt, next + 1);
          next = (next + 2) % salt.length;
        }
        this.encrypt(pair, 0);
        table[i] = at(pair, 0);
        table[i + 1] = at(pair, 1);
      }
    }
  }

  /** Encrypts the two words of a block in their place. */
  encrypt(words: Uint32Array, start: number): void {
    const subkeys = this.#subkeys;
    const boxes = this.#boxes;
    let left = at(words, start);
    let right = at(words, start + 1);
    for (let i = 0; i < ROUNDS; i += 2) {
      left ^= at(subkeys, i);
      right ^= mixed(boxes, left);
      right ^= at(subkeys, i + 1);
      left ^= mixed(boxes, right);
    }
    words[start] = right ^ at(subkeys, ROUNDS + 1);
    words[start + 1] = left ^ at(subkeys, ROUNDS);
  }
}

/** The function F: an entry of each box, by the four octets of half a block. */
function mixed(boxes: Uint32Array, half: number): number {
  const sum = at(boxes, half >>> 24) + at(boxes, BOX + ((half >>> 16) & 0xff));
  return ((sum ^ at(boxes, 2 * BOX + ((half >>> 8) & 0xff))) + at(boxes, 3 * BOX + (half & 0xff))) | 0;
}

/** The index is in range: the undefined that the type speaks of would be a zero here. */
const at = (words: Uint32Array, index: number): number => words[index] as number;

/**
 * The state every key starts from: the digits of the fraction of π. Machin's formula gives them in fewer lines than a table
 * takes, and in a hundredth of the time of what they are for.
 */
const initialWords = once((): Uint32Array => {
  const count = SUBKEYS + BOXES * BOX;
  const bits = BigInt(count * 32);
  // The errors of the terms, ten thousand at most, stay below the digits.
  const guard = 64n;
  const unit = 1n << (bits + guard);
  const pi = 4n * (4n * arctangentOfInverse(5n, unit) - arctangentOfInverse(239n, unit));
  let rest = (pi - 3n * unit) >> guard;
  const words = new Uint32Array(count);
  for (let i = count - 1; i >= 0; i--) {
    words[i] = Number(rest & 0xffff_ffffn);
    rest >>= 32n;
  }
  return words;
});

/** arctan(1/x) in units: 1/x - 1/3x³ + 1/5x⁵ … */
function arctangentOfInverse(x: bigint, unit: bigint): bigint {
  let sum = 0n;
  let power = unit / x;
  for (let n = 1n; power > 0n; n += 4n) {
    sum += power / n;
    power /= x * x;
    sum -= power / (n + 2n);
    power /= x * x;
  }
  return sum;
}
