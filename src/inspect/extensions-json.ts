import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { toHex } from '../der/values.js';
import { isPkiError } from '../errors.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { duplicateText, flagProblem, trailingText } from '../x509/certificate-warnings.js';
import { type Extension, ExtensionOid, MAX_EXTENSIONS, readExtension, tooManyExtensions } from '../x509/extension.js';
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
import { isoMilliseconds } from '../x509/iso-time.js';
import { flat, quote, quoteAll, quoteOrNull } from '../x509/json-text.js';
import { readSctList } from '../x509/sct.js';
import { JoinMemo } from './join-memo.js';
import { namesJson, noNames } from './names-json.js';
import type { Lookups } from './on-demand.js';

/** The JSON that comes out of extensions, a property each. */
export class ExtensionFields {
  names = noNames;
  isCa = 'false';
  pathLength = 'null';
  keyUsage = 'null';
  extendedKeyUsage = 'null';
  subjectKeyId = 'null';
  authorityKeyId = 'null';
  crlUrls = '[]';
  ocspUrls = '[]';
  issuerUrls = '[]';
  policies = '[]';
  mustStaple = 'false';
  scts = '[]';
  /** The `extensions` array. */
  list = '[]';
}

/** Writes the fields of one extension. */
type Fill = (fields: ExtensionFields) => void;

/** What an extension adds: fields of its own, what is wrong with it. */
interface ExtensionReading {
  readonly oid: string;
  readonly fill: Fill;
  readonly warnings: readonly string[];
}

interface ExtensionJson extends ExtensionReading {
  /** Its entry of `extensions`. */
  readonly entry: string;
}

const readers: ReadonlyMap<string, (element: Element) => Fill> = new Map<string, (element: Element) => Fill>([
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
  [ExtensionOid.subjectAltName, (element) => setter('names', namesJson(readAltNames(element)))],
  [ExtensionOid.subjectKeyId, (element) => setter('subjectKeyId', quote(readSubjectKeyId(element)))],
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
  [ExtensionOid.sctList, (element) => setter('scts', sctsJson(expect(element, Tag.octetString, 'OCTET STRING')))],
]);

function setter(field: keyof ExtensionFields, json: string): Fill {
  return (fields) => {
    fields[field] = json;
  };
}

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

const noFill: Fill = () => {};
const noWarnings: readonly string[] = [];

const memo = new ByteMemo<ExtensionJson>();

/**
 * Reads all extensions of one object; what is wrong with them is added to `warnings`.
 *
 * @throws {DerError} the frame of an extension is broken, or there are more than {@link MAX_EXTENSIONS}
 */
function readAll(
  sequences: readonly Element[],
  warnings: string[],
  read: (element: Element) => ExtensionReading,
): ExtensionFields {
  const fields = new ExtensionFields();
  const seen: string[] = [];
  for (const sequence of sequences) {
    const cursor = children(sequence);
    while (!cursor.atEnd) {
      if (seen.length === MAX_EXTENSIONS) throw tooManyExtensions(sequence);
      const { oid, warnings: found, fill } = read(cursor.read(Tag.sequence, 'Extension'));
      for (const warning of found) warnings.push(warning);
      // Of two with one OID the first counts.
      if (seen.includes(oid)) warnings.push(duplicateText(oid));
      else fill(fields);
      seen.push(oid);
    }
  }
  return fields;
}

/**
 * The JSON of all extensions of one object; what is wrong with them is added to `warnings`.
 *
 * @param sequences the SEQUENCEs they stand in
 * @param lookups names extensions that are unknown by content, and reads those that have no property
 * @throws {DerError} as {@link readAll} does
 */
export function extensionFields(sequences: readonly Element[], lookups: Lookups, warnings: string[]): ExtensionFields {
  const entries: string[] = [];
  const fields = readAll(sequences, warnings, (element) => {
    const json = extensionJson(element, lookups);
    entries.push(json.entry);
    return json;
  });
  fields.list = lists.get(entries);
  return fields;
}

/** The certificates of a CA have the same extensions, in the same order. */
const lists = new JoinMemo((entries) => `[${entries.join(',')}]`);

/** What a block of text says of extensions. */
export interface ExtensionSummary {
  /** The subject alternative names. */
  readonly names: readonly GeneralName[];
  readonly fields: Pick<ExtensionFields, 'isCa' | 'pathLength'>;
}

/**
 * What people are told of all extensions of one object; what is wrong with them is added to `warnings`.
 *
 * @param sequences the SEQUENCEs they stand in
 * @throws {DerError} as {@link readAll} does
 */
export function extensionSummary(
  sequences: readonly Element[],
  lookups: Lookups,
  warnings: string[],
): ExtensionSummary {
  let names: readonly GeneralName[] = [];
  const fields = readAll(sequences, warnings, (element): ExtensionReading => {
    if (!isUnlikeOthers(element)) return extensionJson(element, lookups);
    // What differs from certificate to certificate is read without making JSON of it.
    const extension = readExtension(element);
    const { oid } = extension;
    let own = names;
    const readContent =
      oid === ExtensionOid.subjectAltName
        ? (content: Element) => {
            own = readAltNames(content);
          }
        : unlikeOthers.get(oid);
    if (readContent === undefined) return extensionJson(element, lookups);
    const found = problems(extension, extensionName(oid) ?? oid, readContent);
    return {
      oid,
      warnings: found,
      fill: () => {
        names = own;
      },
    };
  });
  return { names, fields };
}

/** How to read what differs from certificate to certificate, besides the names. */
const unlikeOthers: ReadonlyMap<string, (element: Element) => void> = new Map<string, (element: Element) => void>([
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

function extensionJson(element: Element, lookups: Lookups): ExtensionJson {
  if (isUnlikeOthers(element)) return makeExtensionJson(element, lookups);
  const json = memo.get(element, (each) => makeExtensionJson(each, lookups));
  // A warning names its place, which is another one in every certificate.
  return json.warnings.length === 0 ? json : makeExtensionJson(element, lookups);
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

function makeExtensionJson(element: Element, lookups: Lookups): ExtensionJson {
  const extension = readExtension(element);
  const { oid, critical } = extension;
  const known = extensionName(oid);
  const read = readers.get(oid) ?? (known === undefined ? undefined : rareReader(oid, lookups));
  let fill: Fill | undefined;
  const take = (content: Element): void => {
    fill = read?.(content);
  };
  const warnings = problems(extension, known ?? oid, read && take);
  const isRead = known !== undefined && fill !== undefined;
  const entry = isRead
    ? knownEntry(oid, known, critical)
    : entryJson(oid, known ?? lookups.nameOf(oid), critical, `"${toHex(extension.value)}"`);
  return { oid, entry, fill: fill ?? noFill, warnings };
}

/** Most known extensions have no property of their own, but that they can be read is said of all. */
function rareReader(oid: string, lookups: Lookups): (element: Element) => Fill {
  return (element) => {
    lookups.readRare(oid, element);
    return noFill;
  };
}

function entryJson(oid: string, name: string | undefined, critical: boolean, value: string): string {
  return `{"oid":"${oid}","name":${quoteOrNull(name ?? null)},"critical":${critical},"value":${value}}`;
}

const knownEntries = new Map<string, readonly [plain: string, critical: string]>();

/** Entries of extensions known by content are always the same two. */
function knownEntry(oid: string, name: string, critical: boolean): string {
  let entries = knownEntries.get(oid);
  if (entries === undefined) {
    entries = [flat(entryJson(oid, name, false, 'null')), flat(entryJson(oid, name, true, 'null'))];
    knownEntries.set(oid, entries);
  }
  return entries[critical ? 1 : 0];
}
