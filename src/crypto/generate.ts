import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  type ED25519KeyPairOptions,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { context, contextConstructed } from '../der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { keyKindByType } from '../x509/algorithms.js';
import { KeyOid } from '../x509/key-oid.js';
import { jwkCurveByName, jwkPointOn, toBase64url } from './jwk-curves.js';
import { type CurveName, type KeyAlgorithm, keyAlgorithmText } from './key-algorithm.js';
import type { KeyPair } from './key-pair.js';
import { isYoungKind, YOUNG_KINDS_HINT } from './runtime.js';

/** A key that was made here. */
export interface NewKey extends KeyPair {
  /** Its PrivateKeyInfo (RFC 5958) in DER. */
  readonly pkcs8: Buffer;
}

/**
 * Makes a key. An RSA key takes from a tenth of a second to a minute.
 *
 * Keys are made as octets and loaded from them. The key objects that generateKeyPairSync gives out share a lock with the
 * job that made them, and Node.js 20 waits for itself for ever when that job is collected as garbage while the key is
 * asked for its details or its JSON Web Key: once in some ten thousand keys.
 *
 * @throws {PkiError} the runtime knows no such keys: Bun has no Ed448, a FIPS build lacks more
 */
export function generateKey(algorithm: KeyAlgorithm): NewKey {
  try {
    return newKey(algorithm);
  } catch (cause) {
    if (!/unsupported|not supported/i.test(String(cause))) throw cause;
    throw new PkiError('KEY_ALGORITHM', `this runtime cannot make a key of the kind ${keyAlgorithmText(algorithm)}`, {
      hint: isYoungKind(algorithm.type) ? YOUNG_KINDS_HINT : 'take rsa, ec or ed25519, or the commands on Node.js',
      cause,
    });
  }
}

function newKey(algorithm: KeyAlgorithm): NewKey {
  switch (algorithm.type) {
    case 'rsa':
      return loaded(generateKeyPairSync('rsa', { modulusLength: algorithm.bits, ...encodings }));
    case 'ec':
      return newEcKey(algorithm.curve);
    case 'ed25519':
      return loaded(generateKeyPairSync('ed25519', encodings));
    case 'ed448':
      return loaded(generateKeyPairSync('ed448', encodings));
    default:
      return newMlDsaKey(algorithm.type);
  }
}

const encodings: ED25519KeyPairOptions<'der', 'der'> = {
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  publicKeyEncoding: { type: 'spki', format: 'der' },
};

const loaded = ({ privateKey, publicKey }: { privateKey: Buffer; publicKey: Buffer }): NewKey => ({
  key: createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }),
  spki: publicKey,
  pkcs8: privateKey,
});

const SEED = 32;

/** An ML-DSA key is its seed (FIPS 204 6.1); it is written so, too (RFC 9881 6), in a hundredth of the expanded key's octets. */
function newMlDsaKey(type: string): NewKey {
  const [oid] = keyKindByType(type)?.oids ?? [];
  if (oid === undefined) throw new RangeError(`no key is called ${type}`);
  const seed = element(context(0), randomBytes(SEED));
  const pkcs8 = sequence(integer(0), sequence(objectIdentifier(oid)), octetString(seed));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  // The OpenSSL of Node.js 22 knows it, Node.js itself does not.
  if (key.asymmetricKeyType === undefined) throw new Error(`keys of the kind ${type} are unsupported`);
  return { key, spki: createPublicKey(key).export({ format: 'der', type: 'spki' }), pkcs8 };
}

/**
 * OpenSSL 3 makes a key of a curve in a fraction of the time it takes to write it out as SubjectPublicKeyInfo and to load
 * it as PKCS #8. Scalar and point are asked for instead, written by us (RFC 5480 2.1, RFC 5915 3), and loaded as a JSON
 * Web Key.
 */
function newEcKey(curve: CurveName): NewKey {
  const { oid, openssl, size } = jwkCurveByName(curve);
  const pair = createECDH(openssl);
  const point = pair.generateKeys();
  // Given out as a number, without the zeros in front.
  const scalar = Buffer.alloc(size);
  const digits = pair.getPrivateKey();
  digits.copy(scalar, size - digits.length);
  const jwk = { kty: 'EC', d: toBase64url(scalar), ...jwkPointOn(oid, point) };
  const identifier = sequence(objectIdentifier(KeyOid.ec), objectIdentifier(oid));
  const publicKey = bitString(point);
  const privateKey = sequence(integer(1), octetString(scalar), element(contextConstructed(1), publicKey));
  return {
    key: createPrivateKey({ key: jwk, format: 'jwk' }),
    spki: sequence(identifier, publicKey),
    pkcs8: sequence(integer(0), identifier, octetString(privateKey)),
  };
}
