import { keyKindByType } from '../x509/algorithms.js';
import { unsignedBits } from '../x509/integers.js';
import type { PublicKey, RsaPublicKey } from '../x509/public-key.js';
import { pointProblem } from './curve-point.js';

/**
 * Why no private key can belong to a public one, or undefined: numbers and octets that no key of its kind has. Of a kind
 * that is not known here nothing is said, and nothing of a curve that is spelt out.
 *
 * @throws {DerError} the key cannot be read
 */
export function publicKeyProblem(key: PublicKey): string | undefined {
  if (!key.isWhole) return 'its last octet is not whole';
  const { rsa, type } = key;
  if (rsa !== undefined) return rsaProblem(rsa);
  if (type === 'ec') {
    const { curve } = key;
    return curve === null ? undefined : pointProblem(key.subjectPublicKey, curve);
  }
  const { name, octets = undefined } = keyKindByType(type) ?? {};
  const { length } = key.subjectPublicKey;
  return octets === undefined || octets === length ? undefined : `${name} keys have ${octets} octets, not ${length}`;
}

/** RFC 8017 3.1: the modulus is a product of odd primes, the exponent has an inverse, and is at least 3. */
function rsaProblem({ modulus, exponent }: RsaPublicKey): string | undefined {
  const isEven = (number: Uint8Array): boolean => ((number.at(-1) ?? 0) & 1) === 0;
  if (unsignedBits(modulus) === 0) return 'the modulus is zero';
  if (isEven(modulus)) return 'the modulus is even';
  if (unsignedBits(exponent) === 0) return 'the exponent is zero';
  if (unsignedBits(exponent) === 1) return 'the exponent is 1';
  return isEven(exponent) ? 'the exponent is even' : undefined;
}
