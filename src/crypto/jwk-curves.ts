/**
 * The curves JSON Web Keys have a name for (RFC 7518 6.2.1.1, RFC 8812 3.1). Keys on them go into node:crypto, and come
 * out of it, as numbers: OpenSSL's decoders and encoders, which try one form after the other, take many times as long.
 */
export interface JwkCurve {
  readonly oid: string;
  /** The `crv` of a JSON Web Key. */
  readonly name: string;
  /** OpenSSL's name. */
  readonly openssl: string;
  /** The octets of a coordinate, and of a private number. */
  readonly size: number;
}

const curves: readonly JwkCurve[] = [
  { oid: '1.2.840.10045.3.1.7', name: 'P-256', openssl: 'prime256v1', size: 32 },
  { oid: '1.3.132.0.34', name: 'P-384', openssl: 'secp384r1', size: 48 },
  { oid: '1.3.132.0.35', name: 'P-521', openssl: 'secp521r1', size: 66 },
  { oid: '1.3.132.0.10', name: 'secp256k1', openssl: 'secp256k1', size: 32 },
];

export const jwkCurveByOid = (oid: string): JwkCurve | undefined => curves.find((curve) => curve.oid === oid);

export const jwkCurveByOpenssl = (openssl: string): JwkCurve | undefined =>
  curves.find((curve) => curve.openssl === openssl);

/** @throws {RangeError} no curve has this name */
export function jwkCurveByName(name: string): JwkCurve {
  const found = curves.find((curve) => curve.name === name);
  if (found === undefined) throw new RangeError(`no curve is called ${name}`);
  return found;
}

/** The first octet of a point that is written out (SEC 1 2.3.3). */
export const UNCOMPRESSED = 4;

/** Octets as a JSON Web Key writes them. */
export const toBase64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url');

/** Where a point is, as a JSON Web Key says it. */
export interface JwkPoint {
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
