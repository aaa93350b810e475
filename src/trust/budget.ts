import { attempt } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import type { PublicKey } from '../x509/public-key.js';

/**
 * The work one verification may make: a sender of certificates can make them such that there are more paths than atoms.
 * Real ones take a few dozen steps and signatures.
 */
export class Budget {
  #steps = 5000;
  /** In signatures of RSA with 2048 bit or on P-256. */
  #signatures = 400;
  /** Comparisons of names with constraints: OpenSSL has the same bound. */
  #comparisons = 2 ** 20;

  /** True when something could not be had any more. */
  get isSpent(): boolean {
    return this.#steps < 0 || this.#signatures < 0;
  }

  /** Takes a step along a path off; false when there was none left. */
  step(): boolean {
    return --this.#steps >= 0;
  }

  /** {@link step} for a signature to check with this key. */
  signature(key: PublicKey): boolean {
    this.#signatures -= attempt(() => signatureCost(key)) ?? 1;
    return this.#signatures >= 0;
  }

  /** {@link step} for comparisons of names. */
  compare(count: number): boolean {
    this.#comparisons -= count;
    return this.#comparisons >= 0;
  }
}

/**
 * The work a pile of certificates may make all together: in proportion to their number, although among certificates of one
 * name every pair is a question. Real ones leave most of it.
 */
export class PileBudget {
  #left: number;

  /** @param size how many certificates there are */
  constructor(size: number) {
    this.#left = 20_000 + 64 * size;
  }

  /** True when one more may be looked at as the issuer of another. */
  look(): boolean {
    return --this.#left >= 0;
  }

  /** True when one more signature may be checked, with the key of `issuer`. */
  signature(issuer: Certificate): boolean {
    this.#left -= 10 * (attempt(() => signatureCost(issuer.publicKey)) ?? 1);
    return this.#left >= 0;
  }
}

/** The number of signatures of the usual kind that take as long as one with this key, as measured with node:crypto. */
function signatureCost({ rsa, bits }: PublicKey): number {
  if (rsa === undefined) return (bits ?? 0) > 256 ? 6 : 1;
  const words = Math.max(1, rsa.modulus.length / 512);
  return Math.ceil(words * words * Math.max(1, rsa.exponent.length / 4));
}
