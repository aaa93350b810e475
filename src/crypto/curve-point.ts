import { ECDH, getCurves } from 'node:crypto';
import { curveOidByName, opensslCurve } from '../x509/curves.js';
import { INFINITY, UNCOMPRESSED } from './jwk-curves.js';

/** Points of elliptic curves (SEC 1 2.3.4; SP 800-56A 5.6.2.3): whether one can be computed with, and how it is written. */

const isCompressed = (point: Uint8Array): boolean => point[0] === 0x02 || point[0] === 0x03;

/**
 * The fault of a point, or undefined. On a curve that the runtime does not know, only the form is judged.
 *
 * @param point the octets of subjectPublicKey
 * @param curve as {@link PublicKey.curve} names it
 */
export function pointProblem(point: Uint8Array, curve: string): string | undefined {
  const [form] = point;
  if (form === undefined) return 'there is no point';
  if (form === INFINITY) return 'the point at infinity';
  if (!isCompressed(point) && form !== UNCOMPRESSED) {
    return `a point in the unknown form 0x${form.toString(16).padStart(2, '0')}`;
  }
  const name = opensslCurve(curveOidByName(curve) ?? '');
  if (name === undefined || !getCurves().includes(name)) return undefined;
  return converted(point, name) === undefined ? `a point that is not on ${curve}` : undefined;
}

/**
 * A point written out (SEC 1 2.3.3); as it is where it is no point, or the runtime does not know the curve.
 *
 * @param curve its OID
 */
export function writtenOut(point: Uint8Array, curve: string): Uint8Array {
  const name = isCompressed(point) ? opensslCurve(curve) : undefined;
  return (name === undefined ? undefined : converted(point, name)) ?? point;
}

/** Decoding checks the length, that the coordinates are below the prime, and the equation of the curve. */
function converted(point: Uint8Array, openssl: string): Buffer | undefined {
  try {
    const written = ECDH.convertKey(point, openssl, undefined, 'hex', 'uncompressed');
    return Buffer.from(written.toString(), 'hex');
  } catch {
    return undefined;
  }
}
