import {
  bitBias,
  bitLength,
  type CloseFactors,
  closeFactors,
  hasRocaFingerprint,
  isPrimeModulus,
  modulusPattern,
  perfectPower,
  smallFactor,
  smallResidues,
} from './modulus.js';

/** Above this size the tests take seconds, and such keys are not used. */
const LARGEST = 16_384;
const SMALLEST = 64;

/**
 * A modulus and what is wrong with it, each question answered when it is first asked. Sizes outside of what is used for
 * keys are not examined: their size is the finding.
 */
export class ExaminedModulus {
  readonly n: bigint;
  readonly #isTestable: boolean;
  readonly #answers = new Map<string, unknown>();

  constructor(n: bigint) {
    const bits = bitLength(n);
    this.n = n;
    this.#isTestable = bits >= SMALLEST && bits <= LARGEST;
  }

  get factor(): number | undefined {
    return this.#once('factor', () => smallFactor(this.n, this.#residues));
  }

  get power(): number | undefined {
    return this.#once('power', () => perfectPower(this.n, this.#residues));
  }

  get isPrime(): boolean {
    return this.#once('prime', () => isPrimeModulus(this.n)) ?? false;
  }

  get closeFactors(): CloseFactors | undefined {
    return this.#once('close', () => closeFactors(this.n));
  }

  get hasRocaFingerprint(): boolean {
    return this.#once('roca', () => hasRocaFingerprint(this.n, this.#residues)) ?? false;
  }

  get pattern(): string | undefined {
    return this.#once('pattern', () => modulusPattern(this.n));
  }

  get bias(): number | undefined {
    return this.#once('bias', () => bitBias(this.n));
  }

  get #residues(): ReadonlyMap<number, number> | undefined {
    return this.#once('residues', () => smallResidues(this.n));
  }

  #once<T>(name: string, work: () => T): T | undefined {
    if (!this.#isTestable) return undefined;
    if (!this.#answers.has(name)) this.#answers.set(name, work());
    return this.#answers.get(name) as T;
  }
}

/** The number of them that are kept. */
const KEPT = 512;
const known = new Map<bigint, ExaminedModulus>();

/** An examined modulus; one that was met before keeps its answers: the requests of one server have one key. */
export function examinedModulus(n: bigint): ExaminedModulus {
  let modulus = known.get(n);
  if (modulus === undefined) {
    modulus = new ExaminedModulus(n);
    const [oldest] = known.keys();
    if (known.size >= KEPT && oldest !== undefined) known.delete(oldest);
    known.set(n, modulus);
  }
  return modulus;
}
