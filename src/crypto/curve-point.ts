import process from 'node:process';
import { toHex } from '../der/values.js';
import { once } from '../once.js';
import { curveOidByName, opensslCurve, type UsualCurve, usualCurves } from '../x509/curves.js';
import { findJwkCurve, INFINITY, UNCOMPRESSED } from './jwk-curves.js';

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
  return isOnCurve(point, curve) ? undefined : `a point that is not on ${curve}`;
}

function isOnCurve(point: Uint8Array, curve: string): boolean {
  const usual = findJwkCurve(curve);
  if (usual !== undefined && point[0] === UNCOMPRESSED) return solvesEquation(point, usual);
  const name = opensslCurve(curveOidByName(curve) ?? '');
  return name === undefined || !crypto().getCurves().includes(name) || converted(point, name) !== undefined;
}

/** Arithmetic takes a tenth of what OpenSSL takes for it, and a bundle may hold many keys. */
function solvesEquation(point: Uint8Array, curve: UsualCurve): boolean {
  const { size } = curve;
  if (point.length !== 1 + 2 * size) return false;
  const { prime, a, b } = equations().get(curve) ?? { prime: 1n, a: 0n, b: 0n };
  const x = BigInt(`0x${toHex(point, 1, 1 + size)}`);
  const y = BigInt(`0x${toHex(point, 1 + size)}`);
  return x < prime && y < prime && (y * y - (x * x + a) * x - b) % prime === 0n;
}

const equations = once(
  () =>
    new Map(
      usualCurves.map((curve) => {
        const { prime, a, b } = curve;
        return [curve, { prime: BigInt(`0x${prime}`), a: BigInt(a), b: BigInt(`0x${b}`) }];
      }),
    ),
);

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
    const written = crypto().ECDH.convertKey(point, openssl, undefined, 'hex', 'uncompressed');
    return Buffer.from(written.toString(), 'hex');
  } catch {
    return undefined;
  }
}

/** Loaded when it is needed: node:crypto takes 4 ms, and points are usually written out on one of the usual curves. */
const crypto = once(() => process.getBuiltinModule('node:crypto'));
