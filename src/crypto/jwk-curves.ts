import { type UsualCurve, usualCurves } from '../x509/curves.js';

/**
 * Keys on the curves JSON Web Keys have a name for go into node:crypto, and come out of it, as numbers: OpenSSL's decoders
 * and encoders, which try one form after the other, take many times as long.
 */

const jwkCurveByOid = (oid: string): UsualCurve | undefined => usualCurves.find((curve) => curve.oid === oid);

export const jwkCurveByOpenssl = (openssl: string): UsualCurve | undefined =>
  usualCurves.find((curve) => curve.openssl === openssl);

export const findJwkCurve = (name: string): UsualCurve | undefined => usualCurves.find((curve) => curve.name === name);

/** @throws {RangeError} no curve has this name */
export function jwkCurveByName(name: string): UsualCurve {
  const found = findJwkCurve(name);
  if (found === undefined) throw new RangeError(`no curve is called ${name}`);
  return found;
}

/** The first octet of a point that is written out (SEC 1 2.3.3). */
export const UNCOMPRESSED = 4;

/** The only octet of the point at infinity. */
export const INFINITY = 0;

/** Octets as a JSON Web Key writes them. */
export const toBase64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url');

/** Where a point is, as a JSON Web Key says it. */
interface JwkPoint {
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

/** A point that is written out; undefined for any other, one of the wrong length, and one on a curve without a name. */
export function jwkPointOn(oid: string, point: Uint8Array): JwkPoint | undefined {
  const curve = jwkCurveByOid(oid);
  if (curve === undefined) return undefined;
  const { name, size } = curve;
  if (point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * size) return undefined;
  return { crv: name, x: toBase64url(point.subarray(1, 1 + size)), y: toBase64url(point.subarray(1 + size)) };
}
