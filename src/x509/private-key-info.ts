import { berChildren } from '../der/ber.js';
import { Cursor, children, type Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { AlgorithmIdentifier } from './algorithm-identifier.js';
import { keyKindByOid, keyType } from './algorithms.js';
import { curveBits, curveName, explicitCurveWarning, isExplicitCurve } from './ec-parameters.js';
import { unsignedBits, unsignedContent, unsignedDecimal } from './integers.js';

/** The facts of a private key that are no secret. */
export interface PrivateKeyInfo {
  readonly format: 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa' | 'openssh';
  /** As {@link PublicKey.type}. */
  readonly type: string;
  readonly bits: number | null;
  readonly curve: string | null;
  /** RSA's public exponent in decimal. */
  readonly exponent: string | null;
  /** Its oddities, though it can be read: a line each. */
  readonly warnings: readonly string[];
}

const none = { bits: null, curve: null, exponent: null, warnings: [] };

/**
 * The public facts of an unencrypted private key in PKCS#8 (RFC 5958).
 *
 * @throws {DerError}
 */
export function readPkcs8Info(bytes: Uint8Array): PrivateKeyInfo {
  const fields = children(new Cursor(bytes, 0, bytes.length).read(Tag.sequence, 'PrivateKeyInfo'));
  fields.read(Tag.integer, 'version');
  const algorithm = new AlgorithmIdentifier(fields.read(Tag.sequence, 'privateKeyAlgorithm'));
  const key = fields.read(Tag.octetString, 'privateKey');
  const type = keyType(algorithm.oid);
  const base = { ...none, format: 'pkcs8', type } as const;
  // The content of an OCTET STRING was not rewritten where the whole is BER.
  if (type.startsWith('rsa')) return { ...rsaFacts(berChildren(key)), ...{ format: 'pkcs8', type } };
  if (type === 'ec') return { ...base, ...curveFacts(algorithm.parameters) };
  if (type === 'dsa' && algorithm.parameters?.tag === Tag.sequence) {
    const prime = children(algorithm.parameters).read(Tag.integer, 'prime');
    return { ...base, bits: unsignedBits(unsignedContent(prime)) };
  }
  return { ...base, bits: keyKindByOid(algorithm.oid)?.bits ?? null };
}

/**
 * The same of an RSAPrivateKey (RFC 8017 A.1.2).
 *
 * @throws {DerError}
 */
export const readPkcs1Info = (bytes: Uint8Array): PrivateKeyInfo => rsaFacts(new Cursor(bytes, 0, bytes.length));

function rsaFacts(around: Cursor): PrivateKeyInfo {
  const fields = berChildren(around.read(Tag.sequence, 'RSAPrivateKey'));
  fields.read(Tag.integer, 'version');
  const modulus = unsignedContent(fields.read(Tag.integer, 'modulus'));
  const exponent = unsignedContent(fields.read(Tag.integer, 'publicExponent'));
  const facts = { bits: unsignedBits(modulus), exponent: unsignedDecimal(exponent) };
  return { ...none, format: 'pkcs1', type: 'rsa', ...facts };
}

/**
 * The same of an ECPrivateKey (RFC 5915).
 *
 * @throws {DerError}
 */
export function readSec1Info(bytes: Uint8Array): PrivateKeyInfo {
  const fields = children(new Cursor(bytes, 0, bytes.length).read(Tag.sequence, 'ECPrivateKey'));
  fields.read(Tag.integer, 'version');
  fields.read(Tag.octetString, 'privateKey');
  const wrapper = fields.optional(contextConstructed(0));
  fields.optional(contextConstructed(1));
  return {
    ...none,
    format: 'sec1',
    type: 'ec',
    ...curveFacts(wrapper === undefined ? undefined : children(wrapper).next()),
  };
}

/**
 * The same of OpenSSL's traditional DSA key: version, p, q, g, public, private.
 *
 * @throws {DerError}
 */
export function readDsaInfo(bytes: Uint8Array): PrivateKeyInfo {
  const fields = children(new Cursor(bytes, 0, bytes.length).read(Tag.sequence, 'DSAPrivateKey'));
  fields.read(Tag.integer, 'version');
  const prime = unsignedContent(fields.read(Tag.integer, 'p'));
  return { ...none, format: 'dsa', type: 'dsa', bits: unsignedBits(prime) };
}

function curveFacts(parameters: Element | undefined): Pick<PrivateKeyInfo, 'bits' | 'curve' | 'warnings'> {
  const warnings = isExplicitCurve(parameters) ? [explicitCurveWarning] : [];
  return { bits: curveBits(parameters), curve: curveName(parameters), warnings };
}
