import {
  constants,
  createSign,
  createVerify,
  getHashes,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
  type SignKeyObjectInput,
  type Verify,
  type VerifyKeyObjectInput,
} from 'node:crypto';
import { children, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readInteger } from '../der/values.js';
import { isPkiError, PkiError } from '../errors.js';
import { AlgorithmIdentifier } from '../x509/algorithm-identifier.js';
import { keyKindByType, signatureSchemeByName, signatureSchemeByOid } from '../x509/algorithms.js';
import { usualCurves } from '../x509/curves.js';
import { type PssParameters, pssParameters } from '../x509/signature-algorithm.js';
import { opensslReason } from './openssl-reason.js';
import { publicKeyObject } from './public-key.js';
import { type HashName, identifierOf, isSigningHash, pssAlgorithm, pssKey } from './signature-algorithm.js';
import { isSmallOrder } from './small-order.js';

/**
 * Signing and verifying, the one place where either is done, over node:crypto. Verifying is stricter than the library:
 * an ECDSA-Sig-Value must be DER, an Edwards curve key must not be of small order, the algorithm must fit the key. What
 * nothing here can check is neither good nor bad.
 */

/** How a key signs: what goes into an AlgorithmIdentifier, and what node:crypto is told. */
export interface SigningAlgorithm {
  /** As {@link SignatureScheme} names it. */
  readonly scheme: string;
  /** Null for keys that sign by themselves (Ed25519, ML-DSA), which have theirs built in. */
  readonly hash: HashName | null;
  /** The DER of the AlgorithmIdentifier. */
  readonly identifier: Uint8Array;
}

/** The choices there are beside the key. */
export interface SigningChoice {
  readonly hash?: HashName | undefined;
  /** RSASSA-PSS instead of PKCS #1 v1.5, for an RSA key. */
  readonly pss?: boolean | undefined;
}

/**
 * The algorithm a key signs with. The hash follows the key unless it is chosen: SHA-384 for P-384, SHA-512 for P-521,
 * SHA-256 for everything else.
 *
 * @param key private or public
 * @throws {PkiError} the choice does not fit the key, or such a key does not sign
 */
export function signatureAlgorithmFor(key: KeyObject, choice: SigningChoice = {}): SigningAlgorithm {
  const type = key.asymmetricKeyType ?? 'secret';
  if (choice.pss && type !== 'rsa' && type !== 'rsa-pss') throw unfit(`PSS is for RSA keys, this one is ${type}`);
  switch (type) {
    case 'rsa':
      return choice.pss ? pss(choice.hash ?? 'sha256') : named('rsa-pkcs1', choice.hash ?? 'sha256');
    case 'rsa-pss':
      return pss(choice.hash ?? pssKeyHash(key) ?? 'sha256');
    case 'ec':
      return named('ecdsa', choice.hash ?? ecHash(key));
    default: {
      const kind = keyKindByType(type);
      if (!kind?.signsByItself) throw unfit(`keys of type ${type} cannot sign here`);
      if (choice.hash !== undefined) throw unfit(`${kind.name} has its hash built in, it cannot be chosen`);
      return named(type, null);
    }
  }
}

const unfit = (message: string) => new PkiError('SIGNATURE_ALGORITHM', message);

function ecHash(key: KeyObject): HashName {
  const openssl = key.asymmetricKeyDetails?.namedCurve;
  const curve = usualCurves.find((each) => each.openssl === openssl);
  return curve === undefined || curve.bits <= 256 ? 'sha256' : curve.bits <= 384 ? 'sha384' : 'sha512';
}

function pssKeyHash(key: KeyObject): HashName | undefined {
  const hash = key.asymmetricKeyDetails?.hashAlgorithm;
  return hash !== undefined && isSigningHash(hash) ? hash : undefined;
}

function named(name: string, hash: HashName | null): SigningAlgorithm {
  const scheme = signatureSchemeByName(name);
  const identifier = scheme && identifierOf(scheme, hash);
  if (identifier === undefined) throw unfit(`${name} with ${hash} has no identifier`);
  return { scheme: name, hash, identifier };
}

const pss = (hash: HashName): SigningAlgorithm => ({ scheme: 'rsa-pss', hash, identifier: pssAlgorithm(hash) });

/**
 * Signs.
 *
 * @param data the octets, in one piece or in several, of which none is kept where the algorithm allows it
 * @throws {PkiError} the key cannot make this signature (an RSA key too short for the hash, a public key)
 */
export function sign(
  key: KeyObject,
  { scheme, hash }: SigningAlgorithm,
  data: Uint8Array | Iterable<Uint8Array>,
): Uint8Array {
  const padding =
    scheme === 'rsa-pss'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {};
  const how: SignKeyObjectInput = { key, dsaEncoding: 'der', ...padding };
  try {
    if (data instanceof Uint8Array) return nodeSign(hash, data, how);
    if (hash === null) return nodeSign(hash, Buffer.concat(Array.from(data, (piece) => Buffer.from(piece))), how);
    const signing = createSign(hash);
    for (const piece of data) signing.update(piece);
    return signing.sign(how);
  } catch (cause) {
    const what = hash === null ? scheme : `${scheme} and ${hash}`;
    const reason = opensslReason(cause);
    throw new PkiError('SIGNING_FAILED', `the key cannot sign with ${what}: ${reason}`, { cause });
  }
}

/** A signature is good, or bad, or nothing here can tell; then `unchecked` says why. */
export type SignatureVerdict = 'good' | 'bad' | { readonly unchecked: string };

export interface SignedData {
  /** The DER of the AlgorithmIdentifier. */
  readonly algorithm: Uint8Array;
  /** The signer's public key: a KeyObject, or the DER of its SubjectPublicKeyInfo. */
  readonly publicKey: KeyObject | Uint8Array;
  /** The octets of the signature's BIT STRING. */
  readonly signature: Uint8Array;
  /** The octets that were signed, exactly as they came. */
  readonly data: Uint8Array;
}

/**
 * Verifies a signature. Any hash node:crypto knows is taken, SHA-1 and MD5 too: what is still acceptable is a matter of
 * policy, decided by the caller.
 */
export function verify({ algorithm, publicKey, signature, data }: SignedData): SignatureVerdict {
  return unlessUnchecked(() => {
    const method = methodOf(algorithm, publicKey);
    if (!method?.isShaped(signature)) return 'bad';
    return verdict(nodeVerify(method.hash, data, method.key, signature));
  });
}

/** {@link verify} for octets that arrive in pieces, of which none is kept where the algorithm allows it. */
export class SignatureVerification {
  readonly #method: VerifyingMethod | SignatureVerdict;
  readonly #hash: Verify | undefined;
  readonly #pieces: Uint8Array[] = [];

  /** @param signed as of {@link SignedData} */
  constructor({ algorithm, publicKey }: Pick<SignedData, 'algorithm' | 'publicKey'>) {
    let method: VerifyingMethod | undefined;
    const failed = unlessUnchecked(() => {
      method = methodOf(algorithm, publicKey);
      return 'bad';
    });
    this.#method = method ?? failed;
    if (method !== undefined && method.hash !== null) this.#hash = createVerify(method.hash);
  }

  /** Takes the next octets, which are the caller's again when it returns. */
  update(piece: Uint8Array): void {
    if (this.#hash !== undefined) this.#hash.update(piece);
    else if (typeof this.#method === 'object' && 'key' in this.#method) this.#pieces.push(Buffer.from(piece));
  }

  /** The verdict on the octets taken; asked for once. */
  verdict(signature: Uint8Array): SignatureVerdict {
    const method = this.#method;
    if (typeof method === 'string' || 'unchecked' in method) return method;
    return unlessUnchecked(() => {
      if (!method.isShaped(signature)) return 'bad';
      if (this.#hash !== undefined) return verdict(this.#hash.verify(method.key, signature));
      return verdict(nodeVerify(null, Buffer.concat(this.#pieces), method.key, signature));
    });
  }
}

function unlessUnchecked(judge: () => SignatureVerdict): SignatureVerdict {
  try {
    return judge();
  } catch (error) {
    return { unchecked: isPkiError(error) ? error.message : `this runtime says: ${opensslReason(error)}` };
  }
}

const verdict = (good: boolean): SignatureVerdict => (good ? 'good' : 'bad');

/** How signatures of an algorithm by a key are verified. */
interface VerifyingMethod {
  /** Null where the algorithm has its own. */
  readonly hash: string | null;
  readonly key: VerifyKeyObjectInput;
  /** True for a signature in the form the algorithm gives it. */
  readonly isShaped: (signature: Uint8Array) => boolean;
}

/**
 * The method of an algorithm with a key, undefined where it makes no such signatures.
 *
 * @throws {PkiError} nothing here can check them
 */
function methodOf(algorithm: Uint8Array, publicKey: KeyObject | Uint8Array): VerifyingMethod | undefined {
  const { element, oid, parameters } = new AlgorithmIdentifier(readElement(algorithm));
  const found = signatureSchemeByOid(oid);
  if (found === undefined) throw new PkiError('SIGNATURE_ALGORITHM', `signature algorithm ${oid} is not known here`);
  const { scheme, hash } = found;
  const key = publicKey instanceof Uint8Array ? publicKeyObject(publicKey) : publicKey;
  if (!scheme.keys.includes(key.asymmetricKeyType ?? '')) return undefined;
  if (scheme.parameters === 'PSS') return pssMethod(key, pssParameters(parameters, element));
  if (hash !== null) requireHash(hash);
  // RFC 8410 3, RFC 9881 2: no parameters.
  else if (parameters !== undefined || isSmallOrder(key)) return undefined;
  const isShaped = (signature: Uint8Array): boolean => {
    if (scheme.name === 'rsa-pkcs1') return isAsLong(signature, key);
    return (scheme.name !== 'ecdsa' && scheme.name !== 'dsa') || isSigValue(signature);
  };
  return { hash, key: { key, dsaEncoding: 'der' }, isShaped };
}

function pssMethod(given: KeyObject, parameters: PssParameters): VerifyingMethod | undefined {
  const { hash, mgfHash, saltLength } = parameters;
  requireHash(hash);
  requireHash(mgfHash);
  const bound = given.asymmetricKeyDetails;
  if (given.asymmetricKeyType === 'rsa-pss' && bound?.hashAlgorithm !== undefined) {
    // RFC 4055 3.3: the key's parameters bind its signatures, the salt from below.
    if (bound.hashAlgorithm !== hash || bound.mgf1HashAlgorithm !== mgfHash) return undefined;
    if (saltLength < (bound.saltLength ?? 0)) return undefined;
  }
  // node:crypto takes the mask's hash only from a key's own parameters.
  const key =
    hash === mgfHash ? given : publicKeyObject(pssKey(given.export({ type: 'spki', format: 'der' }), parameters));
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return { hash, key: { key, padding, saltLength }, isShaped: (signature) => isAsLong(signature, given) };
}

let hashes: Set<string> | undefined;

function requireHash(name: string): void {
  // Asking for the list takes a quarter of a millisecond, and every runtime has these.
  if (isSigningHash(name)) return;
  hashes ??= new Set(getHashes());
  if (!hashes.has(name)) throw new PkiError('HASH', `hash ${name} cannot be computed here`);
}

/**
 * True when a signature is as long as the modulus (RFC 8017 8.1.2, 8.2.2): of RSASSA-PSS, OpenSSL takes one whose leading
 * zero octets are missing.
 */
function isAsLong(signature: Uint8Array, key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return signature.length === Math.ceil(bits / 8);
}

/**
 * True for an ECDSA-Sig-Value (RFC 3279 2.2.3) in DER with r and s above zero. That they are below the order of the
 * group, OpenSSL checks itself.
 */
function isSigValue(signature: Uint8Array): boolean {
  try {
    const values = children(readElement(signature));
    const both = [readInteger(values.read(Tag.integer)), readInteger(values.read(Tag.integer))];
    values.end();
    return (
      signature[0] === Tag.sequence && both.every((n) => (n[0] as number) < 0x80 && n.some((octet) => octet !== 0))
    );
  } catch {
    return false;
  }
}
