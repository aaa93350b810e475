import { DerError } from '../der/error.js';
import { type Cursor, children, type Element } from '../der/reader.js';
import { context, contextConstructed, Tag, tagName } from '../der/tag.js';
import { readBits, readOid, readSmallInteger, toHex } from '../der/values.js';
import { type GeneralName, readGeneralName, readGeneralNames } from './general-name.js';
import { hex } from './strings.js';

/**
 * The contents of the extensions every reader of certificates needs. Each function takes the element inside extnValue and
 * throws a DerError where it is not what its RFC section says.
 */

/** Basic constraints (RFC 5280 4.2.1.9). */
export interface BasicConstraints {
  readonly isCa: boolean;
  /** How many CA certificates may follow; null where there is no limit. */
  readonly pathLength: number | null;
}

export function readBasicConstraints(element: Element): BasicConstraints {
  const fields = children(expect(element, Tag.sequence, 'BasicConstraints'));
  const isCa = fields.optional(Tag.boolean)?.content()[0] ?? 0;
  const pathLength = fields.optional(Tag.integer);
  fields.end();
  return { isCa: isCa !== 0, pathLength: pathLength === undefined ? null : readSmallInteger(pathLength) };
}

/** Names of the bits of KeyUsage (RFC 5280 4.2.1.3), in order. */
export const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export function readKeyUsage(element: Element): string[] {
  return readNamedBits(element, keyUsageNames);
}

/** The names of the bits that are set in a BIT STRING. */
export function readNamedBits(element: Element, names: readonly string[]): string[] {
  return namedBits(expect(element, Tag.bitString, 'BIT STRING'), names);
}

/** {@link readNamedBits} behind an IMPLICIT tag. */
function namedBits(element: Element, names: readonly string[]): string[] {
  const { octets } = readBits(element);
  return names.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/** Extended key usages RFC 5280 4.2.1.12 names. */
export const extendedKeyUsageNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
]);

export function readExtendedKeyUsage(element: Element): string[] {
  return readOids(element).map((oid) => extendedKeyUsageNames.get(oid) ?? oid);
}

/** A SEQUENCE OF OBJECT IDENTIFIER. */
export function readOids(element: Element): string[] {
  const cursor = children(expect(element, Tag.sequence, 'SEQUENCE OF OBJECT IDENTIFIER'));
  const oids: string[] = [];
  while (!cursor.atEnd) oids.push(readOid(cursor.read(Tag.objectIdentifier)));
  return oids;
}

/** Subject and issuer alternative names (RFC 5280 4.2.1.6, 4.2.1.7). */
export function readAltNames(element: Element): GeneralName[] {
  return readGeneralNames(expect(element, Tag.sequence, 'GeneralNames'));
}

/** The subject key identifier in hex (RFC 5280 4.2.1.2). */
export function readSubjectKeyId(element: Element): string {
  const { bytes, contentStart, end } = expect(element, Tag.octetString, 'OCTET STRING');
  return hex(bytes, contentStart, end);
}

/** The authority key identifier (RFC 5280 4.2.1.1): a key id, or the issuer's own issuer and serial number, or both. */
export interface AuthorityKeyId {
  /** Hex, null where absent. */
  readonly keyId: string | null;
  readonly issuer: readonly GeneralName[];
  /** The content of the serial number's INTEGER. */
  readonly serial: Uint8Array | undefined;
}

export function readAuthorityKeyId(element: Element): AuthorityKeyId {
  const fields = children(expect(element, Tag.sequence, 'AuthorityKeyIdentifier'));
  const keyId = fields.optional(context(0));
  const issuer = fields.optional(contextConstructed(1));
  const serial = fields.optional(context(2));
  fields.end();
  return {
    keyId: keyId === undefined ? null : toHex(keyId.content()),
    issuer: issuer === undefined ? [] : readGeneralNames(issuer),
    serial: serial?.content(),
  };
}

/** A CRL distribution point (RFC 5280 4.2.1.13). */
export interface DistributionPoint {
  readonly fullName: readonly GeneralName[];
  /** A RelativeDistinguishedName below the CRL issuer, as an element. */
  readonly relativeName: Element | undefined;
  /** Reasons the list covers; undefined means all. */
  readonly reasons: readonly string[] | undefined;
  readonly crlIssuer: readonly GeneralName[];
}

/** Names of the bits of ReasonFlags (RFC 5280 4.2.1.13), in order. */
export const reasonFlagNames = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

export function readDistributionPoints(element: Element): DistributionPoint[] {
  const cursor = children(expect(element, Tag.sequence, 'CRLDistributionPoints'));
  const points: DistributionPoint[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'DistributionPoint'));
    const name = fields.optional(contextConstructed(0));
    const reasons = fields.optional(context(1));
    const crlIssuer = fields.optional(contextConstructed(2));
    fields.end();
    points.push({
      ...readDistributionPointName(name),
      reasons: reasons === undefined ? undefined : flagNames(reasons),
      crlIssuer: crlIssuer === undefined ? [] : readGeneralNames(crlIssuer),
    });
  }
  return points;
}

/** A DistributionPointName: the content of an EXPLICIT [0] in distribution points and CRLs. */
export function readDistributionPointName(
  wrapper: Element | undefined,
): Pick<DistributionPoint, 'fullName' | 'relativeName'> {
  if (wrapper === undefined) return { fullName: [], relativeName: undefined };
  const inner = children(wrapper);
  const fullName = inner.optional(contextConstructed(0));
  const relativeName =
    fullName === undefined ? inner.read(contextConstructed(1), 'distribution point name') : undefined;
  inner.end();
  return { fullName: fullName === undefined ? [] : readGeneralNames(fullName), relativeName };
}

/** ReasonFlags behind an IMPLICIT tag. */
export function flagNames(element: Element): string[] {
  return namedBits(element, reasonFlagNames);
}

/** One AccessDescription of authority or subject information access (RFC 5280 4.2.2). */
export interface AccessDescription {
  readonly method: string;
  readonly location: GeneralName;
}

export const AccessMethod = { ocsp: '1.3.6.1.5.5.7.48.1', caIssuers: '1.3.6.1.5.5.7.48.2' } as const;

export function readInfoAccess(element: Element): AccessDescription[] {
  const cursor = children(expect(element, Tag.sequence, 'AuthorityInfoAccess'));
  const descriptions: AccessDescription[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'AccessDescription'));
    const method = readOid(fields.read(Tag.objectIdentifier, 'accessMethod'));
    descriptions.push({ method, location: readGeneralName(fields.next()) });
    fields.end();
  }
  return descriptions;
}

/** One policy of certificate policies (RFC 5280 4.2.1.4), its qualifiers unread. */
export interface PolicyInformation {
  readonly oid: string;
  readonly qualifiers: readonly { readonly oid: string; readonly value: Element }[];
}

export function readPolicies(element: Element): PolicyInformation[] {
  const cursor = children(expect(element, Tag.sequence, 'CertificatePolicies'));
  const policies: PolicyInformation[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'PolicyInformation'));
    const oid = readOid(fields.read(Tag.objectIdentifier, 'policyIdentifier'));
    const qualifiers = fields.optional(Tag.sequence);
    fields.end();
    policies.push({ oid, qualifiers: qualifiers === undefined ? [] : readQualifiers(children(qualifiers)) });
  }
  return policies;
}

function readQualifiers(cursor: Cursor): PolicyInformation['qualifiers'] {
  const qualifiers: { oid: string; value: Element }[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'PolicyQualifierInfo'));
    const oid = readOid(fields.read(Tag.objectIdentifier, 'policyQualifierId'));
    qualifiers.push({ oid, value: fields.next() });
    fields.end();
  }
  return qualifiers;
}

/** TLS features by number (RFC 7633): 5 is status_request, "must staple". */
export function readTlsFeatures(element: Element): number[] {
  const cursor = children(expect(element, Tag.sequence, 'TLSFeatures'));
  const features: number[] = [];
  while (!cursor.atEnd) features.push(readSmallInteger(cursor.read(Tag.integer)));
  return features;
}

/** The element itself if it has this tag. */
export function expect(element: Element, tag: number, what: string): Element {
  if (element.tag === tag) return element;
  throw new DerError('DER_TAG', element.start, `expected ${what}, found ${tagName(element.tag)}`);
}
