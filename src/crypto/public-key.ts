import { createPublicKey, type KeyObject } from 'node:crypto';
import { berChildren, readBerElement } from '../der/ber.js';
import { readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { bitString, objectIdentifier, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { type KeyKind, keyKindByOid } from '../x509/algorithms.js';
import { curveOidByOpenssl } from '../x509/curves.js';
import { isNegative, unsignedBits, unsignedContent } from '../x509/integers.js';
import { KeyOid } from '../x509/key-oid.js';
import { PublicKey, type RsaPublicKey } from '../x509/public-key.js';
import { INFINITY, jwkPointOn } from './jwk-curves.js';
import { runtimeLacks } from './runtime.js';

/** The largest RSA modulus OpenSSL verifies with; of a larger one it says "bad" (OPENSSL_RSA_MAX_MODULUS_BITS). */
export const MAX_RSA_BITS = 16_384;

/** Of a modulus above the first it takes no public exponent above the second (OPENSSL_RSA_SMALL_MODULUS_BITS). */
const SMALL_RSA_BITS = 3072;
const MAX_EXPONENT_BITS = 64;

/** The largest prime of DSA and Diffie-Hellman OpenSSL computes with (OPENSSL_DSA_MAX_MODULUS_BITS). */
export const MAX_PRIME_BITS = 10_000;

/** The most octets a curve may take that is spelt out: its five numbers are of 661 bits in OpenSSL at most. */
export const MAX_CURVE_LENGTH = 1024;

/**
 * node:crypto's key for a SubjectPublicKeyInfo from outside in DER, the one place where it is asked for one. What would
 * keep it busy, or crash it, is refused before; what is no point of its curve is refused by it.
 *
 * OpenSSL tries one decoder after the other on that form, which takes longer than verifying a signature; for the usual keys
 * the inner form goes in directly, RSA's forty times as fast.
 *
 * @throws {PkiError} PUBLIC_KEY: damaged, or of a kind that cannot be used here; KEY_SIZE: too large; a DerError
 */
export function publicKeyObject(spki: Uint8Array): KeyObject {
  const key = new PublicKey(readElement(spki));
  const { oid, parameters } = key.algorithm;
  const kind = keyKindByOid(oid);
  checkNumbers(key, kind);
  const point = key.subjectPublicKey;
  if (oid === KeyOid.rsa && parameters?.tag === Tag.null && parameters.length === 0 && key.isWhole) {
    return made(spki, kind, () => createPublicKey({ key: Buffer.from(point), format: 'der', type: 'pkcs1' }));
  }
  if (oid === KeyOid.ec && parameters?.tag === Tag.objectIdentifier && key.isWhole) {
    const jwk = jwkPointOn(readOid(parameters), point);
    if (jwk !== undefined) {
      return made(spki, kind, () => createPublicKey({ key: { kty: 'EC', ...jwk }, format: 'jwk' }));
    }
  }
  const object = made(spki, kind, () => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }));
  return key.hasExplicitCurve ? onNamedCurve(object, point) : object;
}

/**
 * The same point on the curve OpenSSL knows by a name: parameters of the signer's own choice can describe a curve on which
 * everybody has the private key (CVE-2020-0601).
 */
function onNamedCurve(object: KeyObject, point: Uint8Array): KeyObject {
  const curve = namedCurveOf(object);
  return publicKeyObject(sequence(sequence(objectIdentifier(KeyOid.ec), objectIdentifier(curve)), bitString(point)));
}

/**
 * The OID of the curve of a key that spelt it out.
 *
 * @throws {PkiError} PUBLIC_KEY: a curve without a name
 */
export function namedCurveOf(object: KeyObject): string {
  const curve = curveOidByOpenssl(object.asymmetricKeyDetails?.namedCurve ?? '');
  if (curve !== undefined) return curve;
  throw new PkiError('PUBLIC_KEY', 'the public key is on a curve of its own, spelt out, which nothing can trust');
}

function made(spki: Uint8Array, kind: KeyKind | undefined, make: () => KeyObject): KeyObject {
  const refusal = (cause?: unknown): PkiError => runtimeLacks(spki, 'spki') ?? unusable(kind, cause);
  let object: KeyObject;
  try {
    object = make();
  } catch (cause) {
    throw refusal(cause);
  }
  // Node.js has no type for kinds OpenSSL alone knows: SM2, and ML-DSA in Node.js 22.
  if (object.asymmetricKeyType === undefined) throw refusal();
  return object;
}

function unusable(kind: KeyKind | undefined, cause: unknown): PkiError {
  const name = kind === undefined ? '' : ` (${kind.name})`;
  return new PkiError('PUBLIC_KEY', `the public key${name} is of a kind that cannot be used here, or damaged`, {
    cause,
  });
}

/** Refuses numbers that no key has, and those OpenSSL would compute with for a minute. */
function checkNumbers(key: PublicKey, kind: KeyKind | undefined): void {
  if (key.type.startsWith('rsa')) checkRsaNumbers(rsaNumbers(key.subjectPublicKey));
  const { parameters } = key.algorithm;
  if (key.hasExplicitCurve && parameters !== undefined && parameters.length > MAX_CURVE_LENGTH) {
    throw new PkiError('KEY_SIZE', 'the curve spelt out in the public key is too large to be used here');
  }
  if ((key.type === 'dsa' || key.type === 'dh') && parameters !== undefined) {
    checkPrime(key, parameters.length);
    // OpenSSL makes a key of it that Node.js aborts over when it is asked for its details.
    if (isNegative(readBerElement(key.subjectPublicKey))) {
      throw new PkiError('PUBLIC_KEY', `the number of the ${kind?.name} public key is negative`);
    }
  }
  const { length, [0]: form } = key.subjectPublicKey;
  if (key.type === 'ec' && length === 1 && form === INFINITY) {
    throw new PkiError('PUBLIC_KEY', 'the public key is the point at infinity');
  }
  if (kind?.octets !== undefined && length !== kind.octets) {
    throw new PkiError('PUBLIC_KEY', `an ${kind.name} public key has ${kind.octets} octets, not ${length}`);
  }
}

/** RSAPublicKey (RFC 8017 A.1.1), in BER too, which OpenSSL reads. */
function rsaNumbers(octets: Uint8Array): RsaPublicKey {
  const fields = berChildren(readBerElement(octets));
  const modulus = unsignedContent(fields.read(Tag.integer, 'modulus'));
  return { modulus, exponent: unsignedContent(fields.read(Tag.integer, 'publicExponent')) };
}

/** p, q and g are at most as long as the prime, and so is the public number. */
function checkPrime(key: PublicKey, parameters: number): void {
  const bits = key.bits ?? 0;
  if (bits <= MAX_PRIME_BITS && parameters <= bits && key.subjectPublicKey.length <= bits) return;
  throw new PkiError('KEY_SIZE', `the numbers of a ${key.type.toUpperCase()} key are too large to be used here`);
}

/**
 * Asserts that OpenSSL takes an RSA key of this size, and that its exponent is one.
 *
 * @throws {PkiError} PUBLIC_KEY, KEY_SIZE
 */
export function checkRsaNumbers({ modulus, exponent }: RsaPublicKey): void {
  const bits = unsignedBits(modulus);
  const exponentBits = unsignedBits(exponent);
  if (bits === 0) throw new PkiError('PUBLIC_KEY', 'the modulus of the RSA key is zero');
  if (exponentBits === 0) throw new PkiError('PUBLIC_KEY', 'the exponent of the RSA key is zero');
  if (bits > MAX_RSA_BITS) throw new PkiError('KEY_SIZE', `an RSA key of ${bits} bits is too large to be used here`);
  if (exponentBits > bits) throw new PkiError('PUBLIC_KEY', 'the exponent of the RSA key is longer than its modulus');
  if (bits > SMALL_RSA_BITS && exponentBits > MAX_EXPONENT_BITS) {
    throw new PkiError('KEY_SIZE', `an RSA exponent of ${exponentBits} bits is too large to be used here`);
  }
}
