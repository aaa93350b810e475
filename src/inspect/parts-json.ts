import type { Element } from '../der/reader.js';
import { isPkiError } from '../errors.js';
import { AlgorithmIdentifier } from '../x509/algorithm-identifier.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { fingerprint } from '../x509/fingerprint.js';
import { quote, quoteOrNull } from '../x509/json-text.js';
import type { Name } from '../x509/name.js';
import type { PublicKey } from '../x509/public-key.js';
import { signatureAlgorithm } from '../x509/signature-algorithm.js';

/** The parts of JSON that certificates, requests, CRLs and keys share. */

/** A name: its text, and its attributes by type. */
export interface NameJson {
  readonly text: string;
  readonly fields: string;
}

export function nameJson(name: Name): NameJson {
  return { text: quote(name.toString()), fields: nameFieldsJson(name) };
}

function nameFieldsJson(name: Name): string {
  const { rdns } = name;
  let json = '';
  const seen: string[] = [];
  for (const rdn of rdns) {
    for (const { type, value } of rdn) {
      // Two of a type (OU, DC) are rare enough to take the long way.
      if (seen.includes(type)) return JSON.stringify(name.fields);
      seen.push(type);
      json += `,${quote(type)}:[${quote(value)}]`;
    }
  }
  return `{${json.slice(1)}}`;
}

const issuers = new ByteMemo<NameJson>();

/** {@link nameJson} for issuers, which certificates share. */
export function issuerJson(name: Name): NameJson {
  return issuers.get(name.element, () => nameJson(name));
}

const signatures = new ByteMemo<string>();

/** The `signature` property. @throws {DerError} */
export function signatureJson(algorithm: Element): string {
  return signatures.get(algorithm, () => {
    const { algorithm: name, hash, pss } = signatureAlgorithm(new AlgorithmIdentifier(algorithm));
    const start = `{"algorithm":${quote(name)},"hash":${quoteOrNull(hash)}`;
    if (pss === undefined) return `${start}}`;
    return `${start},"mgf_hash":${quote(pss.mgfHash)},"salt_length":${pss.saltLength}}`;
  });
}

/** The `key` property. @throws {DerError} the frame of the key is broken */
export function keyJson(key: PublicKey, warnings: string[]): string {
  const bits = attempt(() => key.bits, 'the public key', warnings);
  const exponent = attempt(() => key.exponent, undefined, warnings);
  const facts = keyFactsJson({ type: key.type, bits, curve: key.curve, exponent });
  return `{${facts},"spki_sha256":"${fingerprint('sha256', key.der)}"}`;
}

/** What is known of a key without its fingerprint. */
export interface KeyFacts {
  readonly type: string;
  readonly bits: number | null;
  readonly curve: string | null;
  readonly exponent: string | null;
}

export function keyFactsJson({ type, bits, curve, exponent }: KeyFacts): string {
  return `"type":${quote(type)},"bits":${bits},"curve":${quoteOrNull(curve)},"exponent":${quoteOrNull(exponent)}`;
}

/**
 * What a lazy field gives, or null and a warning when it cannot be read.
 *
 * @param what names the field in the warning; undefined when another warning says it already
 */
export function attempt<T>(read: () => T, what: string | undefined, warnings: string[]): T | null {
  try {
    return read();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    if (what !== undefined) warnings.push(`${what}: ${error.message}`);
    return null;
  }
}

/** The `fingerprints` property. */
export function fingerprintsJson(der: Uint8Array): string {
  return `{"sha1":"${fingerprint('sha1', der)}","sha256":"${fingerprint('sha256', der)}"}`;
}
