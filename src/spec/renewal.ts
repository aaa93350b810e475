import type { Certificate } from '../x509/certificate.js';
import { keyUsageNames } from '../x509/extensions/key-usage.js';
import { tlsFeature } from '../x509/extensions/tls-feature.js';
import type { Name } from '../x509/name.js';
import type { CertificationRequest } from '../x509/request.js';
import { type AltName, altNameOfCommonName, sameAltName } from './alt-name.js';
import type { DistinguishedName } from './distinguished-name.js';
import { isForServer, purposeOid, type RequestSpec } from './request-spec.js';

/**
 * The parts of a certificate or request that a renewal asks for again: subject, alternative names, key usage, extended key
 * usage and TLS features, byte for byte where they are names; nothing else.
 *
 * @throws {DerError}
 */
export function renewalOf(existing: Certificate | CertificationRequest): RequestSpec {
  const spec = {
    subject: subjectOf(existing.subject),
    altNames: existing.subjectAltNames
      .filter(({ type }) => type !== 'malformed')
      .map(({ type, value, element }): AltName => ({ type, value, der: element.encoding() })),
    keyUsage: keyUsageNames.filter((usage) => existing.keyUsage?.includes(usage)),
    purposes: existing.extendedKeyUsage?.map((name) => purposeOid(name) ?? name),
    tlsFeatures: existing.value(tlsFeature) ?? [],
  };
  const keyUsage = spec.keyUsage.length === 0 ? undefined : spec.keyUsage;
  // Whether it can sign is asked for anew, but a CA's name is no host's.
  if (existing.basicConstraints?.isCa) return { ...spec, keyUsage };
  return { ...spec, keyUsage, altNames: withCommonNames(spec, existing.subject) };
}

/** The subject with its values as they are written: a renewal must not change their string types. */
function subjectOf(name: Name): DistinguishedName {
  return name.rdns.map((rdn) => rdn.map(({ oid, element }) => ({ oid, value: element.encoding() })));
}

/** Certificates from before common names had to be alternative names too. */
function withCommonNames(spec: RequestSpec, subject: Name): readonly AltName[] {
  if (!isForServer(spec)) return spec.altNames;
  const missing = subject.commonNames
    .map(altNameOfCommonName)
    .filter((name) => name !== undefined)
    .filter((name) => !spec.altNames.some((each) => sameAltName(each, name)));
  return [...missing, ...spec.altNames];
}
