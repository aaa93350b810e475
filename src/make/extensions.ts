import * as asn1js from 'asn1js';
import {
  AccessDescription,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLDistributionPoints,
  DistributionPoint,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  InfoAccess,
} from 'pkijs';
import { arrayBuffer, written } from '../der/asn1.js';
import type { AltName } from '../spec/alt-name.js';
import type { RawExtension } from '../spec/request-spec.js';
import { parseIpAddress } from '../text/ip-address.js';
import { ExtensionOid } from '../x509/extension.js';
import { AccessMethod } from '../x509/extensions/information-access.js';
import { type KeyUsage, keyUsageNames } from '../x509/extensions/key-usage.js';
import { isTextType, textTypes } from '../x509/general-name.js';

/** The extensions (RFC 5280 4.2) of what we make, as PKI.js takes them. */

function extension(extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

/** An extension whose value comes as it is. */
export const rawExtension = ({ oid, critical, value }: RawExtension): Extension =>
  new Extension({ extnID: oid, critical, extnValue: arrayBuffer(value) });

/** @param pathLength how many CAs may follow; undefined is no limit */
export function basicConstraintsExtension(cA: boolean, pathLength?: number): Extension {
  const limit = pathLength === undefined ? {} : { pathLenConstraint: pathLength };
  return extension(ExtensionOid.basicConstraints, true, new BasicConstraints({ cA, ...limit }).toSchema());
}

/** A named bit list: the bits behind the last one set are left out (X.690 11.2.2). */
export function keyUsageExtension(usages: readonly KeyUsage[]): Extension {
  const numbers = usages.map((usage) => keyUsageNames.indexOf(usage));
  const last = Math.max(...numbers);
  const octets = new Uint8Array(Math.floor(last / 8) + 1);
  for (const number of numbers) octets[number >> 3] = (octets[number >> 3] as number) | (0x80 >> (number & 7));
  const bits = new asn1js.BitString({ valueHex: arrayBuffer(octets), unusedBits: 7 - (last & 7) });
  return extension(ExtensionOid.keyUsage, true, bits);
}

/** @param purposes OIDs */
export const extendedKeyUsageExtension = (purposes: readonly string[]): Extension =>
  extension(ExtensionOid.extendedKeyUsage, false, new ExtKeyUsage({ keyPurposes: [...purposes] }).toSchema());

/** @param critical where the subject is empty, the names are all there is (RFC 5280 4.2.1.6) */
export function subjectAltNameExtension(altNames: readonly AltName[], critical: boolean): Extension {
  const names = new GeneralNames({ names: altNames.map(generalName) });
  return extension(ExtensionOid.subjectAltName, critical, names.toSchema());
}

function generalName({ type, value, der }: AltName): GeneralName {
  if (der !== undefined) return written(new GeneralName(), der);
  if (isTextType(type)) return new GeneralName({ type: textTypes[type].number, value });
  const octets = type === 'ip' ? parseIpAddress(value) : undefined;
  if (octets === undefined) throw new RangeError(`a name of type ${type} needs its DER`);
  return new GeneralName({ type: 7, value: new asn1js.OctetString({ valueHex: arrayBuffer(octets) }) });
}

export const tlsFeatureExtension = (features: readonly number[]): Extension =>
  extension(
    ExtensionOid.tlsFeature,
    false,
    new asn1js.Sequence({ value: features.map((value) => new asn1js.Integer({ value })) }),
  );

const octets = (bytes: Uint8Array) => new asn1js.OctetString({ valueHex: arrayBuffer(bytes) });

export const subjectKeyIdExtension = (identifier: Uint8Array): Extension =>
  extension(ExtensionOid.subjectKeyId, false, octets(identifier));

export const authorityKeyIdExtension = (identifier: Uint8Array): Extension =>
  extension(
    ExtensionOid.authorityKeyId,
    false,
    new AuthorityKeyIdentifier({ keyIdentifier: octets(identifier) }).toSchema(),
  );

const uri = (value: string): GeneralName => new GeneralName({ type: textTypes.uri.number, value });

/** One distribution point for every URL: each has the whole list. */
export function crlUrlsExtension(urls: readonly string[]): Extension {
  const distributionPoints = urls.map((url) => new DistributionPoint({ distributionPoint: [uri(url)] }));
  return extension(
    ExtensionOid.crlDistributionPoints,
    false,
    new CRLDistributionPoints({ distributionPoints }).toSchema(),
  );
}

/** Where to ask for the certificate's status, and where to fetch its issuer (RFC 5280 4.2.2.1). */
export function authorityInfoExtension(ocsp: readonly string[], issuers: readonly string[]): Extension {
  const access = (accessMethod: string) => (url: string) =>
    new AccessDescription({ accessMethod, accessLocation: uri(url) });
  const accessDescriptions = [...ocsp.map(access(AccessMethod.ocsp)), ...issuers.map(access(AccessMethod.caIssuers))];
  return extension(ExtensionOid.authorityInfoAccess, false, new InfoAccess({ accessDescriptions }).toSchema());
}
