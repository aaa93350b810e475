import type { Element } from '../der/reader.js';
import { toHex } from '../der/values.js';
import { isPkiError } from '../errors.js';
import { isoMilliseconds } from '../text/iso-time.js';
import { flat, quote, quoteAll, quoteOrNull } from '../text/json.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { flagProblem, trailingText } from '../x509/certificate-warnings.js';
import { type Extension, ExtensionOid, readExtension } from '../x509/extension.js';
import { subjectAltName } from '../x509/extensions/alternative-names.js';
import { basicConstraints } from '../x509/extensions/basic-constraints.js';
import { certificatePolicies } from '../x509/extensions/certificate-policies.js';
import { crlDistributionPoints } from '../x509/extensions/distribution-points.js';
import { extendedKeyUsage } from '../x509/extensions/extended-key-usage.js';
import type { ExtensionType, Warn } from '../x509/extensions/extension-type.js';
import { AccessMethod, authorityInfoAccess } from '../x509/extensions/information-access.js';
import { authorityKeyIdentifier, subjectKeyIdentifier } from '../x509/extensions/key-identifiers.js';
import { keyUsage } from '../x509/extensions/key-usage.js';
import { type SignedTimestamp, signedTimestamps } from '../x509/extensions/signed-timestamps.js';
import { extensionType } from '../x509/extensions/table.js';
import { STATUS_REQUEST, tlsFeature } from '../x509/extensions/tls-feature.js';
import type { GeneralName } from '../x509/general-name.js';
import {
  type ExtensionFields,
  type OwnFields,
  Part,
  type Reading,
  readAll,
  type SharedFields,
} from './extension-fields.js';
import { namesJson } from './names-json.js';
import type { Lookups } from './on-demand.js';

type FillShared = (fields: SharedFields) => void;
type FillOwn = (fields: OwnFields) => void;
type Read<T> = (content: Element, warn: Warn) => T;

const reader = <T, Fill>(type: ExtensionType<T>, fill: (value: T) => Fill): [oid: string, read: Read<Fill>] => [
  type.oid,
  (content, warn) => fill(type.read(content, warn)),
];

/** How to read what many certificates share. */
const sharedReaders: ReadonlyMap<string, Read<FillShared>> = new Map<string, Read<FillShared>>([
  reader(basicConstraints, ({ isCa, pathLength }) => (fields) => {
    fields.isCa = String(isCa);
    fields.pathLength = String(pathLength);
  }),
  reader(keyUsage, (usages) => setter('keyUsage', flat(quoteAll(usages)))),
  reader(extendedKeyUsage, (usages) => setter('extendedKeyUsage', flat(quoteAll(usages)))),
  reader(authorityKeyIdentifier, ({ keyId }) => setter('authorityKeyId', flat(quoteOrNull(keyId)))),
  reader(crlDistributionPoints, (points) => setter('crlUrls', uris(points.flatMap(({ fullName }) => fullName)))),
  reader(authorityInfoAccess, (descriptions) => {
    const urls = (wanted: string) =>
      uris(descriptions.filter(({ method }) => method === wanted).map(({ location }) => location));
    const ocspUrls = urls(AccessMethod.ocsp);
    const issuerUrls = urls(AccessMethod.caIssuers);
    return (fields) => {
      fields.ocspUrls = ocspUrls;
      fields.issuerUrls = issuerUrls;
    };
  }),
  reader(certificatePolicies, (policies) => setter('policies', flat(quoteAll(policies.map(({ oid }) => oid))))),
  reader(tlsFeature, (features) => setter('mustStaple', String(features.includes(STATUS_REQUEST)))),
]);

function setter(
  field: 'keyUsage' | 'extendedKeyUsage' | 'authorityKeyId' | 'crlUrls' | 'policies' | 'mustStaple',
  json: string,
): FillShared {
  return (fields) => {
    fields[field] = json;
  };
}

/** How to read what differs from certificate to certificate: remembering it would only cost. */
const ownReaders: ReadonlyMap<string, Read<FillOwn>> = new Map<string, Read<FillOwn>>([
  reader(subjectAltName, (names) => {
    const json = namesJson(names);
    return (fields) => {
      fields.names = json;
    };
  }),
  reader(subjectKeyIdentifier, (keyId) => (fields) => {
    fields.subjectKeyId = quote(keyId);
  }),
  reader(signedTimestamps, (timestamps) => (fields) => {
    fields.scts = sctsJson(timestamps);
  }),
]);

function uris(names: readonly GeneralName[]): string {
  return flat(quoteAll(names.filter(({ type }) => type === 'uri').map(({ value }) => value)));
}

function sctsJson(timestamps: readonly SignedTimestamp[]): string {
  let json = '';
  for (const { logId, time } of timestamps) {
    json += `${json === '' ? '[' : ','}{"log_id":"${logId}","time":${time === null ? 'null' : `"${isoMilliseconds(time)}"`}}`;
  }
  return json === '' ? '[]' : `${json}]`;
}

const noFill = (): void => {};
const noWarnings: readonly string[] = [];

const memo = new ByteMemo<Reading>();

/**
 * The JSON of all extensions of one object; what is wrong with them is added to `warnings`.
 *
 * @param sequences the SEQUENCEs they stand in
 * @param lookups names extensions that are unknown by content, and reads those that have no property
 * @throws {DerError} as {@link readAll} does
 */
export function extensionFields(sequences: readonly Element[], lookups: Lookups, warnings: string[]): ExtensionFields {
  return readAll(sequences, warnings, (element) =>
    isUnlikeOthers(element) ? readOwn(element, lookups) : readShared(element, lookups),
  );
}

/** What a block of text says of extensions. */
export interface ExtensionSummary {
  /** The subject alternative names. */
  readonly names: readonly GeneralName[];
  readonly fields: Pick<SharedFields, 'isCa' | 'pathLength'>;
}

/**
 * What people are told of all extensions of one object; what is wrong with them is added to the warnings given.
 *
 * @param sequences the SEQUENCEs they stand in
 * @throws {DerError} as {@link readAll} does
 */
export function extensionSummary(sequences: readonly Element[], lookups: Lookups, given: string[]): ExtensionSummary {
  let names: readonly GeneralName[] = [];
  const { shared } = readAll(sequences, given, (element) => {
    if (!isUnlikeOthers(element)) return readShared(element, lookups);
    // What differs from certificate to certificate is read without making JSON of it.
    const extension = readExtension(element);
    const { oid, critical } = extension;
    const type = extensionType(oid);
    if (type === undefined) return readShared(element, lookups);
    let found: readonly GeneralName[] | undefined;
    const read: Read<void> =
      oid === ExtensionOid.subjectAltName
        ? (content, warn) => {
            found = subjectAltName.read(content, warn);
          }
        : (content, warn) => void type.read(content, warn);
    const warnings = problems(extension, type.name, read);
    const fillOwn = () => {
      names = found ?? names;
    };
    return { part: knownPart(oid, type.name, critical), fillOwn, warnings };
  });
  return { names, fields: shared };
}

/**
 * What is wrong with how an extension is written and what it holds.
 *
 * @param read reads its content; undefined for unknown ones, which may hold anything
 */
function problems(extension: Extension, name: string, read: Read<void> | undefined): readonly string[] {
  const problem = flagProblem(extension);
  if (read === undefined) return problem === undefined ? noWarnings : [problem];
  const found: string[] = [];
  if (problem !== undefined) found.push(problem);
  try {
    const { inner, valueElement } = extension;
    read(inner, (warning) => found.push(`${name}: ${warning}`));
    if (inner.end < valueElement.end) found.push(`${name}: ${trailingText(valueElement.end - inner.end)}`);
  } catch (error) {
    if (!isPkiError(error)) throw error;
    found.push(`${name}: ${error.message}`);
  }
  return found.length === 0 ? noWarnings : found;
}

function readShared(element: Element, lookups: Lookups): Reading {
  const reading = memo.get(element, (each) => makeShared(each, lookups));
  // A warning names its place, which is another one in every certificate.
  return reading.warnings.length === 0 ? reading : makeShared(element, lookups);
}

/**
 * Key identifiers, alternative names and timestamps differ from certificate to certificate: remembering them would only
 * cost.
 */
function isUnlikeOthers({ bytes, contentStart: at }: Element): boolean {
  const length = bytes[at + 1];
  if (length === 3) return bytes[at + 2] === 0x55 && (bytes[at + 4] === 0x0e || bytes[at + 4] === 0x11);
  return length === 10 && bytes[at + 7] === 0xd6 && bytes[at + 11] === 0x02;
}

function readOwn(element: Element, lookups: Lookups): Reading {
  const extension = readExtension(element);
  const { oid, critical } = extension;
  const name = extensionType(oid)?.name;
  const read = ownReaders.get(oid);
  if (name === undefined || read === undefined) return makeShared(element, lookups);
  let fillOwn: FillOwn | undefined;
  const warnings = problems(extension, name, (content, warn) => {
    fillOwn = read(content, warn);
  });
  const part = fillOwn === undefined ? hexPart(extension, name) : knownPart(oid, name, critical);
  return { part, fillOwn, warnings };
}

function makeShared(element: Element, lookups: Lookups): Reading {
  const extension = readExtension(element);
  const { oid, critical } = extension;
  const type = extensionType(oid);
  const name = type?.name;
  const read = sharedReaders.get(oid) ?? (type && rareReader(type));
  let fill: FillShared | undefined;
  const take: Read<void> = (content, warn) => {
    fill = read?.(content, warn);
  };
  const warnings = problems(extension, name ?? oid, read && take);
  if (name === undefined || fill === undefined) {
    return { part: hexPart(extension, name ?? lookups.nameOf(oid)), fillOwn: undefined, warnings };
  }
  const known = knownPart(oid, name, critical);
  const part = fill === noFill ? known : new Part(oid, known.entry, fill);
  return { part, fillOwn: undefined, warnings };
}

/** Most known extensions have no property of their own, but that they can be read is said of all. */
const rareReader =
  (type: ExtensionType<unknown>): Read<FillShared> =>
  (content, warn) => {
    type.read(content, warn);
    return noFill;
  };

/** An extension whose content says nothing to us is shown in hex. */
function hexPart({ oid, critical, value }: Extension, name: string | undefined): Part {
  return new Part(oid, entryJson(oid, name, critical, `"${toHex(value)}"`), noFill);
}

const knownParts = new Map<string, readonly [plain: Part, critical: Part]>();

/** Entries of extensions known by content are always the same two. */
function knownPart(oid: string, name: string, critical: boolean): Part {
  let parts = knownParts.get(oid);
  if (parts === undefined) {
    const part = (isCritical: boolean) => new Part(oid, flat(entryJson(oid, name, isCritical, 'null')), noFill);
    parts = [part(false), part(true)];
    knownParts.set(oid, parts);
  }
  return parts[critical ? 1 : 0];
}

function entryJson(oid: string, name: string | undefined, critical: boolean, value: string): string {
  return `{"oid":"${oid}","name":${quoteOrNull(name ?? null)},"critical":${critical},"value":${value}}`;
}
