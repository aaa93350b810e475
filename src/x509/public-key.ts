import { children, type Element, encapsulated } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readBits, unusedBits } from '../der/values.js';
import { once } from '../once.js';
import { AlgorithmIdentifier } from './algorithm-identifier.js';
import { curveBits, curveName, explicitCurveWarning, isExplicitCurve } from './ec-parameters.js';
import { unsignedBits, unsignedContent, unsignedDecimal } from './integers.js';
import { KeyOid } from './key-oid.js';

/** The numbers of an RSA public key, unsigned, without leading zeros. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** Kinds of public key by the OID of their algorithm. */
const keyTypes = once(
  (): ReadonlyMap<string, string> =>
    new Map([
      [KeyOid.rsa, 'rsa'],
      [KeyOid.rsaPss, 'rsa-pss'],
      ['1.2.840.113549.1.1.7', 'rsa-oaep'],
      [KeyOid.ec, 'ec'],
      ['1.3.101.110', 'x25519'],
      ['1.3.101.111', 'x448'],
      ['1.3.101.112', 'ed25519'],
      ['1.3.101.113', 'ed448'],
      ['1.2.840.10040.4.1', 'dsa'],
      ['1.3.14.3.2.12', 'dsa'],
      ['1.2.840.113549.1.3.1', 'dh'],
      ['1.2.840.10046.2.1', 'dh'],
      ['1.2.643.2.2.19', 'gost2001'],
      ['1.2.643.7.1.1.1.1', 'gost2012-256'],
      ['1.2.643.7.1.1.1.2', 'gost2012-512'],
      ['2.16.840.1.101.3.4.4.1', 'ml-kem-512'],
      ['2.16.840.1.101.3.4.4.2', 'ml-kem-768'],
      ['2.16.840.1.101.3.4.4.3', 'ml-kem-1024'],
      ['2.16.840.1.101.3.4.3.17', 'ml-dsa-44'],
      ['2.16.840.1.101.3.4.3.18', 'ml-dsa-65'],
      ['2.16.840.1.101.3.4.3.19', 'ml-dsa-87'],
      ...['sha2-128s', 'sha2-128f', 'sha2-192s', 'sha2-192f', 'sha2-256s', 'sha2-256f'].map(
        (set, i) => [`2.16.840.1.101.3.4.3.${20 + i}`, `slh-dsa-${set}`] as const,
      ),
      ...['shake-128s', 'shake-128f', 'shake-192s', 'shake-192f', 'shake-256s', 'shake-256f'].map(
        (set, i) => [`2.16.840.1.101.3.4.3.${26 + i}`, `slh-dsa-${set}`] as const,
      ),
    ]),
);

/** The kind of key an algorithm's OID stands for (`rsa`, `ec`, `ml-dsa-65`), the OID where we do not know it. */
export function keyType(oid: string): string {
  return keyTypes().get(oid) ?? oid;
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

  /** The octets of subjectPublicKey: for EC the point, for RSA a DER structure. */
  get subjectPublicKey(): Uint8Array {
    return readBits(this.#key).octets;
  }

  /**
   * The size in bits: modulus, order of the curve, prime; for keys that are plain octets (EdDSA, post-quantum) theirs.
   * Null where we do not know the kind of key, or the curve.
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
        return keyTypes().has(this.algorithm.oid) ? this.subjectPublicKey.length * 8 : null;
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

  /** What is odd about it, though it can be read: a line each. */
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
