import type { KeyObject } from 'node:crypto';

/**
 * Edwards curve public keys of small order: with one of them a signature can be made that is valid for many messages and
 * proves no possession of anything. node:crypto takes them.
 */

/** The field and the y coordinates (RFC 8032 5.1, 5.2) of the points whose order divides the cofactor. */
const curves: Readonly<Record<string, { readonly prime: bigint; readonly y: readonly bigint[] }>> = {
  ed25519: {
    prime: 2n ** 255n - 19n,
    y: [
      0n,
      1n,
      2n ** 255n - 20n,
      0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
      0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n,
    ],
  },
  ed448: { prime: 2n ** 448n - 2n ** 224n - 1n, y: [0n, 1n, 2n ** 448n - 2n ** 224n - 2n] },
};

/** True when the key is a point of small order, also in an encoding that is not canonical. */
export function isSmallOrder(key: KeyObject): boolean {
  const curve = curves[key.asymmetricKeyType ?? ''];
  if (curve === undefined) return false;
  const encoded = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').reverse();
  // The highest bit is the sign of the other coordinate.
  encoded.writeUInt8((encoded[0] ?? 0) & 0x7f);
  const value = BigInt(`0x${encoded.toString('hex')}`) % curve.prime;
  return curve.y.some((small) => small === value);
}
