import { Cursor, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { toHex } from '../der/values.js';
import { isPkiError } from '../errors.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { duplicateText, flagProblem, trailingText } from '../x509/certificate-warnings.js';
import { ExtensionOid, readExtension } from '../x509/extension.js';
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
import { quote, quoteAll, quoteOrNull } from '../x509/json-text.js';
import { readSctList } from '../x509/sct.js';
import { namesJson, noNames } from './names-json.js';
import { isoMilliseconds } from './validity.js';

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

type Fill = (fields: ExtensionFields) => void;

/** What an extension adds: an entry of `extensions`, fields of its own, what is wrong with it. */
interface ExtensionJson {
  readonly oid: string;
  readonly entry: string;
  readonly fill: Fill | undefined;
  readonly warnings: readonly string[];
}

/** A name for an extension we do not know by content. */
export type NameOf = (oid: string) => string | undefined;

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
  [ExtensionOid.keyUsage, (element) => setter('keyUsage', quoteAll(readKeyUsage(element)))],
  [ExtensionOid.extendedKeyUsage, (element) => setter('extendedKeyUsage', quoteAll(readExtendedKeyUsage(element)))],
  [ExtensionOid.subjectAltName, (element) => setter('names', namesJson(readAltNames(element)))],
  [ExtensionOid.subjectKeyId, (element) => setter('subjectKeyId', quote(readSubjectKeyId(element)))],
  [ExtensionOid.authorityKeyId, (element) => setter('authorityKeyId', quoteOrNull(readAuthorityKeyId(element).keyId))],
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
    (element) => setter('policies', quoteAll(readPolicies(element).map(({ oid }) => oid))),
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
  return quoteAll(names.filter(({ type }) => type === 'uri').map(({ value }) => value));
}

function sctsJson(element: Element): string {
  const entries = readSctList(element).map(
    ({ logId, time }) => `{"log_id":"${logId}","time":"${isoMilliseconds(time)}"}`,
  );
  return `[${entries.join(',')}]`;
}

const noWarnings: readonly string[] = [];

const memo = new ByteMemo<ExtensionJson>();

/**
 * The JSON of all extensions of one object; what is wrong with them is added to `warnings`.
 *
 * @param sequences the SEQUENCEs they stand in
 * @param nameOf names extensions that are unknown by content
 * @throws {DerError} the frame of an extension is broken
 */
export function extensionFields(sequences: readonly Element[], nameOf: NameOf, warnings: string[]): ExtensionFields {
  const fields = new ExtensionFields();
  const seen: string[] = [];
  let list = '';
  for (const { bytes, contentStart, end } of sequences) {
    const cursor = new Cursor(bytes, contentStart, end);
    while (!cursor.atEnd) {
      const json = extensionJson(cursor.read(Tag.sequence, 'Extension'), nameOf);
      list += list === '' ? json.entry : `,${json.entry}`;
      for (const warning of json.warnings) warnings.push(warning);
      // Of two with one OID the first counts.
      if (seen.includes(json.oid)) warnings.push(duplicateText(json.oid));
      else json.fill?.(fields);
      seen.push(json.oid);
    }
  }
  fields.list = `[${list}]`;
  return fields;
}

function extensionJson(element: Element, nameOf: NameOf): ExtensionJson {
  if (isUnlikeOthers(element)) return makeExtensionJson(element, nameOf);
  const json = memo.get(element, (each) => makeExtensionJson(each, nameOf));
  // A warning names its place, which is another one in every certificate.
  return json.warnings.length === 0 ? json : makeExtensionJson(element, nameOf);
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

function makeExtensionJson(element: Element, nameOf: NameOf): ExtensionJson {
  const extension = readExtension(element);
  const { oid, critical } = extension;
  const known = extensionName(oid);
  const read = readers.get(oid);
  let fill: Fill | undefined;
  const warnings: string[] = [];
  const problem = flagProblem(extension);
  if (problem !== undefined) warnings.push(problem);
  if (read !== undefined) {
    try {
      const { inner, valueElement } = extension;
      fill = read(inner);
      if (inner.end < valueElement.end) warnings.push(`${known ?? oid}: ${trailingText(valueElement.end - inner.end)}`);
    } catch (error) {
      if (!isPkiError(error)) throw error;
      warnings.push(`${known ?? oid}: ${error.message}`);
    }
  }
  const isRead = known !== undefined && (read === undefined || fill !== undefined);
  const entry = isRead
    ? knownEntry(oid, known, critical)
    : entryJson(oid, known ?? nameOf(oid), critical, `"${toHex(extension.value)}"`);
  return { oid, entry, fill, warnings: warnings.length === 0 ? noWarnings : warnings };
}

function entryJson(oid: string, name: string | undefined, critical: boolean, value: string): string {
  return `{"oid":"${oid}","name":${quoteOrNull(name ?? null)},"critical":${critical},"value":${value}}`;
}

const knownEntries = new Map<string, readonly [plain: string, critical: string]>();

/** Entries of extensions known by content are always the same two. */
function knownEntry(oid: string, name: string, critical: boolean): string {
  let entries = knownEntries.get(oid);
  if (entries === undefined) {
    entries = [entryJson(oid, name, false, 'null'), entryJson(oid, name, true, 'null')];
    knownEntries.set(oid, entries);
  }
  return entries[critical ? 1 : 0];
}
