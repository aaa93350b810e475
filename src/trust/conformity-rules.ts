import { sameEncoding } from '../der/reader.js';
import { parseIpAddress } from '../text/ip-address.js';
import type { Certificate } from '../x509/certificate.js';
import { twoAlgorithmsText } from '../x509/certificate-warnings.js';
import { ExtensionOid } from '../x509/extension.js';
import { authorityInfoAccess } from '../x509/extensions/information-access.js';
import { nameConstraints } from '../x509/extensions/name-constraints.js';
import { policyConstraints } from '../x509/extensions/policy-constraints.js';
import { ANY_POLICY, policyMappings } from '../x509/extensions/policy-mappings.js';
import { type CertificateRule, isOldAnchor, type PathPosition, when } from './certificate-rule.js';
import { constraintsOf } from './name-constraints.js';

/** The profile of certificates (RFC 5280 4), as far as a client that goes by it can hold a certificate to it. */

/** The extensions that path validation here processes: these may be critical (RFC 5280 4.2). */
const processed: ReadonlySet<string> = new Set([
  ExtensionOid.subjectKeyId,
  ExtensionOid.keyUsage,
  ExtensionOid.subjectAltName,
  ExtensionOid.basicConstraints,
  ExtensionOid.nameConstraints,
  ExtensionOid.certificatePolicies,
  ExtensionOid.policyMappings,
  ExtensionOid.authorityKeyId,
  ExtensionOid.policyConstraints,
  ExtensionOid.extendedKeyUsage,
  ExtensionOid.inhibitAnyPolicy,
]);

/** Extensions a conforming CA never marks critical, and the section that says so. */
const neverCritical: ReadonlyMap<string, readonly [name: string, clause: string]> = new Map([
  [ExtensionOid.authorityKeyId, ['authorityKeyIdentifier', '4.2.1.1']],
  [ExtensionOid.subjectKeyId, ['subjectKeyIdentifier', '4.2.1.2']],
  [ExtensionOid.issuerAltName, ['issuerAltName', '4.2.1.7']],
  [ExtensionOid.subjectDirectoryAttributes, ['subjectDirectoryAttributes', '4.2.1.8']],
  [ExtensionOid.freshestCrl, ['freshestCRL', '4.2.1.15']],
  [ExtensionOid.authorityInfoAccess, ['authorityInfoAccess', '4.2.2.1']],
  [ExtensionOid.subjectInfoAccess, ['subjectInfoAccess', '4.2.2.2']],
]);

const isCritical = (certificate: Certificate, oid: string): boolean => certificate.extension(oid)?.critical === true;

const has = (certificate: Certificate, oid: string): boolean => certificate.extension(oid) !== undefined;

/** True for a certificate that can be an issuer by what it says of itself. */
const isCa = (certificate: Certificate): boolean => certificate.basicConstraints?.isCa === true;

/** A rule about one extension that is there. */
const criticalRule = (oid: string, name: string, section: string, must: boolean): CertificateRule => ({
  code: 'criticality',
  clause: `RFC 5280 ${section}`,
  broken: (certificate) =>
    when(
      has(certificate, oid) && isCritical(certificate, oid) !== must,
      must ? `has ${name} not marked critical` : `has ${name} marked critical`,
    ),
});

const malformed = (clause: string, broken: CertificateRule['broken']): CertificateRule => ({
  code: 'malformed',
  clause: `RFC 5280 ${clause}`,
  broken,
});

const isAboveLeaf = (place: PathPosition): boolean => place !== 'leaf';

export const conformityRules: readonly CertificateRule[] = [
  malformed('4.1.1.2', ({ elements }) =>
    when(!sameEncoding(elements.innerAlgorithm, elements.algorithm), twoAlgorithmsText),
  ),
  malformed('4.2', ({ extensions }) => {
    const seen = new Set<string>();
    const twice = extensions.find(({ oid }) => seen.size === seen.add(oid).size);
    return twice === undefined ? undefined : `has the extension ${twice.oid} more than once`;
  }),
  malformed('4.1.2.9', ({ version, extensions }) =>
    when(version < 3 && extensions.length > 0, `has extensions in version ${version}`),
  ),
  {
    code: 'unknown_critical_extension',
    clause: 'RFC 5280 4.2',
    broken({ extensions }) {
      const unknown = extensions.find(
        ({ oid, critical }) => critical && !processed.has(oid) && !neverCritical.has(oid),
      );
      return unknown === undefined ? undefined : `has the critical extension ${unknown.oid}, which nothing here knows`;
    },
  },
  {
    code: 'serial',
    clause: 'RFC 5280 4.1.2.2',
    broken({ serialBytes }, place) {
      // "Certificate users SHOULD be prepared to gracefully handle such certificates": roots of old have serial 0.
      if (place === 'anchor') return undefined;
      if ((serialBytes[0] ?? 0) >= 0x80) return 'has a negative serial number';
      if (serialBytes.every((octet) => octet === 0)) return 'has the serial number 0';
      const length = serialBytes[0] === 0 ? serialBytes.length - 1 : serialBytes.length;
      return when(length > 20, `has a serial number of ${length} octets, 20 are allowed`);
    },
  },
  { code: 'name', clause: 'RFC 5280 4.1.2.4', broken: ({ issuer }) => when(issuer.isEmpty, 'has an empty issuer') },
  {
    code: 'name',
    clause: 'RFC 5280 4.1.2.6',
    broken: ({ subject }, place) => when(isAboveLeaf(place) && subject.isEmpty, 'is a CA with an empty subject'),
  },
  ...[...neverCritical].map(([oid, [name, section]]) => criticalRule(oid, name, section, false)),
  {
    code: 'key_identifier',
    clause: 'RFC 5280 4.2.1.1',
    broken({ authorityKeyIdentifier, isSelfIssued, version }, _place, { profile }) {
      // Clients of the web build paths without it.
      if (profile === 'webpki' || version < 3 || isSelfIssued) return undefined;
      return when(
        authorityKeyIdentifier?.keyId == null,
        'has no key identifier of its issuer (authorityKeyIdentifier)',
      );
    },
  },
  {
    code: 'key_identifier',
    clause: 'RFC 5280 4.2.1.2',
    broken: (certificate, place, { profile }) =>
      when(
        profile === 'rfc5280' &&
          isCa(certificate) &&
          certificate.subjectKeyId === null &&
          !isOldAnchor(certificate, place),
        'is a CA without subjectKeyIdentifier',
      ),
  },
  {
    code: 'basic_constraints',
    clause: 'RFC 5280 4.2.1.9',
    broken(certificate, place) {
      const { basicConstraints, keyUsage } = certificate;
      const isMarked = isCritical(certificate, ExtensionOid.basicConstraints) || isOldAnchor(certificate, place);
      if (isAboveLeaf(place) && basicConstraints?.isCa && !isMarked) {
        return 'is a CA whose basicConstraints are not marked critical';
      }
      const signs = keyUsage?.includes('keyCertSign');
      if (signs && !basicConstraints?.isCa) return 'has the key usage keyCertSign and is no CA';
      const limit = basicConstraints?.pathLength;
      if (limit != null && limit < 0) return 'has a negative path length';
      return when(
        limit != null && (!basicConstraints?.isCa || signs === false),
        'has a path length and is no CA that signs certificates',
      );
    },
  },
  malformed('4.2.1.12', ({ extendedKeyUsage }) => when(extendedKeyUsage?.length === 0, 'has an empty extKeyUsage')),
  malformed('4.2.1.6', (certificate) =>
    when(
      has(certificate, ExtensionOid.subjectAltName) && certificate.subjectAltNames.length === 0,
      'has an empty subjectAltName',
    ),
  ),
  {
    code: 'name',
    clause: 'RFC 5280 4.1.2.6',
    broken: (certificate) =>
      when(
        certificate.subject.isEmpty && !isCritical(certificate, ExtensionOid.subjectAltName),
        'has an empty subject and no critical subjectAltName',
      ),
  },
  {
    code: 'name',
    clause: 'RFC 5280 4.2.1.6',
    broken({ subjectAltNames }, place) {
      if (place !== 'leaf') return undefined;
      for (const { type, value } of subjectAltNames) {
        if (type !== 'dns') continue;
        if (parseIpAddress(value) !== undefined) return `has the IP address ${value} as a dNSName`;
        if (value.includes('_')) return `has the dNSName ${value} with an underscore`;
      }
      return undefined;
    },
  },
  {
    code: 'name_constraints',
    clause: 'RFC 5280 4.2.1.10',
    broken(certificate, place, { profile }) {
      const extension = certificate.extension(ExtensionOid.nameConstraints);
      if (extension === undefined) return undefined;
      if (!isCa(certificate)) return 'has name constraints and is no CA';
      const { permitted, excluded } = certificate.value(nameConstraints) ?? {};
      if (!permitted?.length && !excluded?.length) return 'has name constraints that constrain nothing';
      // BR 7.1.2.10.8 lets CAs leave the mark out.
      if (profile === 'rfc5280' && !extension.critical) return 'has name constraints not marked critical';
      return place === 'leaf' ? undefined : constraintsOf(certificate, { leadingDot: profile === 'webpki' })?.problem;
    },
  },
  criticalRule(ExtensionOid.policyConstraints, 'policyConstraints', '4.2.1.11', true),
  criticalRule(ExtensionOid.inhibitAnyPolicy, 'inhibitAnyPolicy', '4.2.1.14', true),
  // Read here, so that what is damaged is said of the certificate and not of a path.
  malformed('4.2.1.4', (certificate) => {
    const { policies } = certificate;
    const twice = new Set(policies).size < policies.length;
    const isEmpty = has(certificate, ExtensionOid.certificatePolicies) && policies.length === 0;
    return isEmpty ? 'has empty certificatePolicies' : when(twice, 'has a policy twice');
  }),
  malformed('4.2.1.5', (certificate) =>
    when(certificate.value(policyMappings)?.length === 0, 'has empty policyMappings'),
  ),
  {
    code: 'policy_mapping',
    clause: 'RFC 5280 6.1.4 (a)',
    broken(certificate) {
      const isAny = certificate.value(policyMappings)?.some((each) => Object.values(each).includes(ANY_POLICY));
      return when(isAny === true, 'maps anyPolicy to another policy, or one to it');
    },
  },
  malformed('4.2.1.11', (certificate) => {
    const constraints = certificate.value(policyConstraints);
    const isEmpty = constraints?.requireExplicitPolicy === undefined && constraints?.inhibitPolicyMapping === undefined;
    return when(constraints !== undefined && isEmpty, 'has empty policyConstraints');
  }),
  malformed('4.2.2.1', (certificate) =>
    when(certificate.value(authorityInfoAccess)?.length === 0, 'has an empty authorityInfoAccess'),
  ),
];
