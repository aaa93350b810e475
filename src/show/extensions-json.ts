import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { toHex } from '../der/values.js';
import { isPkiError } from '../errors.js';
import { isoMilliseconds } from '../text/iso-time.js';
import { flat, quote, quoteAll, quoteOrNull } from '../text/json.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { flagProblem, trailingText } from '../x509/certificate-warnings.js';
import { type Extension, ExtensionOid, readExtension } from '../x509/extension.js';
import { extensionName } from '../x509/extension-names.js';
import {
  AccessMethod,
  expect,
  readAltNames,
  readAuthorityKeyId,
  readBasicConstraints,
  readDistributionPoints,
  readExtendedKeyUsage,
  readInfoAccess,
  readKeyUsage,
  readPolicies,
  readSubjectKeyId,
  readTlsFeatures,
} from '../x509/extension-values.js';
import type { GeneralName } from '../x509/general-name.js';
import { readSctList } from '../x509/sct.js';
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

/** How to read what many certificates share. */
const sharedReaders: ReadonlyMap<string, (element: Element) => FillShared> = new Map<
  string,
  (element: Element) => FillShared
>([
  [
    ExtensionOid.basicConstraints,
    (element) => {
      const { isCa, pathLength } = readBasicConstraints(element);
      return (fields) => {
        fields.isCa = String(isCa);
        fields.pathLength = String(pathLength);
      };
    },
  ],
  [ExtensionOid.keyUsage, (element) => setter('keyUsage', flat(quoteAll(readKeyUsage(element))))],
  [
    ExtensionOid.extendedKeyUsage,
    (element) => setter('extendedKeyUsage', flat(quoteAll(readExtendedKeyUsage(element)))),
  ],
  [
    ExtensionOid.authorityKeyId,
    (element) => setter('authorityKeyId', flat(quoteOrNull(readAuthorityKeyId(element).keyId))),
  ],
  [
    ExtensionOid.crlDistributionPoints,
    (element) => setter('crlUrls', uris(readDistributionPoints(element).flatMap(({ fullName }) => fullName))),
  ],
  [
    ExtensionOid.authorityInfoAccess,
    (element) => {
      const descriptions = readInfoAccess(element);
      const urls = (wanted: string) =>
        uris(descriptions.filter(({ method }) => method === wanted).map(({ location }) => location));
      const ocspUrls = urls(AccessMethod.ocsp);
      const issuerUrls = urls(AccessMethod.caIssuers);
      return (fields) => {
        fields.ocspUrls = ocspUrls;
        fields.issuerUrls = issuerUrls;
      };
    },
  ],
  [
    ExtensionOid.certificatePolicies,
    (element) => setter('policies', flat(quoteAll(readPolicies(element).map(({ oid }) => oid)))),
  ],
  [ExtensionOid.tlsFeature, (element) => setter('mustStaple', String(readTlsFeatures(element).includes(5)))],
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
const ownReaders: ReadonlyMap<string, (element: Element) => FillOwn> = new Map<string, (element: Element) => FillOwn>([
  [
    ExtensionOid.subjectAltName,
    (element) => {
      const names = namesJson(readAltNames(element));
      return (fields) => {
        fields.names = names;
      };
    },
  ],
  [
    ExtensionOid.subjectKeyId,
    (element) => {
      const subjectKeyId = quote(readSubjectKeyId(element));
      return (fields) => {
        fields.subjectKeyId = subjectKeyId;
      };
    },
  ],
  [
    ExtensionOid.sctList,
    (element) => {
      const scts = sctsJson(expect(element, Tag.octetString, 'OCTET STRING'));
      return (fields) => {
        fields.scts = scts;
      };
    },
  ],
]);

function uris(names: readonly GeneralName[]): string {
  return flat(quoteAll(names.filter(({ type }) => type === 'uri').map(({ value }) => value)));
}

function sctsJson(element: Element): string {
  let json = '';
  for (const { logId, time } of readSctList(element)) {
    json += `${json === '' ? '[' : ','}{"log_id":"${logId}","time":"${isoMilliseconds(time)}"}`;
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
    const name = extensionName(oid);
    let found: readonly GeneralName[] | undefined;
    const read =
      oid === ExtensionOid.subjectAltName
        ? (content: Element) => {
            found = readAltNames(content);
          }
        : otherOwnReaders.get(oid);
    if (name === undefined || read === undefined) return readShared(element, lookups);
    const warnings = problems(extension, name, read);
    const fillOwn = () => {
      names = found ?? names;
    };
    return { part: knownPart(oid, name, critical), fillOwn, warnings };
  });
  return { names, fields: shared };
}

/** How to read what differs from certificate to certificate, besides the names. */
const otherOwnReaders: ReadonlyMap<string, (element: Element) => void> = new Map<string, (element: Element) => void>([
  [ExtensionOid.subjectKeyId, (element) => void expect(element, Tag.octetString, 'OCTET STRING')],
  [ExtensionOid.sctList, (element) => void readSctList(expect(element, Tag.octetString, 'OCTET STRING'))],
]);

/**
 * What is wrong with how an extension is written and what it holds.
 *
 * @param read reads its content; undefined for unknown ones, which may hold anything
 */
function problems(
  extension: Extension,
  name: string,
  read: ((element: Element) => void) | undefined,
): readonly string[] {
  const problem = flagProblem(extension);
  if (read === undefined) return problem === undefined ? noWarnings : [problem];
  const found: string[] = [];
  if (problem !== undefined) found.push(problem);
  try {
    const { inner, valueElement } = extension;
    read(inner);
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
  const name = extensionName(oid);
  const read = ownReaders.get(oid);
  if (name === undefined || read === undefined) return makeShared(element, lookups);
  let fillOwn: FillOwn | undefined;
  const warnings = problems(extension, name, (content) => {
    fillOwn = read(content);
  });
  const part = fillOwn === undefined ? hexPart(extension, name) : knownPart(oid, name, critical);
  return { part, fillOwn, warnings };
}

function makeShared(element: Element, lookups: Lookups): Reading {
  const extension = readExtension(element);
  const { oid, critical } = extension;
  const name = extensionName(oid);
  const read = sharedReaders.get(oid) ?? (name === undefined ? undefined : rareReader(oid, lookups));
  let fill: FillShared | undefined;
  const take = (content: Element): void => {
    fill = read?.(content);
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
function rareReader(oid: string, lookups: Lookups): (element: Element) => FillShared {
  return (element) => {
    lookups.readRare(oid, element);
    return noFill;
  };
}

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
