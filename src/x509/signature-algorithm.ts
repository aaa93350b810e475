import { DerError } from '../der/error.js';
import { children, type Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import type { AlgorithmIdentifier } from './algorithm-identifier.js';
import { hashByOid, signatureSchemeByOid } from './algorithms.js';
import { KeyOid } from './key-oid.js';

/** A signature algorithm in our words: `rsa-pkcs1` with `sha256`; an OID and null where we have none. */
export interface SignatureAlgorithm {
  readonly algorithm: string;
  /** Null where the algorithm has its own (Ed25519, ML-DSA). */
  readonly hash: string | null;
  /** RSASSA-PSS's parameters (RFC 4055 3.1). */
  readonly pss?: PssParameters;
}

export interface PssParameters {
  readonly hash: string;
  /** The hash of MGF1; the OID of another mask generation function. */
  readonly mgfHash: string;
  /** In octets. */
  readonly saltLength: number;
}

/** Those that were met: files know few. */
const met = new Map<string, SignatureAlgorithm>();

function algorithmByOid(oid: string): SignatureAlgorithm | undefined {
  const before = met.get(oid);
  if (before !== undefined) return before;
  const found = signatureSchemeByOid(oid);
  if (found === undefined) return undefined;
  const algorithm = { algorithm: found.scheme.name, hash: found.hash };
  met.set(oid, algorithm);
  return algorithm;
}

/** The mask generation function all of RFC 4055 uses. */
export const MGF1 = '1.2.840.113549.1.1.8';

/**
 * The scheme and the hash an AlgorithmIdentifier of a signature names.
 *
 * @throws {DerError} PSS parameters that are none
 */
export function signatureAlgorithm(identifier: AlgorithmIdentifier): SignatureAlgorithm {
  if (identifier.oid === KeyOid.rsaPss) {
    const pss = pssParameters(identifier.parameters, identifier.element);
    return { algorithm: 'rsa-pss', hash: pss.hash, pss };
  }
  return algorithmByOid(identifier.oid) ?? { algorithm: identifier.oid, hash: null };
}

/**
 * RSASSA-PSS-params (RFC 4055 3.1); a field that is absent has its default: SHA-1, MGF1 with SHA-1, 20 octets of salt.
 *
 * @param within the element they belong in, whose place is named where they are missing
 * @throws {DerError} missing or malformed, a negative salt length, a trailer field that is not 1
 */
export function pssParameters(parameters: Element | undefined, within: Element): PssParameters {
  if (parameters?.tag !== Tag.sequence) throw fault(parameters ?? within, 'the PSS signature has no parameters');
  const fields = children(parameters);
  const field = (number: number, tag: number): Element | undefined => {
    const wrapper = fields.optional(contextConstructed(number));
    if (wrapper === undefined) return undefined;
    const inner = children(wrapper);
    const found = inner.read(tag);
    inner.end();
    return found;
  };
  const hash = field(0, Tag.sequence);
  const mask = field(1, Tag.sequence);
  const salt = field(2, Tag.integer);
  const trailer = field(3, Tag.integer);
  fields.end();
  if (trailer !== undefined && readSmallInteger(trailer) !== 1) {
    throw fault(trailer, 'PSS with an unknown trailer field');
  }
  const saltLength = salt === undefined ? 20 : readSmallInteger(salt);
  if (saltLength < 0) throw fault(salt ?? parameters, 'PSS with a negative salt length');
  return {
    hash: hash === undefined ? 'sha1' : hashName(hash),
    mgfHash: mask === undefined ? 'sha1' : maskHash(mask),
    saltLength,
  };
}

const fault = ({ start }: Element, message: string): DerError => new DerError('DER_VALUE', start, message);

function maskHash(mask: Element): string {
  const fields = children(mask);
  const oid = readOid(fields.read(Tag.objectIdentifier));
  return oid === MGF1 ? hashName(fields.read(Tag.sequence, 'hash algorithm')) : oid;
}

function hashName(algorithm: Element): string {
  const oid = readOid(children(algorithm).read(Tag.objectIdentifier));
  return hashByOid(oid)?.name ?? oid;
}
