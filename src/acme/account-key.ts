import { constants, createHash, type KeyObject, sign } from 'node:crypto';
import { keyKindText } from '../crypto/key-algorithm.js';
import { PkiError } from '../errors.js';

/** A key that signs requests: an account's, or a certificate's own when it is revoked by that. */
export interface AccountKey {
  readonly key: KeyObject;
  /** The public half as a JSON Web Key, its members in the order RFC 7638 hashes them in. */
  readonly jwk: Readonly<Record<string, string>>;
  /** Its name in JWS (RFC 7518 3.1). */
  readonly algorithm: string;
  /** The hash of its signatures, as node:crypto calls it. */
  readonly hash: string;
}

/** The algorithms CAs take: RS256 and ES256 of RFC 8555 6.2, and the larger curves. */
const curves: ReadonlyMap<string, Pick<AccountKey, 'algorithm' | 'hash'>> = new Map([
  ['prime256v1', { algorithm: 'ES256', hash: 'sha256' }],
  ['secp384r1', { algorithm: 'ES384', hash: 'sha384' }],
  ['secp521r1', { algorithm: 'ES512', hash: 'sha512' }],
]);

const MIN_RSA_BITS = 2048;

/**
 * @param what names the key in the error: `account.key`
 * @throws {PkiError} CAs take no signature of such a key: said here, before anything is sent
 */
export function accountKey(key: KeyObject, what: string): AccountKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) {
    const { kty = '', n = '', e = '' } = key.export({ format: 'jwk' });
    return { key, jwk: { e, kty, n }, algorithm: 'RS256', hash: 'sha256' };
  }
  const curve = type === 'ec' ? curves.get(details?.namedCurve ?? '') : undefined;
  if (curve !== undefined) {
    const { crv = '', kty = '', x = '', y = '' } = key.export({ format: 'jwk' });
    return { key, jwk: { crv, kty, x, y }, ...curve };
  }
  throw new PkiError('ACME_KEY', `no CA takes signatures of a key of kind ${keyKindText(key)} over ACME`, {
    source: what,
    hint: 'ec:P-256, ec:P-384, ec:P-521, or rsa:2048 and larger',
  });
}

/** The JWK thumbprint (RFC 7638), as key authorizations end with it. */
export function thumbprint({ jwk }: AccountKey): string {
  return createHash('sha256').update(JSON.stringify(jwk)).digest('base64url');
}

/** The signature of a JWS signing input, in base64url. ECDSA signatures are r and s side by side (RFC 7518 3.4). */
export function signatureBy({ key, hash }: AccountKey, input: string): string {
  const padding = key.asymmetricKeyType === 'rsa' ? { padding: constants.RSA_PKCS1_PADDING } : {};
  return sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...padding }).toString('base64url');
}
