import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { toHex } from '../der/values.js';
import { isPkiError } from '../errors.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { trailingText } from '../x509/certificate-warnings.js';
import { type Extension, ExtensionOid } from '../x509/extension.js';
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

/** What an extension adds: an entry of `extensions`, fields of its own, a warning when its content is not its type's. */
interface ExtensionJson {
  readonly oid: string;
  readonly entry: string;
  readonly fill: Fill | undefined;
  readonly warning: string | undefined;
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
    ({ logId, time }) => `{"log_id":"${logId}","time":"${new Date(time).toISOString()}"}`,
  );
  return `[${entries.join(',')}]`;
}

/** Extensions whose content differs from certificate to certificate: remembering it would only cost. */
const unlike: ReadonlySet<string> = new Set([
  ExtensionOid.subjectAltName,
  ExtensionOid.subjectKeyId,
  ExtensionOid.sctList,
]);

const memo = new ByteMemo<ExtensionJson>();

/**
 * The JSON of all extensions of one object; what is wrong with them is added to `warnings`.
 *
 * @param nameOf names extensions that are unknown by content
 */
export function extensionFields(extensions: readonly Extension[], nameOf: NameOf, warnings: string[]): ExtensionFields {
  const fields = new ExtensionFields();
  if (extensions.length === 0) return fields;
  let list = '';
  for (let i = 0; i < extensions.length; i++) {
    const extension = extensions[i] as Extension;
    const json = unlike.has(extension.oid)
      ? extensionJson(extension, nameOf)
      : memo.get(extension.element, () => extensionJson(extension, nameOf));
    list += i === 0 ? json.entry : `,${json.entry}`;
    // A fault names its place in this certificate, not in the one it was first met in.
    if (json.warning !== undefined) warnings.push(extensionJson(extension, nameOf).warning ?? json.warning);
    // Of two with one OID the first counts; that there are two is among the warnings.
    if (json.fill !== undefined && isFirst(extensions, i)) json.fill(fields);
  }
  fields.list = `[${list}]`;
  return fields;
}

function isFirst(extensions: readonly Extension[], index: number): boolean {
  const oid = extensions[index]?.oid;
  for (let i = 0; i < index; i++) if (extensions[i]?.oid === oid) return false;
  return true;
}

function extensionJson(extension: Extension, nameOf: NameOf): ExtensionJson {
  const { oid, critical } = extension;
  const known = extensionName(oid);
  const read = readers.get(oid);
  let fill: Fill | undefined;
  let warning: string | undefined;
  if (read !== undefined) {
    try {
      const { inner, valueElement } = extension;
      fill = read(inner);
      if (inner.end < valueElement.end) warning = `${known ?? oid}: ${trailingText(valueElement.end - inner.end)}`;
    } catch (error) {
      if (!isPkiError(error)) throw error;
      warning = `${known ?? oid}: ${error.message}`;
    }
  }
  const value =
    known === undefined || (read !== undefined && fill === undefined) ? `"${toHex(extension.value)}"` : 'null';
  const name = quoteOrNull(known ?? nameOf(oid) ?? null);
  const entry = `{"oid":"${oid}","name":${name},"critical":${critical},"value":${value}}`;
  return { oid, entry, fill, warning };
}
