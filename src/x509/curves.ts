import { once } from '../once.js';

/** A named elliptic curve. */
export interface Curve {
  /** NIST's name where it has one (`P-256`), else OpenSSL's. */
  readonly name: string;
  /** The size as openssl counts it: the bits of the group's order. */
  readonly bits: number;
  /** OpenSSL's name, where that is another. */
  readonly openssl?: string;
}

/** A curve keys are usually on, which JSON Web Keys have a name for, the same as ours (RFC 7518 6.2.1.1, RFC 8812 3.1). */
export interface UsualCurve extends Curve {
  readonly oid: string;
  readonly openssl: string;
  /** Its other name (SEC 2). */
  readonly alias?: string;
  /** The octets of a coordinate, and of a private number. */
  readonly size: number;
  /** The order of the group, in hex. */
  readonly order: string;
  /** The equation, y² = x³ + ax + b modulo the prime: prime and b in hex (SEC 2). */
  readonly prime: string;
  readonly a: 0 | -3;
  readonly b: string;
  /** True for those the Baseline Requirements allow (6.1.5). */
  readonly isPublic: boolean;
}

export const usualCurves: readonly UsualCurve[] = [
  {
    oid: '1.2.840.10045.3.1.7',
    name: 'P-256',
    openssl: 'prime256v1',
    alias: 'secp256r1',
    bits: 256,
    size: 32,
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    prime: 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
    a: -3,
    b: '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b',
    isPublic: true,
  },
  {
    oid: '1.3.132.0.34',
    name: 'P-384',
    openssl: 'secp384r1',
    bits: 384,
    size: 48,
    order: 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    prime: 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff',
    a: -3,
    b: 'b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef',
    isPublic: true,
  },
  {
    oid: '1.3.132.0.35',
    name: 'P-521',
    openssl: 'secp521r1',
    bits: 521,
    size: 66,
    order:
      '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
    prime:
      '01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    a: -3,
    b: '0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00',
    isPublic: true,
  },
  {
    oid: '1.3.132.0.10',
    name: 'secp256k1',
    openssl: 'secp256k1',
    bits: 256,
    size: 32,
    order: 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
    prime: 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f',
    a: 0,
    b: '07',
    isPublic: false,
  },
];

/** Named curves (X9.62, SEC 2, RFC 5639, WTLS, SM2) by OID. */
const curves = once(
  (): ReadonlyMap<string, Curve> =>
    new Map<string, Curve>([
      ...usualCurves.map((curve) => [curve.oid, curve] as const),
      ['1.2.156.10197.1.301', { name: 'SM2', bits: 256 }],
      ['1.2.840.10045.3.0.1', { name: 'c2pnb163v1', bits: 163 }],
      ['1.2.840.10045.3.0.2', { name: 'c2pnb163v2', bits: 162 }],
      ['1.2.840.10045.3.0.3', { name: 'c2pnb163v3', bits: 162 }],
      ['1.2.840.10045.3.0.4', { name: 'c2pnb176v1', bits: 161 }],
      ['1.2.840.10045.3.0.5', { name: 'c2tnb191v1', bits: 191 }],
      ['1.2.840.10045.3.0.6', { name: 'c2tnb191v2', bits: 190 }],
      ['1.2.840.10045.3.0.7', { name: 'c2tnb191v3', bits: 189 }],
      ['1.2.840.10045.3.0.10', { name: 'c2pnb208w1', bits: 193 }],
      ['1.2.840.10045.3.0.11', { name: 'c2tnb239v1', bits: 238 }],
      ['1.2.840.10045.3.0.12', { name: 'c2tnb239v2', bits: 237 }],
      ['1.2.840.10045.3.0.13', { name: 'c2tnb239v3', bits: 236 }],
      ['1.2.840.10045.3.0.16', { name: 'c2pnb272w1', bits: 257 }],
      ['1.2.840.10045.3.0.17', { name: 'c2pnb304w1', bits: 289 }],
      ['1.2.840.10045.3.0.18', { name: 'c2tnb359v1', bits: 353 }],
      ['1.2.840.10045.3.0.19', { name: 'c2pnb368w1', bits: 353 }],
      ['1.2.840.10045.3.0.20', { name: 'c2tnb431r1', bits: 418 }],
      ['1.2.840.10045.3.1.1', { name: 'P-192', bits: 192, openssl: 'prime192v1' }],
      ['1.2.840.10045.3.1.2', { name: 'prime192v2', bits: 192 }],
      ['1.2.840.10045.3.1.3', { name: 'prime192v3', bits: 192 }],
      ['1.2.840.10045.3.1.4', { name: 'prime239v1', bits: 239 }],
      ['1.2.840.10045.3.1.5', { name: 'prime239v2', bits: 239 }],
      ['1.2.840.10045.3.1.6', { name: 'prime239v3', bits: 239 }],
      ['1.3.36.3.3.2.8.1.1.1', { name: 'brainpoolP160r1', bits: 160 }],
      ['1.3.36.3.3.2.8.1.1.2', { name: 'brainpoolP160t1', bits: 160 }],
      ['1.3.36.3.3.2.8.1.1.3', { name: 'brainpoolP192r1', bits: 192 }],
      ['1.3.36.3.3.2.8.1.1.4', { name: 'brainpoolP192t1', bits: 192 }],
      ['1.3.36.3.3.2.8.1.1.5', { name: 'brainpoolP224r1', bits: 224 }],
      ['1.3.36.3.3.2.8.1.1.6', { name: 'brainpoolP224t1', bits: 224 }],
      ['1.3.36.3.3.2.8.1.1.7', { name: 'brainpoolP256r1', bits: 256 }],
      ['1.3.36.3.3.2.8.1.1.8', { name: 'brainpoolP256t1', bits: 256 }],
      ['1.3.36.3.3.2.8.1.1.9', { name: 'brainpoolP320r1', bits: 320 }],
      ['1.3.36.3.3.2.8.1.1.10', { name: 'brainpoolP320t1', bits: 320 }],
      ['1.3.36.3.3.2.8.1.1.11', { name: 'brainpoolP384r1', bits: 384 }],
      ['1.3.36.3.3.2.8.1.1.12', { name: 'brainpoolP384t1', bits: 384 }],
      ['1.3.36.3.3.2.8.1.1.13', { name: 'brainpoolP512r1', bits: 512 }],
      ['1.3.36.3.3.2.8.1.1.14', { name: 'brainpoolP512t1', bits: 512 }],
      ['1.3.132.0.1', { name: 'sect163k1', bits: 163 }],
      ['1.3.132.0.2', { name: 'sect163r1', bits: 162 }],
      ['1.3.132.0.3', { name: 'sect239k1', bits: 238 }],
      ['1.3.132.0.4', { name: 'sect113r1', bits: 113 }],
      ['1.3.132.0.5', { name: 'sect113r2', bits: 113 }],
      ['1.3.132.0.6', { name: 'secp112r1', bits: 112 }],
      ['1.3.132.0.7', { name: 'secp112r2', bits: 110 }],
      ['1.3.132.0.8', { name: 'secp160r1', bits: 161 }],
      ['1.3.132.0.9', { name: 'secp160k1', bits: 161 }],
      ['1.3.132.0.15', { name: 'sect163r2', bits: 163 }],
      ['1.3.132.0.16', { name: 'sect283k1', bits: 281 }],
      ['1.3.132.0.17', { name: 'sect283r1', bits: 282 }],
      ['1.3.132.0.22', { name: 'sect131r1', bits: 131 }],
      ['1.3.132.0.23', { name: 'sect131r2', bits: 131 }],
      ['1.3.132.0.24', { name: 'sect193r1', bits: 193 }],
      ['1.3.132.0.25', { name: 'sect193r2', bits: 193 }],
      ['1.3.132.0.26', { name: 'sect233k1', bits: 232 }],
      ['1.3.132.0.27', { name: 'sect233r1', bits: 233 }],
      ['1.3.132.0.28', { name: 'secp128r1', bits: 128 }],
      ['1.3.132.0.29', { name: 'secp128r2', bits: 126 }],
      ['1.3.132.0.30', { name: 'secp160r2', bits: 161 }],
      ['1.3.132.0.31', { name: 'secp192k1', bits: 192 }],
      ['1.3.132.0.32', { name: 'secp224k1', bits: 225 }],
      ['1.3.132.0.33', { name: 'P-224', bits: 224, openssl: 'secp224r1' }],
      ['1.3.132.0.36', { name: 'sect409k1', bits: 407 }],
      ['1.3.132.0.37', { name: 'sect409r1', bits: 409 }],
      ['1.3.132.0.38', { name: 'sect571k1', bits: 570 }],
      ['1.3.132.0.39', { name: 'sect571r1', bits: 570 }],
      ['2.23.43.1.4.1', { name: 'wap-wsg-idm-ecid-wtls1', bits: 112 }],
      ['2.23.43.1.4.3', { name: 'wap-wsg-idm-ecid-wtls3', bits: 163 }],
      ['2.23.43.1.4.4', { name: 'wap-wsg-idm-ecid-wtls4', bits: 113 }],
      ['2.23.43.1.4.5', { name: 'wap-wsg-idm-ecid-wtls5', bits: 163 }],
      ['2.23.43.1.4.6', { name: 'wap-wsg-idm-ecid-wtls6', bits: 112 }],
      ['2.23.43.1.4.7', { name: 'wap-wsg-idm-ecid-wtls7', bits: 161 }],
      ['2.23.43.1.4.8', { name: 'wap-wsg-idm-ecid-wtls8', bits: 113 }],
      ['2.23.43.1.4.9', { name: 'wap-wsg-idm-ecid-wtls9', bits: 161 }],
      ['2.23.43.1.4.10', { name: 'wap-wsg-idm-ecid-wtls10', bits: 232 }],
      ['2.23.43.1.4.11', { name: 'wap-wsg-idm-ecid-wtls11', bits: 233 }],
      ['2.23.43.1.4.12', { name: 'wap-wsg-idm-ecid-wtls12', bits: 224 }],
    ]),
);

/** The curve an OID stands for, undefined where we do not know it; the table of all is not made for a usual one. */
export const curveByOid = (oid: string): Curve | undefined =>
  usualCurves.find((curve) => curve.oid === oid) ?? curves().get(oid);

/** OpenSSL's name of a curve, undefined for OIDs that are no curve's. */
export function opensslCurve(oid: string): string | undefined {
  const curve = curveByOid(oid);
  return curve?.openssl ?? curve?.name;
}

/** The OID of the curve OpenSSL calls so. */
export function curveOidByOpenssl(openssl: string): string | undefined {
  const usual = usualCurves.find((curve) => curve.openssl === openssl);
  if (usual !== undefined) return usual.oid;
  for (const [oid, { name, openssl: own = name }] of curves()) if (own === openssl) return oid;
  return undefined;
}

/** The OID of the curve we call so. */
export function curveOidByName(wanted: string): string | undefined {
  for (const [oid, { name }] of curves()) if (name === wanted) return oid;
  return undefined;
}
