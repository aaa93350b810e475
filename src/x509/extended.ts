import type { Element } from '../der/reader.js';
import { type Extension, readExtensions } from './extension.js';
import { subjectAltName } from './extensions/alternative-names.js';
import { type BasicConstraints, basicConstraints } from './extensions/basic-constraints.js';
import { certificatePolicies } from './extensions/certificate-policies.js';
import { crlDistributionPoints } from './extensions/distribution-points.js';
import { extendedKeyUsage } from './extensions/extended-key-usage.js';
import type { ExtensionType } from './extensions/extension-type.js';
import { AccessMethod, authorityInfoAccess } from './extensions/information-access.js';
import { type AuthorityKeyId, authorityKeyIdentifier, subjectKeyIdentifier } from './extensions/key-identifiers.js';
import { type KeyUsage, keyUsage } from './extensions/key-usage.js';
import { readValue } from './extensions/read-value.js';
import { STATUS_REQUEST, tlsFeature } from './extensions/tls-feature.js';
import { type GeneralName, valuesOf } from './general-name.js';

/** The values of extensions: what they say, wherever they were read. Undefined, null or nothing where one is absent. */
export abstract class ExtensionValues {
  /** The value of the first extension of a kind, undefined where there is none. */
  abstract value<T>(type: ExtensionType<T>): T | undefined;

  get subjectAltNames(): readonly GeneralName[] {
    return this.value(subjectAltName) ?? [];
  }

  get basicConstraints(): BasicConstraints | undefined {
    return this.value(basicConstraints);
  }

  /** The names of the bits that are set. */
  get keyUsage(): readonly KeyUsage[] | undefined {
    return this.value(keyUsage);
  }

  /** RFC 5280's names, OIDs for others. */
  get extendedKeyUsage(): readonly string[] | undefined {
    return this.value(extendedKeyUsage);
  }

  /** Hex, null where absent. */
  get subjectKeyId(): string | null {
    return this.value(subjectKeyIdentifier) ?? null;
  }

  get authorityKeyIdentifier(): AuthorityKeyId | undefined {
    return this.value(authorityKeyIdentifier);
  }

  /** The key identifier in the authority key identifier: hex, null where absent. */
  get authorityKeyId(): string | null {
    return this.authorityKeyIdentifier?.keyId ?? null;
  }

  /** The URIs of the CRL distribution points. */
  get crlUrls(): string[] {
    return valuesOf(
      (this.value(crlDistributionPoints) ?? []).flatMap(({ fullName }) => fullName),
      'uri',
    );
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
    const descriptions = this.value(authorityInfoAccess) ?? [];
    return valuesOf(
      descriptions.filter((each) => each.method === method).map(({ location }) => location),
      'uri',
    );
  }

  /** OIDs. */
  get policies(): string[] {
    return (this.value(certificatePolicies) ?? []).map(({ oid }) => oid);
  }

  /** True when a TLS server must staple an OCSP response (RFC 7633: status_request). */
  get mustStaple(): boolean {
    return (this.value(tlsFeature) ?? []).includes(STATUS_REQUEST);
  }
}

/**
 * Certificates, requests, CRLs: all have extensions. They are read when their values are asked for, which throws a DerError
 * where a content is not what its RFC section says.
 */
export abstract class Extended extends ExtensionValues {
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

  /** @throws {DerError} its content is not what its specification says */
  override value<T>(type: ExtensionType<T>): T | undefined {
    const extension = this.extension(type.oid);
    return extension === undefined ? undefined : readValue(type, extension);
  }
}
