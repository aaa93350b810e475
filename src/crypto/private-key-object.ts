import { createPrivateKey, type KeyObject } from 'node:crypto';
import { berChildren, readBerElement } from '../der/ber.js';
import type { Cursor, Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { keyKindByOid } from '../x509/algorithms.js';
import { curveName, isExplicitCurve } from '../x509/ec-parameters.js';
import { unsignedBits, unsignedContent } from '../x509/integers.js';
import { KeyOid } from '../x509/key-oid.js';
import { isScalarOf } from './ec-scalar.js';
import { INFINITY } from './jwk-curves.js';
import { checkRsaNumbers, MAX_CURVE_LENGTH, MAX_PRIME_BITS, MAX_RSA_BITS, namedCurveOf } from './public-key.js';
import { runtimeLacks } from './runtime.js';

/** The forms of a private key that is not encrypted. */
export type KeyForm = 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa';

/**
 * node:crypto's key for a private key from outside in DER, the one place where it is asked for one. Numbers that would
 * crash it, or keep it busy, are refused before.
 *
 * @throws {PkiError} KEY_UNSUPPORTED: damaged, or of a kind that cannot be used here; KEY_SIZE; a DerError
 */
export function privateKeyObject(der: Uint8Array, form: KeyForm): KeyObject {
  const kind = checkPrivateKey(der, form);
  const refusal = (cause?: unknown): PkiError =>
    (form === 'pkcs8' || form === 'sec1' ? runtimeLacks(der, form) : undefined) ?? unusable(kind.name, cause);
  let key: KeyObject;
  try {
    // Node.js has no name for the DSA form but in PEM.
    key =
      form === 'dsa'
        ? createPrivateKey(pemOf('DSA PRIVATE KEY', der))
        : createPrivateKey({ key: Buffer.from(der), format: 'der', type: form });
  } catch (cause) {
    throw refusal(cause);
  }
  // Node.js has no type for kinds OpenSSL alone knows: SM2, and ML-DSA in Node.js 22.
  if (key.asymmetricKeyType === undefined) throw refusal();
  return kind.explicitScalar === undefined ? key : onNamedCurve(key, kind.explicitScalar);
}

/** The same number on the curve OpenSSL knows by a name. */
function onNamedCurve(key: KeyObject, scalar: Uint8Array): KeyObject {
  const algorithm = sequence(objectIdentifier(KeyOid.ec), objectIdentifier(namedCurveOf(key)));
  const privateKey = sequence(integer(1), octetString(scalar));
  return privateKeyObject(sequence(integer(0), algorithm, octetString(privateKey)), 'pkcs8');
}

function unusable(name: string | undefined, cause: unknown): PkiError {
  const kind = name === undefined ? '' : ` (${name})`;
  return new PkiError('KEY_UNSUPPORTED', `this private key${kind} is damaged or of a kind that cannot be used here`, {
    cause,
  });
}

function pemOf(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
}

/** Facts about a private key that were learnt on the way. */
interface Checked {
  /** The kind, for people. */
  readonly name: string | undefined;
  /** The number of a key that spells its curve out. */
  readonly explicitScalar?: Uint8Array;
}

/** Asserts that node:crypto can be given a private key. @throws {PkiError} as {@link privateKeyObject} does */
export function checkPrivateKey(der: Uint8Array, form: KeyForm): Checked {
  // OpenSSL reads BER.
  const fields = berChildren(readBerElement(der));
  switch (form) {
    case 'pkcs1':
      return checkRsa(fields);
    case 'sec1':
      return checkEc(fields, undefined);
    case 'dsa':
      fields.read(Tag.integer, 'version');
      checkPrime(fields.read(Tag.integer, 'p'), der.length);
      return { name: 'DSA' };
    case 'pkcs8':
      return checkPkcs8(fields);
  }
}

/** PrivateKeyInfo (RFC 5958 2). */
function checkPkcs8(fields: Cursor): Checked {
  fields.read(Tag.integer, 'version');
  const algorithm = berChildren(fields.read(Tag.sequence, 'privateKeyAlgorithm'));
  const oid = readOid(algorithm.read(Tag.objectIdentifier, 'algorithm'));
  const parameters = algorithm.atEnd ? undefined : algorithm.next();
  const content = fields.read(Tag.octetString, 'privateKey');
  const inside = () => berChildren(berChildren(content).read(Tag.sequence, 'private key'));
  const kind = keyKindByOid(oid);
  if (kind?.type.startsWith('rsa')) return { ...checkRsa(inside()), name: kind.name };
  if (kind?.type === 'ec') return checkEc(inside(), parameters);
  if (kind?.type === 'dsa' && parameters !== undefined) {
    checkPrime(berChildren(parameters).read(Tag.integer, 'p'), parameters.length + content.length);
  }
  return { name: kind?.name ?? oid };
}

/** The numbers of a DSA key, the prime the longest of them, and what they take together. */
function checkPrime(prime: Element, length: number): void {
  const bits = unsignedBits(unsignedContent(prime));
  if (bits > MAX_PRIME_BITS || length > bits) throw tooLarge('DSA');
}

const tooLarge = (name: string): PkiError =>
  new PkiError('KEY_SIZE', `the numbers of this ${name} key are too large to be used here`);

const damaged = (reason: string): PkiError => new PkiError('KEY_UNSUPPORTED', `this private key is damaged: ${reason}`);

const rsaNumbers = ['p', 'q', 'dP', 'dQ', 'qInv'];

/** RSAPrivateKey (RFC 8017 A.1.2); behind the two primes further ones, three numbers each. */
function checkRsa(fields: Cursor): Checked {
  fields.read(Tag.integer, 'version');
  const modulus = unsignedContent(fields.read(Tag.integer, 'modulus'));
  const exponent = unsignedContent(fields.read(Tag.integer, 'publicExponent'));
  checkRsaNumbers({ modulus, exponent });
  const numbers = ['d', ...rsaNumbers].map((name) => unsignedContent(fields.read(Tag.integer, name)));
  if (numbers.some((number) => unsignedBits(number) > MAX_RSA_BITS)) throw tooLarge('RSA');
  const missing = rsaNumbers.filter((_, i) => numbers[i + 1]?.length === 0);
  if (missing.length > 0) {
    throw new PkiError(
      'KEY_UNSUPPORTED',
      `this RSA key has no ${missing.join(', ')}: it was saved without its primes`,
      {
        hint: 'export it once more from where it was made, primes and all: OpenSSL and servers do not sign without them',
      },
    );
  }
  return { name: 'RSA' };
}

/** ECPrivateKey (RFC 5915 3). */
function checkEc(fields: Cursor, outer: Element | undefined): Checked {
  fields.read(Tag.integer, 'version');
  const scalar = fields.read(Tag.octetString, 'privateKey').content();
  const wrapper = fields.optional(contextConstructed(0));
  const parameters = outer ?? (wrapper && berChildren(wrapper).next());
  const name = curveName(parameters) ?? undefined;
  if (parameters === undefined) throw damaged('the key does not name its curve');
  if (parameters.length > MAX_CURVE_LENGTH) throw tooLarge('EC');
  if (!isScalarOf(scalar, parameters)) {
    throw damaged(`its number is zero, or not below the order of ${name ?? 'the curve it spells out'}`);
  }
  // OpenSSL makes a key of it that Node.js aborts over when it is asked for its details.
  const half = fields.optional(contextConstructed(1));
  const point = half && berChildren(half).read(Tag.bitString, 'publicKey').content();
  if (point !== undefined && point[1] === INFINITY) throw damaged('its public half is the point at infinity');
  return isExplicitCurve(parameters) ? { name: 'EC', explicitScalar: scalar } : { name: name ?? 'EC' };
}
