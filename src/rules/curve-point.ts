import { ECDH, getCurves } from 'node:crypto';

/** Whether an EC public key is a point one can compute with (SEC 1 2.3.4; SP 800-56A 5.6.2.3). */

/** The curves a point is checked on, by our names, as node:crypto calls them. */
const openssl: Readonly<Record<string, string>> = {
  'P-224': 'secp224r1',
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  secp256k1: 'secp256k1',
  brainpoolP256r1: 'brainpoolP256r1',
  brainpoolP384r1: 'brainpoolP384r1',
  brainpoolP512r1: 'brainpoolP512r1',
};

/**
 * The fault of a point, or undefined. On a curve that is not among the usual ones, or that the runtime does not
 * know, only the form is judged.
 *
 * @param point the octets of subjectPublicKey
 * @param curve as {@link PublicKey.curve} names it
 */
export function pointProblem(point: Uint8Array, curve: string): string | undefined {
  const form = point[0];
  if (form === undefined) return 'there is no point';
  if (form === 0x00) return 'the point at infinity';
  if (form !== 0x02 && form !== 0x03 && form !== 0x04)
    return `a point in the unknown form 0x${form.toString(16).padStart(2, '0')}`;
  const name = openssl[curve];
  if (name === undefined || !getCurves().includes(name)) return undefined;
  try {
    // Decoding checks the length, that the coordinates are below the prime, and the equation of the curve.
    ECDH.convertKey(point, name, undefined, undefined, 'compressed');
    return undefined;
  } catch {
    return `a point that is not on ${curve}`;
  }
}
