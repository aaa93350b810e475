import { DerError } from '../der/error.js';
import { checkWellFormed, children, type Element } from '../der/reader.js';
import { context, contextConstructed, Tag, tagName } from '../der/tag.js';
import { readOid, readSmallInteger, toHex } from '../der/values.js';
import { isoMilliseconds, isoText } from '../text/iso-time.js';
import { readReason } from '../x509/crl.js';
import { type Extension, ExtensionOid } from '../x509/extension.js';
import {
  expect,
  flagNames,
  readAltNames,
  readAuthorityKeyId,
  readBasicConstraints,
  readDistributionPointName,
  readDistributionPoints,
  readExtendedKeyUsage,
  readInfoAccess,
  readKeyUsage,
  readNamedBits,
  readPolicies,
  readSubjectKeyId,
  readTlsFeatures,
} from '../x509/extension-values.js';
import { type GeneralName, generalNameText, readGeneralName } from '../x509/general-name.js';
import { readRelativeName, relativeNameText } from '../x509/name.js';
import { oidName } from '../x509/oid-names.js';
import { readSctList } from '../x509/sct.js';
import { serialHex } from '../x509/serial.js';
import { readString } from '../x509/strings.js';
import { readTime, timeOrNull, timeText } from '../x509/time.js';
import { qcStatementLines } from './qc-statements.js';

/**
 * The content of an extension in lines a person reads, not yet made safe to print. Undefined for extensions that are
 * unknown by content.
 *
 * @throws {DerError} the content is not what the extension's specification says
 */
export function extensionLines({ oid, inner }: Extension): string[] | undefined {
  return contentLines(oid, inner);
}

/** {@link extensionLines} of an extension in two parts. */
export function contentLines(oid: string, content: Element): string[] | undefined {
  return readers.get(oid)?.(content);
}

/** An OID with its name where it has one: `domainValidated (2.23.140.1.2.1)`. */
export function oidText(oid: string): string {
  const name = oidName(oid);
  return name === undefined ? oid : `${name} (${oid})`;
}

type Lines = (element: Element) => string[];

const names = (list: readonly GeneralName[]): string[] => list.map(generalNameText);
const text: Lines = (element) => [readString(element) ?? toHex(element.encoding())];
const integer: Lines = (element) => [String(readSmallInteger(expect(element, Tag.integer, 'INTEGER')))];
const serial: Lines = (element) => [serialHex(expect(element, Tag.integer, 'INTEGER').content())];
/** A NULL, which says nothing but that it is there. */
const isThere = (words: string): Lines => {
  return (element) => {
    expect(element, Tag.null, 'NULL');
    if (element.length > 0) throw new DerError('DER_VALUE', element.start, 'NULL with something in it');
    return [words];
  };
};
/** A string, whichever type. */
const string: Lines = (element) => {
  const value = readString(element);
  if (value === undefined)
    throw new DerError('DER_TAG', element.start, `expected a string, found ${tagName(element.tag)}`);
  return [value];
};
/** Octets. */
const octets: Lines = (element) => [toHex(expect(element, Tag.octetString, 'OCTET STRING').content())];

const netscapeTypes = [
  'SSL client',
  'SSL server',
  'S/MIME',
  'object signing',
  'reserved',
  'SSL CA',
  'S/MIME CA',
  'object signing CA',
];

const tlsFeatures: ReadonlyMap<number, string> = new Map([
  [5, 'status_request (must staple)'],
  [17, 'status_request_v2'],
]);

const readers: ReadonlyMap<string, Lines> = new Map<string, Lines>([
  [ExtensionOid.basicConstraints, basicConstraints],
  [ExtensionOid.keyUsage, (element) => [readKeyUsage(element).join(', ')]],
  [ExtensionOid.extendedKeyUsage, (element) => readExtendedKeyUsage(element).map(usageText)],
  [ExtensionOid.subjectAltName, (element) => names(readAltNames(element))],
  [ExtensionOid.issuerAltName, (element) => names(readAltNames(element))],
  [ExtensionOid.certificateIssuer, (element) => names(readAltNames(element))],
  [ExtensionOid.subjectKeyId, (element) => [readSubjectKeyId(element)]],
  [ExtensionOid.authorityKeyId, authorityKeyId],
  [ExtensionOid.crlDistributionPoints, distributionPoints],
  [ExtensionOid.freshestCrl, distributionPoints],
  [ExtensionOid.issuingDistributionPoint, issuingDistributionPoint],
  [ExtensionOid.authorityInfoAccess, infoAccess],
  [ExtensionOid.subjectInfoAccess, infoAccess],
  [ExtensionOid.certificatePolicies, policies],
  [ExtensionOid.policyMappings, policyMappings],
  [ExtensionOid.policyConstraints, policyConstraints],
  [ExtensionOid.inhibitAnyPolicy, (element) => [`after ${integer(element)[0]} certificates`]],
  [ExtensionOid.nameConstraints, nameConstraints],
  [ExtensionOid.privateKeyUsagePeriod, privateKeyUsagePeriod],
  [ExtensionOid.subjectDirectoryAttributes, directoryAttributes],
  [ExtensionOid.tlsFeature, (element) => readTlsFeatures(element).map((each) => tlsFeatures.get(each) ?? String(each))],
  [ExtensionOid.sctList, timestamps],
  [ExtensionOid.ctPoison, isThere('a precertificate: not valid in TLS')],
  [ExtensionOid.ocspNoCheck, isThere('is there')],
  [ExtensionOid.crlNumber, serial],
  [ExtensionOid.deltaCrlIndicator, (element) => [`complements CRL number ${serial(element)[0]}`]],
  [ExtensionOid.qcStatements, qcStatementLines],
  [ExtensionOid.logotype, logotype],
  [ExtensionOid.reasonCode, (element) => [readReason(element)]],
  [
    ExtensionOid.invalidityDate,
    (element) => [isoText(readTime(expect(element, Tag.generalizedTime, 'GeneralizedTime')))],
  ],
  [ExtensionOid.netscapeCertType, (element) => [readNamedBits(element, netscapeTypes).join(', ')]],
  [ExtensionOid.netscapeBaseUrl, string],
  [ExtensionOid.netscapeRevocationUrl, string],
  [ExtensionOid.netscapeCaRevocationUrl, string],
  [ExtensionOid.netscapeRenewalUrl, string],
  [ExtensionOid.netscapeCaPolicyUrl, string],
  [ExtensionOid.netscapeSslServerName, string],
  [ExtensionOid.netscapeComment, string],
  [ExtensionOid.microsoftTemplateName, string],
  [ExtensionOid.microsoftCaVersion, microsoftCaVersion],
  [ExtensionOid.microsoftPreviousHash, octets],
  [ExtensionOid.microsoftTemplate, microsoftTemplate],
  [ExtensionOid.microsoftApplicationPolicies, policies],
]);

function logotype(element: Element): string[] {
  checkWellFormed(expect(element, Tag.sequence, 'LogotypeExtn'));
  return ['a logotype'];
}

function basicConstraints(element: Element): string[] {
  const { isCa, pathLength } = readBasicConstraints(element);
  const limit = pathLength === null ? '' : `, at most ${pathLength} CAs below it`;
  return [isCa ? `a CA${limit}` : `not a CA${limit}`];
}

/** RFC 5280's own usages stand by name alone. */
const usageText = (usage: string): string => (/^\d/.test(usage) ? oidText(usage) : usage);

function authorityKeyId(element: Element): string[] {
  const { keyId, issuer, serial: number } = readAuthorityKeyId(element);
  return [
    ...(keyId === null ? [] : [keyId]),
    ...names(issuer).map((name) => `issuer ${name}`),
    ...(number === undefined ? [] : [`serial ${serialHex(number)}`]),
  ];
}

function distributionPoints(element: Element): string[] {
  return readDistributionPoints(element).flatMap(({ fullName, relativeName, reasons, crlIssuer }) => [
    ...names(fullName),
    ...(relativeName === undefined ? [] : [`relative to the issuer: ${relativeText(relativeName)}`]),
    ...(reasons === undefined ? [] : [`  for ${reasons.join(', ')}`]),
    ...names(crlIssuer).map((name) => `  issued by ${name}`),
  ]);
}

const relativeText = (element: Element): string => relativeNameText(readRelativeName(element));

/** Flags of an issuing distribution point (RFC 5280 5.2.5) by tag. */
const pointFlags: ReadonlyMap<number, string> = new Map([
  [context(1), 'only certificates of end entities'],
  [context(2), 'only certificates of CAs'],
  [context(4), 'indirect: certificates of other issuers'],
  [context(5), 'only attribute certificates'],
]);

function issuingDistributionPoint(element: Element): string[] {
  const fields = children(expect(element, Tag.sequence, 'IssuingDistributionPoint'));
  const { fullName, relativeName } = readDistributionPointName(fields.optional(contextConstructed(0)));
  const lines = [...names(fullName), ...(relativeName === undefined ? [] : [relativeText(relativeName)])];
  while (!fields.atEnd) {
    const field = fields.next();
    const flag = pointFlags.get(field.tag);
    if (field.tag === context(3)) lines.push(`only ${flagNames(field).join(', ')}`);
    else if (flag !== undefined && field.content()[0] !== 0) lines.push(flag);
  }
  return lines;
}

const accessMethods: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.5.5.7.48.1', 'OCSP'],
  ['1.3.6.1.5.5.7.48.2', 'CA issuers'],
  ['1.3.6.1.5.5.7.48.5', 'CA repository'],
]);

function infoAccess(element: Element): string[] {
  return readInfoAccess(element).map(
    ({ method, location }) => `${accessMethods.get(method) ?? oidText(method)} ${generalNameText(location)}`,
  );
}

const CPS = '1.3.6.1.5.5.7.2.1';
const USER_NOTICE = '1.3.6.1.5.5.7.2.2';

function policies(element: Element): string[] {
  return readPolicies(element).flatMap(({ oid, qualifiers }) => [
    oidText(oid),
    ...qualifiers.flatMap(({ oid: kind, value }) => {
      if (kind === CPS) return [`  CPS ${readString(value) ?? toHex(value.encoding())}`];
      return kind === USER_NOTICE ? userNotice(value) : [`  ${oidText(kind)} ${toHex(value.encoding())}`];
    }),
  ]);
}

/** UserNotice (RFC 5280 4.2.1.4): a reference to a notice, or its text, or both. */
function userNotice(element: Element): string[] {
  const fields = children(expect(element, Tag.sequence, 'UserNotice'));
  const lines: string[] = [];
  const reference = fields.optional(Tag.sequence);
  if (reference !== undefined) {
    const parts = children(reference);
    const organization = readString(parts.next()) ?? '';
    const cursor = children(parts.read(Tag.sequence, 'noticeNumbers'));
    const numbers: number[] = [];
    while (!cursor.atEnd) numbers.push(readSmallInteger(cursor.read(Tag.integer)));
    lines.push(`  notice ${numbers.join(', ')} of ${organization}`);
  }
  if (!fields.atEnd) lines.push(`  notice: ${text(fields.next())[0]}`);
  return lines;
}

function policyMappings(element: Element): string[] {
  const cursor = children(expect(element, Tag.sequence, 'PolicyMappings'));
  const lines: string[] = [];
  while (!cursor.atEnd) {
    const pair = children(cursor.read(Tag.sequence, 'mapping'));
    const ours = readOid(pair.read(Tag.objectIdentifier));
    lines.push(`${oidText(ours)} is their ${oidText(readOid(pair.read(Tag.objectIdentifier)))}`);
  }
  return lines;
}

function policyConstraints(element: Element): string[] {
  const fields = children(expect(element, Tag.sequence, 'PolicyConstraints'));
  const require = fields.optional(context(0));
  const inhibit = fields.optional(context(1));
  return [
    ...(require === undefined ? [] : [`a policy is required after ${readSmallInteger(require)} certificates`]),
    ...(inhibit === undefined ? [] : [`no mapping after ${readSmallInteger(inhibit)} certificates`]),
  ];
}

function nameConstraints(element: Element): string[] {
  const fields = children(expect(element, Tag.sequence, 'NameConstraints'));
  return [
    ...subtrees(fields.optional(contextConstructed(0)), 'permitted'),
    ...subtrees(fields.optional(contextConstructed(1)), 'excluded'),
  ];
}

function subtrees(element: Element | undefined, word: string): string[] {
  if (element === undefined) return [];
  const cursor = children(element);
  const lines: string[] = [];
  while (!cursor.atEnd) {
    const subtree = children(cursor.read(Tag.sequence, 'GeneralSubtree'));
    lines.push(`${word} ${generalNameText(readGeneralName(subtree.next(), true))}`);
  }
  return lines;
}

function privateKeyUsagePeriod(element: Element): string[] {
  const fields = children(expect(element, Tag.sequence, 'PrivateKeyUsagePeriod'));
  const notBefore = fields.optional(context(0));
  const notAfter = fields.optional(context(1));
  const time = (each: Element) => {
    const found = timeOrNull(each);
    return found === null ? timeText(each) : isoText(found);
  };
  return [
    ...(notBefore === undefined ? [] : [`signs from ${time(notBefore)}`]),
    ...(notAfter === undefined ? [] : [`signs until ${time(notAfter)}`]),
  ];
}

function directoryAttributes(element: Element): string[] {
  const cursor = children(expect(element, Tag.sequence, 'SubjectDirectoryAttributes'));
  const lines: string[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'Attribute'));
    const oid = readOid(fields.read(Tag.objectIdentifier));
    const values = children(fields.read(Tag.set, 'values'));
    while (!values.atEnd) lines.push(`${oidText(oid)} ${text(values.next())[0]}`);
  }
  return lines;
}

function timestamps(element: Element): string[] {
  return readSctList(expect(element, Tag.octetString, 'OCTET STRING')).map(
    ({ logId, time }) => `${isoMilliseconds(time)} log ${logId}`,
  );
}

/** Key index in the upper half, certificate index in the lower. */
function microsoftCaVersion(element: Element): string[] {
  const version = readSmallInteger(expect(element, Tag.integer, 'INTEGER'));
  return [`certificate ${version & 0xffff}, key ${version >>> 16}`];
}

function microsoftTemplate(element: Element): string[] {
  const fields = children(expect(element, Tag.sequence, 'CertificateTemplate'));
  const oid = readOid(fields.read(Tag.objectIdentifier));
  const numbers: number[] = [];
  while (fields.peek() === Tag.integer) numbers.push(readSmallInteger(fields.next()));
  return [`${oidText(oid)}${numbers.length === 0 ? '' : ` version ${numbers.join('.')}`}`];
}
