import { children, type Element } from '../../der/reader.js';
import { context, contextConstructed, Tag } from '../../der/tag.js';
import { ExtensionOid } from '../extension.js';
import { type GeneralName, generalNameText, readGeneralNames } from '../general-name.js';
import { type RelativeName, readRelativeName, relativeNameText } from '../name.js';
import { expect, sequencesOf } from './expect.js';
import type { ExtensionType, Warn } from './extension-type.js';
import { namedBits } from './named-bits.js';

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

export type ReasonFlag = (typeof reasonFlagNames)[number];

/** The name of a distribution point: names of its own, or one below its issuer's. */
export interface DistributionPointName {
  readonly fullName: readonly GeneralName[];
  readonly relativeName: RelativeName | undefined;
}

/** A CRL distribution point (RFC 5280 4.2.1.13). */
export interface DistributionPoint extends DistributionPointName {
  /** Reasons the list covers; undefined means all. */
  readonly reasons: readonly ReasonFlag[] | undefined;
  readonly crlIssuer: readonly GeneralName[];
}

const pointsType = (oid: string, name: string): ExtensionType<readonly DistributionPoint[]> => ({
  oid,
  name,
  read(content, warn) {
    const sequence = expect(content, Tag.sequence, 'CRLDistributionPoints');
    const points = sequencesOf(sequence, 'DistributionPoint', (element) => readPoint(element, warn));
    if (points.length === 0) warn('empty');
    return points;
  },
  lines: (points) =>
    points.flatMap(({ fullName, relativeName, reasons, crlIssuer }) => [
      ...fullName.map(generalNameText),
      ...(relativeName === undefined ? [] : [`relative to the issuer: ${relativeNameText(relativeName)}`]),
      ...(reasons === undefined ? [] : [`  for ${reasons.join(', ')}`]),
      ...crlIssuer.map((name) => `  issued by ${generalNameText(name)}`),
    ]),
});

/** Where the issuer's CRLs are (RFC 5280 4.2.1.13). */
export const crlDistributionPoints = pointsType(ExtensionOid.crlDistributionPoints, 'cRLDistributionPoints');
/** Where delta CRLs are (RFC 5280 4.2.1.15, 5.2.6). */
export const freshestCrl = pointsType(ExtensionOid.freshestCrl, 'freshestCRL');

function readPoint(element: Element, warn: Warn): DistributionPoint {
  const fields = children(element);
  const name = fields.optional(contextConstructed(0));
  const reasons = fields.optional(context(1));
  const crlIssuer = fields.optional(contextConstructed(2));
  fields.end();
  if (name === undefined && crlIssuer === undefined) warn('a distribution point without a name');
  // Spread, the fields of the name take two hundred times as long.
  const { fullName, relativeName } = readPointName(name, warn);
  return {
    fullName,
    relativeName,
    reasons: reasons === undefined ? undefined : namedBits(reasons, reasonFlagNames, warn),
    crlIssuer: crlIssuer === undefined ? [] : readGeneralNames(crlIssuer, warn),
  };
}

/** A DistributionPointName: the content of an EXPLICIT [0]. */
function readPointName(wrapper: Element | undefined, warn: Warn): DistributionPointName {
  if (wrapper === undefined) return { fullName: [], relativeName: undefined };
  const inner = children(wrapper);
  const fullName = inner.optional(contextConstructed(0));
  const relativeName =
    fullName === undefined ? inner.read(contextConstructed(1), 'distribution point name') : undefined;
  inner.end();
  return {
    fullName: fullName === undefined ? [] : readGeneralNames(fullName, warn),
    relativeName: relativeName === undefined ? undefined : readRelativeName(relativeName),
  };
}

/** The scope of a CRL (RFC 5280 5.2.5). */
export interface IssuingDistributionPoint extends DistributionPointName {
  readonly onlyUserCertificates: boolean;
  readonly onlyCaCertificates: boolean;
  readonly onlyAttributeCertificates: boolean;
  /** Reasons the list covers; undefined means all. */
  readonly onlyReasons: readonly ReasonFlag[] | undefined;
  /** True when it lists certificates of other issuers too. */
  readonly isIndirect: boolean;
}

export const issuingDistributionPoint: ExtensionType<IssuingDistributionPoint> = {
  oid: ExtensionOid.issuingDistributionPoint,
  name: 'issuingDistributionPoint',
  read(content, warn) {
    const fields = children(expect(content, Tag.sequence, 'IssuingDistributionPoint'));
    const name = readPointName(fields.optional(contextConstructed(0)), warn);
    const flag = (number: number) => readFlag(fields.optional(context(number)), warn);
    const onlyUserCertificates = flag(1);
    const onlyCaCertificates = flag(2);
    const reasons = fields.optional(context(3));
    const isIndirect = flag(4);
    const onlyAttributeCertificates = flag(5);
    fields.end();
    const onlyReasons = reasons === undefined ? undefined : namedBits(reasons, reasonFlagNames, warn);
    if ([onlyUserCertificates, onlyCaCertificates, onlyAttributeCertificates].filter(Boolean).length > 1) {
      warn('only one kind of certificates, and only another');
    }
    return { ...name, onlyUserCertificates, onlyCaCertificates, onlyAttributeCertificates, onlyReasons, isIndirect };
  },
  lines: (point) => [
    ...point.fullName.map(generalNameText),
    ...(point.relativeName === undefined ? [] : [relativeNameText(point.relativeName)]),
    ...(point.onlyUserCertificates ? ['only certificates of end entities'] : []),
    ...(point.onlyCaCertificates ? ['only certificates of CAs'] : []),
    ...(point.onlyReasons === undefined ? [] : [`only ${point.onlyReasons.join(', ')}`]),
    ...(point.isIndirect ? ['indirect: certificates of other issuers'] : []),
    ...(point.onlyAttributeCertificates ? ['only attribute certificates'] : []),
  ],
};

/** A BOOLEAN behind an IMPLICIT tag, FALSE by default. */
function readFlag(element: Element | undefined, warn: Warn): boolean {
  if (element === undefined) return false;
  const [octet = 0] = element.content();
  if (element.length !== 1 || (octet !== 0 && octet !== 0xff)) warn('a flag is neither 00 nor FF');
  return octet !== 0;
}
