import type { KeyObject } from 'node:crypto';
import type { KeyAlgorithm } from '../crypto/key-algorithm.js';
import { PkiError } from '../errors.js';
import { serverUsages, unfitUsages } from '../x509/algorithms.js';
import { extendedKeyUsageNames } from '../x509/extensions/extended-key-usage.js';
import { type KeyUsage, keyUsageNames } from '../x509/extensions/key-usage.js';
import { COMMON_NAME } from '../x509/name.js';
import { type AltName, altNameMeaning, altNameOfCommonName, commonNameProblem } from './alt-name.js';
import type { DistinguishedName, NameAttribute } from './distinguished-name.js';
import { furtherPurposes } from './purpose-names.js';

/** An extension that comes as it is. */
export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** The octets of extnValue. */
  readonly value: Uint8Array;
}

/** A request to be made, from options, a SPEC or an existing certificate. Absent is undefined or empty. */
export interface RequestSpec {
  readonly subject: DistinguishedName;
  readonly altNames: readonly AltName[];
  readonly key?: KeyAlgorithm | undefined;
  readonly keyUsage?: readonly KeyUsage[] | undefined;
  /** Extended key usage, as OIDs. */
  readonly purposes?: readonly string[] | undefined;
  /** TLS features the server must have (RFC 7633), by number. */
  readonly tlsFeatures?: readonly number[] | undefined;
  /** A request for a CA. */
  readonly ca?: { readonly pathLength?: number | undefined } | undefined;
  readonly extensions?: readonly RawExtension[] | undefined;
  readonly challengePassword?: string | undefined;
}

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** True when the request is for a server: not for a CA, and not for other purposes only. */
export function isForServer({ ca, purposes }: RequestSpec): boolean {
  return ca === undefined && (purposes === undefined || purposes.length === 0 || purposes.includes(SERVER_AUTH));
}

/**
 * A common name that is a host name with a dot or an IP address joins the alternative names, first, in the same
 * spelling: clients look for it there only (RFC 9525), and CAs want it there (BR 7.1.4.3).
 *
 * @param isSelfSigned true where one label is a host name, too
 */
export function withCommonNameAsAltName(spec: RequestSpec, isSelfSigned = false): RequestSpec {
  const names = withoutRepetition(spec.altNames);
  if (!isForServer(spec)) return { ...spec, altNames: names };
  const found: AltName[] = [];
  const subject = spec.subject.map((rdn) =>
    rdn.map((attribute): NameAttribute => {
      if (attribute.oid !== COMMON_NAME || typeof attribute.value !== 'string') return attribute;
      const name = altNameOfCommonName(attribute.value, isSelfSigned);
      if (name === undefined) return attribute;
      found.push(name);
      // One label may be a word for people, in their spelling.
      const isLabel = name.type === 'dns' && !name.value.includes('.');
      return isLabel ? attribute : { oid: COMMON_NAME, value: name.value };
    }),
  );
  return { ...spec, subject, altNames: withoutRepetition([...found, ...names]) };
}

/**
 * A notice about the common name of a server's request: that it is meant for a host name and is none.
 *
 * @returns a warning, undefined when there is nothing to say
 * @throws {PkiError} it is a URL, or a host with a port: we know which name was meant, and it was not this
 */
export function checkCommonName(spec: RequestSpec): string | undefined {
  if (!isForServer(spec)) return undefined;
  for (const { oid, value } of spec.subject.flat()) {
    const found = oid === COMMON_NAME && typeof value === 'string' ? commonNameProblem(value) : undefined;
    if (found === undefined) continue;
    const message = `the common name ${value}: ${found.problem}`;
    if (found.hint !== undefined) throw new PkiError('COMMON_NAME', message, { hint: found.hint });
    if (spec.altNames.length === 0) return `${message}, and there is no alternative name`;
  }
  return undefined;
}

function withoutRepetition(names: readonly AltName[]): AltName[] {
  const kept = new Map<string, AltName>();
  for (const name of names) {
    const meaning = altNameMeaning(name);
    if (!kept.has(meaning)) kept.set(meaning, name);
  }
  return [...kept.values()];
}

/** RSA keys sign and, in old cipher suites, decrypt; all others sign. A CA's key signs certificates and CRLs. */
function defaultKeyUsage({ ca }: RequestSpec, key: KeyObject): readonly KeyUsage[] {
  if (ca !== undefined) return ['keyCertSign', 'cRLSign'];
  const usages = serverUsages(key.asymmetricKeyType ?? '');
  return keyUsageNames.filter((usage) => usages.includes(usage));
}

const isUnfit = (key: KeyObject, usage: KeyUsage): boolean => unfitUsages(key.asymmetricKeyType ?? '').includes(usage);

/**
 * The key usage a request for a key has: what is asked for, else what such a key is for.
 *
 * @throws {PkiError} what is asked for is not for such a key
 */
export function keyUsageFor(spec: RequestSpec, key: KeyObject): readonly KeyUsage[] {
  if (spec.keyUsage === undefined) return defaultKeyUsage(spec, key);
  const wrong = spec.keyUsage.find((usage) => isUnfit(key, usage));
  if (wrong === undefined) return spec.keyUsage;
  throw new PkiError('KEY_USAGE', `key usage ${wrong} is not for keys of type ${key.asymmetricKeyType}`, {
    hint: `such a key has ${defaultKeyUsage(spec, key).join(', ')}`,
  });
}

/**
 * The wishes of a description that was made for another kind of key, as far as they fit this one.
 *
 * @returns the description, and the usages left out
 */
export function fittedToKey(spec: RequestSpec, key: KeyObject): { spec: RequestSpec; leftOut: readonly KeyUsage[] } {
  const leftOut = spec.keyUsage?.filter((usage) => isUnfit(key, usage)) ?? [];
  if (leftOut.length === 0) return { spec, leftOut };
  const kept = spec.keyUsage?.filter((usage) => !isUnfit(key, usage)) ?? [];
  return { spec: { ...spec, keyUsage: kept.length === 0 ? undefined : kept }, leftOut };
}

const purposeOids = new Map(
  [...furtherPurposes, ...extendedKeyUsageNames].map(([oid, name]) => [name.toLowerCase(), oid] as const),
);

/** The OID of an extended key usage given by its name (case does not matter) or as OID, or undefined. */
export function purposeOid(nameOrOid: string): string | undefined {
  return /^[0-2](\.\d+)+$/.test(nameOrOid) ? nameOrOid : purposeOids.get(nameOrOid.toLowerCase());
}

/** The names {@link purposeOid} knows. */
export const purposeNames: readonly string[] = [
  ...extendedKeyUsageNames.values(),
  ...furtherPurposes.map(([, name]) => name),
];
