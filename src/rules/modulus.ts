import { checkPrimeSync } from 'node:crypto';
import { once } from '../once.js';

/**
 * Weaknesses of an RSA key that its modulus alone shows. Every function is exact: what it names is really so, and none
 * guesses. Moduli are positive; sizes are those of real keys, up to some ten thousand bits.
 */

/** The primes up to `limit`, in order. */
function primesUpTo(limit: number): number[] {
  const composite = new Uint8Array(limit + 1);
  const primes: number[] = [];
  for (let i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    primes.push(i);
    for (let j = i * i; j <= limit; j += i) composite[j] = 1;
  }
  return primes;
}

/** BR 6.1.6: no factors smaller than 752. */
const SMALLEST_FACTOR = 752;
const smallPrimes = once(() => primesUpTo(SMALLEST_FACTOR - 1));

/** Small primes in groups whose product is one machine word: one long division each instead of one a prime. */
const primeGroups = once((): readonly { readonly product: bigint; readonly primes: readonly number[] }[] => {
  const groups: { product: bigint; primes: number[] }[] = [];
  let open = { product: 1n, primes: [] as number[] };
  for (const prime of smallPrimes()) {
    const product = open.product * BigInt(prime);
    if (product > BigInt(Number.MAX_SAFE_INTEGER)) {
      groups.push(open);
      open = { product: BigInt(prime), primes: [prime] };
    } else {
      open.product = product;
      open.primes.push(prime);
    }
  }
  return [...groups, open];
});

/** n mod every prime below 752, by prime. */
export function smallResidues(n: bigint): ReadonlyMap<number, number> {
  const residues = new Map<number, number>();
  for (const { product, primes } of primeGroups()) {
    const residue = Number(n % product);
    for (const prime of primes) residues.set(prime, residue % prime);
  }
  return residues;
}

/** The smallest prime factor below 752, or undefined (BR 6.1.6). */
export function smallFactor(n: bigint, residues = smallResidues(n)): number | undefined {
  return smallPrimes().find((prime) => residues.get(prime) === 0 && n !== BigInt(prime));
}

export const bitLength = (n: bigint): number => (n === 0n ? 0 : (n.toString(16).length - 1) * 4 + topNibbleBits(n));
const topNibbleBits = (n: bigint): number => 32 - Math.clz32(Number.parseInt(n.toString(16).slice(0, 1), 16));

/** The largest r with r^k ≤ n, by Newton's iteration from above. */
function integerRoot(n: bigint, k: number): bigint {
  const power = BigInt(k);
  let root = 1n << BigInt(Math.ceil(bitLength(n) / k));
  for (;;) {
    const next = ((power - 1n) * root + n / root ** (power - 1n)) / power;
    if (next >= root) return root;
    root = next;
  }
}

/** b^e mod m for small numbers (m below 2^26). */
function smallPower(base: number, exponent: number, modulus: number): number {
  let result = 1;
  for (let e = exponent, b = base % modulus; e > 0; e = Math.floor(e / 2)) {
    if (e % 2 === 1) result = (result * b) % modulus;
    b = (b * b) % modulus;
  }
  return result;
}

/**
 * The prime k for which n is a k-th power, or undefined. A k-th power is one modulo every prime too, and modulo a prime
 * q ≡ 1 (mod k) few residues are: for nearly all exponents of a random n that settles it without taking a root.
 */
export function perfectPower(n: bigint, residues = smallResidues(n)): number | undefined {
  const bits = bitLength(n);
  for (const k of smallPrimes()) {
    // Without factors below 752 = 2^9.55, a k-th power has more than 9.5k bits.
    if (9.5 * k > bits) return undefined;
    if (mayBePower(n, k, residues) && integerRoot(n, k) ** BigInt(k) === n) return k;
  }
  return undefined;
}

function mayBePower(n: bigint, k: number, residues: ReadonlyMap<number, number>): boolean {
  return powerWitnesses(k).every((q) => {
    const residue = residues.get(q) ?? Number(n % BigInt(q));
    return residue === 0 || smallPower(residue, (q - 1) / k, q) === 1;
  });
}

/** Chance lets a number past four of them once in k^4 times. */
const WITNESSES = 4;
const witnessesOf = new Map<number, readonly number[]>();

/** The first primes q ≡ 1 (mod k): modulo them one residue in k is a k-th power. */
function powerWitnesses(k: number): readonly number[] {
  let witnesses = witnessesOf.get(k);
  if (witnesses === undefined) {
    const found: number[] = [];
    for (let q = 2 * k + 1; found.length < WITNESSES; q += k) if (isSmallPrime(q)) found.push(q);
    witnesses = found;
    witnessesOf.set(k, witnesses);
  }
  return witnesses;
}

/** Primality of what is below 752². */
function isSmallPrime(q: number): boolean {
  return smallPrimes().every((prime) => prime * prime > q || q % prime !== 0);
}

/** True when the modulus is itself a prime: then its private key is public. */
export function isPrimeModulus(n: bigint): boolean {
  return checkPrimeSync(n);
}

/** Rounds of Fermat's method: beyond the hundred CAs must make they cost some nanoseconds each. */
const FERMAT_ROUNDS = 1000;

export interface CloseFactors {
  /** The round of Fermat's method that found them, from 1. */
  readonly round: number;
}

/** 2^4·3^2·5·7: of its residues 4 in 100 are squares. */
const SQUARE_MODULUS = 5040;
const squareResidues = once(() => {
  const squares = new Uint8Array(SQUARE_MODULUS);
  for (let i = 0; i < SQUARE_MODULUS; i++) squares[(i * i) % SQUARE_MODULUS] = 1;
  return squares;
});
/** Primes that halve what is left, ten times. */
const squareWitnesses = [11, 13, 17, 19, 23, 29, 31, 37, 41, 43];

/**
 * Fermat's method: n = a² − b² with a just above √n finds p and q at once when they are close together. Returns
 * undefined when a thousand rounds do not; p = q is {@link perfectPower}'s to find.
 */
export function closeFactors(n: bigint): CloseFactors | undefined {
  let a = integerRoot(n, 2);
  if (a * a === n) return undefined;
  a += 1n;
  // (a + i)² − n modulo a small number: the difference of neighbours is 2(a + i) + 1.
  let residue = Number((a * a - n) % BigInt(SQUARE_MODULUS));
  let step = Number((2n * a + 1n) % BigInt(SQUARE_MODULUS));
  const isSquareResidue = squareResidues();
  for (let i = 0; i < FERMAT_ROUNDS; i++) {
    if (isSquareResidue[residue] === 1 && isSquare((a + BigInt(i)) ** 2n - n)) {
      return { round: i + 1 };
    }
    residue = (residue + step) % SQUARE_MODULUS;
    step = (step + 2) % SQUARE_MODULUS;
  }
  return undefined;
}

/** Euler's criterion modulo some primes first: a root is taken about once in a thousand times. */
function isSquare(n: bigint): boolean {
  const maybe = squareWitnesses.every((q) => {
    const residue = Number(n % BigInt(q));
    return residue === 0 || smallPower(residue, (q - 1) / 2, q) === 1;
  });
  return maybe && integerRoot(n, 2) ** 2n === n;
}

/** The primes of the smallest modulus ROCA's generator used, for 512-bit keys: larger keys use these and more. */
const LARGEST_ROCA_PRIME = 167;

/** For every prime the powers of 65537: the only residues the broken generator can give (CVE-2017-15361). */
const powersOf65537 = once((): ReadonlyMap<number, Uint8Array> => {
  const primes = primesUpTo(LARGEST_ROCA_PRIME).slice(1);
  return new Map(
    primes.map((prime) => {
      const members = new Uint8Array(prime);
      for (let power = 1; members[power] === 0; power = (power * 65537) % prime) members[power] = 1;
      return [prime, members];
    }),
  );
});

/** True when the modulus has the fingerprint of Infineon's broken key generator; chance gives it once in 2^27 keys. */
export function hasRocaFingerprint(n: bigint, residues = smallResidues(n)): boolean {
  for (const [prime, members] of powersOf65537()) {
    if (members[residues.get(prime) ?? 0] === 0) return false;
  }
  return true;
}

/** A run of sixteen equal bytes at any half-byte offset: chance gives it once in 2^109 moduli of 2048 bits. */
const equalBytes = /(..)\1{15}/s;

/** Such a run holds fifteen equal whole octets, whatever its offset: looked for first, in less time. */
function hasEqualOctets(octets: Uint8Array): boolean {
  let equal = 1;
  for (let i = 1; i < octets.length; i++) {
    equal = octets[i] === octets[i - 1] ? equal + 1 : 1;
    if (equal === 15) return true;
  }
  return false;
}

/**
 * Looks for what a random number generator never gives: a run of equal bytes, a block that fills the modulus over and
 * over, bits that are zero in every word. Returns it in words.
 */
export function modulusPattern(n: bigint): string | undefined {
  const hex = n.toString(16);
  const run = hasEqualOctets(octetsOf(n)) ? equalBytes.exec(hex) : null;
  if (run !== null) return `a run of ${runLength(hex, run.index)} times 0x${run[1]}`;
  const period = smallestPeriod(hex);
  // Half of a modulus repeated once is rare enough already: 2^-1024 for a 2048-bit key.
  if (period <= hex.length / 2) return `a block of ${Math.ceil(period / 2)} bytes that repeats`;
  const empty = emptyBits(n);
  return empty && `the same ${empty.bits} bits zero in every word of ${empty.width}`;
}

/** Widths of the words some generators put their primes together from (badkeys rsapoly). */
const wordWidths = [32, 128] as const;
/** Of so few bits in so many words: chance gives it less than once in 2^80 moduli of 2048 bits. */
const FEWEST_EMPTY_BITS = 10;

/** Bits that are zero in every word but the lowest, into which the search for a prime carries. */
function emptyBits(n: bigint): { readonly bits: number; readonly width: number } | undefined {
  if (bitLength(n) < 1024) return undefined;
  for (const width of wordWidths) {
    const mask = (1n << BigInt(width)) - 1n;
    let used = 0n;
    for (let rest = n >> BigInt(width); rest > 0n && used !== mask; rest >>= BigInt(width)) used |= rest & mask;
    const bits = width - used.toString(2).replaceAll('0', '').length;
    if (bits >= FEWEST_EMPTY_BITS) return { bits, width };
  }
  return undefined;
}

function runLength(hex: string, start: number): number {
  const byte = hex.slice(start, start + 2);
  let end = start;
  while (hex.startsWith(byte, end)) end += 2;
  return (end - start) / 2;
}

/** The shortest period of a text, by the prefix function (Knuth, Morris, Pratt); its length when there is none. */
function smallestPeriod(text: string): number {
  const border = new Uint32Array(text.length);
  for (let i = 1, k = 0; i < text.length; i++) {
    while (k > 0 && text[i] !== text[k]) k = border[k - 1] ?? 0;
    if (text[i] === text[k]) k++;
    border[i] = k;
  }
  return text.length - (border.at(-1) ?? 0);
}

const bitsOfOctet = once(() =>
  Uint8Array.from({ length: 256 }, (_, octet) => octet.toString(2).replaceAll('0', '').length),
);

function octetsOf(n: bigint): Buffer {
  const hex = n.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

/**
 * The share of one bits in percent when it is further from one half than a random modulus can be, else undefined: more
 * than 10 points for 2048 bits (nine standard deviations), more for smaller ones.
 */
export function bitBias(n: bigint): number | undefined {
  const bits = bitLength(n);
  const tolerance = bits > 2000 ? 10 : bits > 1000 ? 12 : 17;
  const bitsIn = bitsOfOctet();
  let ones = 0;
  for (const octet of octetsOf(n)) ones += bitsIn[octet] ?? 0;
  const percent = Math.floor((100 * ones) / bits);
  return percent <= 50 - tolerance || percent > 50 + tolerance ? percent : undefined;
}
