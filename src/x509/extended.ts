import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { type Extension, ExtensionOid, readExtensions } from './extension.js';
import {
  AccessMethod,
  type AuthorityKeyId,
  type BasicConstraints,
  type DistributionPoint,
  expect,
  type PolicyInformation,
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
} from './extension-values.js';
import type { GeneralName } from './general-name.js';
import { readSctList, type SignedTimestamp } from './sct.js';

/**
 * What has extensions: certificates, requests, CRLs. The getters read the first extension of their kind, throw a DerError
 * where its content is not what its RFC section says, and give undefined, null or nothing where it is absent.
 */
export abstract class Extended {
  #extensions: readonly Extension[] | undefined;

  /** The SEQUENCEs the extensions stand in. @throws {DerError} */
  abstract get extensionSequences(): readonly Element[];

  /** In the order they are written in. @throws {DerError} as {@link readExtensions} does */
  get extensions(): readonly Extension[] {
    this.#extensions ??= readExtensions(...this.extensionSequences);
    return this.#extensions;
  }

  /** The first extension with this OID. */
  extension(oid: string): Extension | undefined {
    const { extensions } = this;
    for (const extension of extensions) if (extension.oid === oid) return extension;
    return undefined;
  }

  #read<T>(oid: string, read: (element: Element) => T): T | undefined {
    const extension = this.extension(oid);
    return extension === undefined ? undefined : read(extension.inner);
  }

  get subjectAltNames(): readonly GeneralName[] {
    return this.#read(ExtensionOid.subjectAltName, readAltNames) ?? [];
  }

  get issuerAltNames(): readonly GeneralName[] {
    return this.#read(ExtensionOid.issuerAltName, readAltNames) ?? [];
  }

  get basicConstraints(): BasicConstraints | undefined {
    return this.#read(ExtensionOid.basicConstraints, readBasicConstraints);
  }

  /** The names of the bits that are set. */
  get keyUsage(): string[] | undefined {
    return this.#read(ExtensionOid.keyUsage, readKeyUsage);
  }

  /** RFC 5280's names, OIDs for others. */
  get extendedKeyUsage(): string[] | undefined {
    return this.#read(ExtensionOid.extendedKeyUsage, readExtendedKeyUsage);
  }

  /** Hex, null where absent. */
  get subjectKeyId(): string | null {
    return this.#read(ExtensionOid.subjectKeyId, readSubjectKeyId) ?? null;
  }

  get authorityKeyIdentifier(): AuthorityKeyId | undefined {
    return this.#read(ExtensionOid.authorityKeyId, readAuthorityKeyId);
  }

  /** The key identifier in the authority key identifier: hex, null where absent. */
  get authorityKeyId(): string | null {
    return this.authorityKeyIdentifier?.keyId ?? null;
  }

  get distributionPoints(): readonly DistributionPoint[] {
    return this.#read(ExtensionOid.crlDistributionPoints, readDistributionPoints) ?? [];
  }

  /** The URIs of the CRL distribution points. */
  get crlUrls(): string[] {
    return this.distributionPoints.flatMap(({ fullName }) => urisOf(fullName));
  }

  /** Where its status can be asked for (authority information access, RFC 5280 4.2.2.1). */
  get ocspUrls(): string[] {
    return this.#accessUrls(AccessMethod.ocsp);
  }

  /** Where its issuer's certificate can be had. */
  get issuerUrls(): string[] {
    return this.#accessUrls(AccessMethod.caIssuers);
  }

  #accessUrls(method: string): string[] {
    const descriptions = this.#read(ExtensionOid.authorityInfoAccess, readInfoAccess) ?? [];
    return urisOf(descriptions.filter((each) => each.method === method).map(({ location }) => location));
  }

  get policyInformation(): readonly PolicyInformation[] {
    return this.#read(ExtensionOid.certificatePolicies, readPolicies) ?? [];
  }

  /** OIDs. */
  get policies(): string[] {
    return this.policyInformation.map(({ oid }) => oid);
  }

  /** True when a TLS server must staple an OCSP response (RFC 7633: status_request). */
  get mustStaple(): boolean {
    return (this.#read(ExtensionOid.tlsFeature, readTlsFeatures) ?? []).includes(5);
  }

  get signedTimestamps(): readonly SignedTimestamp[] {
    const read = (element: Element) => readSctList(expect(element, Tag.octetString, 'OCTET STRING'));
    return this.#read(ExtensionOid.sctList, read) ?? [];
  }
}

function urisOf(names: readonly GeneralName[]): string[] {
  return names.filter(({ type }) => type === 'uri').map(({ value }) => value);
}
