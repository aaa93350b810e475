import { children, type Element, encapsulated } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readBits, unusedBits } from '../der/values.js';
import { readOrWarn } from '../errors.js';
import { AlgorithmIdentifier } from './algorithm-identifier.js';
import { keyKindByOid, keyType } from './algorithms.js';
import { curveBits, curveName, explicitCurveWarning, isExplicitCurve } from './ec-parameters.js';
import { unsignedBits, unsignedContent, unsignedDecimal } from './integers.js';
import { KeyOid } from './key-oid.js';

/** The numbers of an RSA public key, unsigned, without leading zeros. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** A SubjectPublicKeyInfo (RFC 5280 4.1.2.7), read in place. */
export class PublicKey {
  readonly element: Element;
  readonly algorithm: AlgorithmIdentifier;
  readonly #key: Element;
  #rsa: RsaPublicKey | undefined;

  /** @throws {DerError} */
  constructor(element: Element) {
    const fields = children(element);
    this.element = element;
    this.algorithm = new AlgorithmIdentifier(fields.read(Tag.sequence, 'public key algorithm'));
    this.#key = fields.read(Tag.bitString, 'subjectPublicKey');
    unusedBits(this.#key);
    fields.end();
  }

  get der(): Uint8Array {
    return this.element.encoding();
  }

  /** `rsa`, `rsa-pss`, `ec`, `ed25519`…; the algorithm's OID where we have no name. */
  get type(): string {
    return keyType(this.algorithm.oid);
  }

  /** True when all bits of subjectPublicKey count, as they do in every kind of key. */
  get isWhole(): boolean {
    return unusedBits(this.#key) === 0;
  }

  /** The octets of subjectPublicKey: for EC the point, for RSA a DER structure. */
  get subjectPublicKey(): Uint8Array {
    return readBits(this.#key).octets;
  }

  /**
   * The size in bits: modulus, order of the curve, prime, or that of the kind (EdDSA, GOST). Null for kinds that are called
   * by a level (ML-DSA-65) and where we do not know the kind of key, or the curve.
   *
   * @throws {DerError}
   */
  get bits(): number | null {
    const { type } = this;
    switch (type) {
      case 'rsa':
      case 'rsa-pss':
      case 'rsa-oaep':
        return unsignedBits(this.#rsaKey().modulus);
      case 'ec':
        return curveBits(this.algorithm.parameters);
      case 'dsa':
      case 'dh':
        return this.#primeBits();
      default:
        return keyKindByOid(this.algorithm.oid)?.bits ?? null;
    }
  }

  /** As {@link curveName}; null for keys of other types. */
  get curve(): string | null {
    const { oid, parameters } = this.algorithm;
    return oid === KeyOid.ec ? curveName(parameters) : null;
  }

  /** True when an EC key spells its curve out (RFC 5480 2.1.1 forbids it). */
  get hasExplicitCurve(): boolean {
    const { oid, parameters } = this.algorithm;
    return oid === KeyOid.ec && isExplicitCurve(parameters);
  }

  /** Its oddities, though it can be read: a line each. */
  get warnings(): string[] {
    return this.hasExplicitCurve ? [explicitCurveWarning] : [];
  }

  /** RSA's public exponent in decimal, null for other keys. */
  get exponent(): string | null {
    const { rsa } = this;
    return rsa === undefined ? null : unsignedDecimal(rsa.exponent);
  }

  /**
   * RSA's numbers, undefined for other keys.
   *
   * @throws {DerError}
   */
  get rsa(): RsaPublicKey | undefined {
    return this.type.startsWith('rsa') ? this.#rsaKey() : undefined;
  }

  #rsaKey(): RsaPublicKey {
    this.#rsa ??= readRsaKey(this.#key);
    return this.#rsa;
  }

  /** The first number of Dss-Parms (RFC 3279 2.3.2) and of Diffie-Hellman's parameters is the prime. */
  #primeBits(): number | null {
    const { parameters } = this.algorithm;
    if (parameters?.tag !== Tag.sequence) return null;
    return unsignedBits(unsignedContent(children(parameters).read(Tag.integer, 'prime')));
  }
}

function readRsaKey(key: Element): RsaPublicKey {
  const outer = encapsulated(key);
  const fields = children(outer.read(Tag.sequence, 'RSAPublicKey'));
  outer.end();
  const modulus = unsignedContent(fields.read(Tag.integer, 'modulus'));
  const exponent = unsignedContent(fields.read(Tag.integer, 'publicExponent'));
  fields.end();
  return { modulus, exponent };
}

/** The facts of a key but for its fingerprint. */
export interface KeyFacts {
  readonly type: string;
  readonly bits: number | null;
  readonly curve: string | null;
  /** RSA's public exponent in decimal. */
  readonly exponent: string | null;
}

/** The facts of a public key; what cannot be read is null, and a warning. */
export function keyFacts(key: PublicKey, warnings: string[]): KeyFacts {
  const bits = readOrWarn(() => key.bits, 'the public key', warnings);
  const exponent = readOrWarn(() => key.exponent, undefined, warnings);
  const curve = readOrWarn(() => key.curve, bits === null ? undefined : 'the curve', warnings);
  return { type: key.type, bits, curve, exponent };
}
