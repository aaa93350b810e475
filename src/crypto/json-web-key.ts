import type { JsonWebKey, KeyObject } from 'node:crypto';
import { PkiError } from '../errors.js';
import { octetsOf } from './key-numbers.js';

/**
 * A key as JSON Web Key (RFC 7517, 7518, 8037), with no members but its numbers.
 *
 * @throws {PkiError} KEY_FORMAT: it has no such form
 */
export function jsonWebKeyOf(key: KeyObject): JsonWebKey {
  let jwk: JsonWebKey;
  try {
    jwk = key.export({ format: 'jwk' });
  } catch (cause) {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    const kind = details?.namedCurve === undefined ? type : `${type} keys on ${details.namedCurve}`;
    const name = kind === type ? `${type} keys` : kind;
    throw new PkiError('KEY_FORMAT', `JSON Web Keys have no form for ${name}`, { hint: otherForm, cause });
  }
  if (jwk.kty === 'RSA' && jwk.d !== undefined && !hasTwoPrimes(jwk)) {
    throw new PkiError('KEY_FORMAT', 'this RSA key has more than two primes, which only pkcs8 and pkcs1 hold', {
      hint: otherForm,
    });
  }
  return jwk;
}

export const otherForm = 'pkcs8 holds keys of every kind';

/** Node.js writes two of however many there are. */
function hasTwoPrimes({ n, p, q }: JsonWebKey): boolean {
  const [modulus, first, second] = [n, p, q].map((text) => BigInt(`0x${octetsOf(text ?? '').toString('hex') || '0'}`));
  return modulus !== undefined && first !== undefined && second !== undefined && first * second === modulus;
}
