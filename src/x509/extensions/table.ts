import { once } from '../../once.js';
import { certificateIssuer, issuerAltName, subjectAltName } from './alternative-names.js';
import { basicConstraints } from './basic-constraints.js';
import { applicationPolicies, certificatePolicies } from './certificate-policies.js';
import { crlNumber, deltaCrlIndicator } from './crl-numbers.js';
import { subjectDirectoryAttributes } from './directory-attributes.js';
import { crlDistributionPoints, freshestCrl, issuingDistributionPoint } from './distribution-points.js';
import { extendedKeyUsage } from './extended-key-usage.js';
import type { ExtensionType } from './extension-type.js';
import { authorityInfoAccess, subjectInfoAccess } from './information-access.js';
import { invalidityDate } from './invalidity-date.js';
import { authorityKeyIdentifier, subjectKeyIdentifier } from './key-identifiers.js';
import { keyUsage } from './key-usage.js';
import { microsoftCaVersion, microsoftPreviousHash, microsoftTemplate, microsoftTemplateName } from './microsoft.js';
import { nameConstraints } from './name-constraints.js';
import {
  netscapeBaseUrl,
  netscapeCaPolicyUrl,
  netscapeCaRevocationUrl,
  netscapeCertType,
  netscapeComment,
  netscapeRenewalUrl,
  netscapeRevocationUrl,
  netscapeSslServerName,
} from './netscape.js';
import { inhibitAnyPolicy, policyConstraints } from './policy-constraints.js';
import { policyMappings } from './policy-mappings.js';
import { privateKeyUsagePeriod } from './private-key-usage-period.js';
import { qcStatements } from './qc-statements.js';
import { reasonCode } from './reason-code.js';
import { signedTimestamps } from './signed-timestamps.js';
import { ctPoison, logotype, ocspNoCheck } from './signs.js';
import { tlsFeature } from './tls-feature.js';

/** Every extension known by content: the one list of them. */
const types = (): readonly ExtensionType<unknown>[] => [
  basicConstraints,
  keyUsage,
  extendedKeyUsage,
  subjectAltName,
  issuerAltName,
  subjectKeyIdentifier,
  authorityKeyIdentifier,
  nameConstraints,
  certificatePolicies,
  policyMappings,
  policyConstraints,
  inhibitAnyPolicy,
  crlDistributionPoints,
  freshestCrl,
  authorityInfoAccess,
  subjectInfoAccess,
  signedTimestamps,
  ctPoison,
  tlsFeature,
  ocspNoCheck,
  qcStatements,
  logotype,
  privateKeyUsagePeriod,
  subjectDirectoryAttributes,
  crlNumber,
  deltaCrlIndicator,
  issuingDistributionPoint,
  reasonCode,
  invalidityDate,
  certificateIssuer,
  netscapeCertType,
  netscapeBaseUrl,
  netscapeRevocationUrl,
  netscapeCaRevocationUrl,
  netscapeRenewalUrl,
  netscapeCaPolicyUrl,
  netscapeSslServerName,
  netscapeComment,
  microsoftTemplateName,
  microsoftTemplate,
  microsoftCaVersion,
  microsoftPreviousHash,
  applicationPolicies,
];

const byOid = once((): ReadonlyMap<string, ExtensionType<unknown>> => new Map(types().map((type) => [type.oid, type])));

/** The name of an extension, its OID where it is unknown by content. */
export const extensionName = (oid: string): string => byOid().get(oid)?.name ?? oid;

/** The kind of extension an OID stands for, undefined for those unknown by content. */
export function extensionType(oid: string): ExtensionType<unknown> | undefined {
  return byOid().get(oid);
}
