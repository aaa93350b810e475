import { createECDH, type KeyObject, sign, verify } from 'node:crypto';
import { keyKindByType, unfitUsages } from '../x509/algorithms.js';
import { jwkCurveByName } from './jwk-curves.js';
import { type KeyNumbers, octetsOf, pointOf } from './key-numbers.js';
import type { PrivateKey } from './private-key.js';
import { isIdleHere } from './runtime.js';

/**
 * Why a private key cannot work, or undefined: one that was damaged in its private numbers still has the right public
 * key, loads, and fails at the first handshake.
 */
export function keyProblem(privateKey: PrivateKey): string | undefined {
  const { writtenNumbers: numbers } = privateKey;
  // The usual kinds are checked by arithmetic, which costs less than a signature; a key of three primes by signing.
  const isSound =
    numbers === undefined
      ? canSign(privateKey.key)
      : numbers.kty === 'RSA'
        ? hasSoundNumbers(numbers)
        : hasItsPoint(numbers);
  return isSound ? undefined : 'the private key is damaged: its private part does not belong to its public part';
}

/** RFC 8017 3.2: n = p·q, e·d ≡ 1 modulo p-1 and q-1, and the exponents and coefficient of the Chinese remainders. */
function hasSoundNumbers({ n, e, d, p, q, dp, dq, qi }: KeyNumbers): boolean {
  const numbers = [n, e, d, p, q, dp, dq, qi].map((text) => BigInt(`0x${octetsOf(text ?? '').toString('hex') || '0'}`));
  const [N, E, D, P, Q, DP, DQ, QI] = numbers as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  if (P < 3n || Q < 3n || P * Q !== N) return false;
  const isInverse = (exponent: bigint, prime: bigint) => (E * exponent) % (prime - 1n) === 1n;
  return isInverse(D, P) && isInverse(D, Q) && isInverse(DP, P) && isInverse(DQ, Q) && (Q * QI) % P === 1n;
}

/** The point is the private number times the base point (SEC 1 3.2.1). */
function hasItsPoint(numbers: KeyNumbers): boolean {
  const { crv = '', d = '' } = numbers;
  const ecdh = createECDH(jwkCurveByName(crv).openssl);
  try {
    ecdh.setPrivateKey(d, 'base64url');
  } catch {
    // Zero, or not below the order of the curve.
    return false;
  }
  return ecdh.getPublicKey().equals(pointOf(numbers));
}

const message = Buffer.from('pkiutils');

/** Keys that cannot sign at all (X25519), or not in this runtime, are no worse for it. */
function canSign(key: KeyObject): boolean {
  const { asymmetricKeyType: type = '' } = key;
  if (unfitUsages(type).includes('digitalSignature') || isIdleHere(type)) return true;
  const hash = signsByItself(type) ? null : (boundHash(key) ?? 'sha256');
  try {
    return verify(hash, message, key, sign(hash, message, key));
  } catch {
    return false;
  }
}

const signsByItself = (type: string): boolean => keyKindByType(type)?.signsByItself === true;

/** The hash an RSA-PSS key is bound to. */
const boundHash = (key: KeyObject): string | undefined => key.asymmetricKeyDetails?.hashAlgorithm;
