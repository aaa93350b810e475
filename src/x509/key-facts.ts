import { readOrWarn } from '../errors.js';
import type { PublicKey } from './public-key.js';

/** The facts of a key but for its fingerprint. */
export interface KeyFacts {
  readonly type: string;
  readonly bits: number | null;
  readonly curve: string | null;
  /** RSA's public exponent in decimal. */
  readonly exponent: string | null;
}

/** The facts of a public key; what cannot be read is null, and a warning. */
export function keyFacts(key: PublicKey, warnings: string[]): KeyFacts {
  const bits = readOrWarn(() => key.bits, 'the public key', warnings);
  const exponent = readOrWarn(() => key.exponent, undefined, warnings);
  const curve = readOrWarn(() => key.curve, bits === null ? undefined : 'the curve', warnings);
  return { type: key.type, bits, curve, exponent };
}
