import { createHash } from 'node:crypto';
import { children, readElement } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { element, integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { ExtensionOid } from '../x509/extension.js';
import { keyUsageNames } from '../x509/extension-values.js';
import type { AltName } from './alt-name.js';

/** The extensions (RFC 5280 4.2) of what we make, each as the DER of its Extension. */

export interface ExtensionToWrite {
  readonly oid: string;
  /** The DER of the Extension SEQUENCE. */
  readonly der: Uint8Array;
}

/** An extension from its value. FALSE is the default of `critical` and so left out (X.690 11.5). */
export function extension(oid: string, critical: boolean, value: Uint8Array): ExtensionToWrite {
  const flag = critical ? [element(Tag.boolean, Buffer.of(0xff))] : [];
  return { oid, der: sequence(objectIdentifier(oid), ...flag, octetString(value)) };
}

/** The Extensions SEQUENCE. */
export const extensionList = (extensions: readonly ExtensionToWrite[]): Buffer =>
  sequence(...extensions.map(({ der }) => der));

/** @param pathLength how many CAs may follow; undefined is no limit */
export function basicConstraints(isCa: boolean, pathLength?: number): ExtensionToWrite {
  const fields = isCa ? [element(Tag.boolean, Buffer.of(0xff))] : [];
  if (isCa && pathLength !== undefined) fields.push(integer(pathLength));
  return extension(ExtensionOid.basicConstraints, true, sequence(...fields));
}

export type KeyUsage = (typeof keyUsageNames)[number];

/** A named bit list: the bits behind the last one set are left out (X.690 11.2.2). */
export function keyUsage(usages: readonly KeyUsage[]): ExtensionToWrite {
  const numbers = usages.map((usage) => keyUsageNames.indexOf(usage));
  const last = Math.max(...numbers);
  const octets = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const number of numbers) octets[number >> 3] = (octets[number >> 3] as number) | (0x80 >> (number & 7));
  return extension(ExtensionOid.keyUsage, true, element(Tag.bitString, Buffer.of(7 - (last & 7)), octets));
}

/** @param purposes OIDs */
export const extendedKeyUsage = (purposes: readonly string[]): ExtensionToWrite =>
  extension(ExtensionOid.extendedKeyUsage, false, sequence(...purposes.map(objectIdentifier)));

/** @param critical where the subject is empty, the names are all there is (RFC 5280 4.2.1.6) */
export const subjectAltName = (names: readonly AltName[], critical: boolean): ExtensionToWrite =>
  extension(ExtensionOid.subjectAltName, critical, sequence(...names.map(({ der }) => der)));

/** The TLS feature status_request: "must staple" (RFC 7633 4.2.3.1). */
export const STATUS_REQUEST = 5;

export const tlsFeatures = (features: readonly number[]): ExtensionToWrite =>
  extension(ExtensionOid.tlsFeature, false, sequence(...features.map(integer)));

/** The SHA-1 of the key's bits, as RFC 5280 4.2.1.2 (1) makes key identifiers. */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  const fields = children(readElement(spki));
  fields.read(Tag.sequence);
  return createHash('sha1').update(fields.read(Tag.bitString).content().subarray(1)).digest();
}

export const subjectKeyIdentifier = (identifier: Uint8Array): ExtensionToWrite =>
  extension(ExtensionOid.subjectKeyId, false, octetString(identifier));

export const authorityKeyIdentifier = (identifier: Uint8Array): ExtensionToWrite =>
  extension(ExtensionOid.authorityKeyId, false, sequence(element(context(0), identifier)));

const uri = (text: string): Buffer => element(context(6), Buffer.from(text, 'latin1'));

/** One distribution point for every URL: each has the whole list. */
export function crlDistributionPoints(urls: readonly string[]): ExtensionToWrite {
  const point = (url: string) => sequence(element(contextConstructed(0), element(contextConstructed(0), uri(url))));
  return extension(ExtensionOid.crlDistributionPoints, false, sequence(...urls.map(point)));
}

/** Where to ask for the certificate's status, and where to fetch its issuer (RFC 5280 4.2.2.1). */
export function authorityInfoAccess(ocsp: readonly string[], issuers: readonly string[]): ExtensionToWrite {
  const access = (method: string) => (url: string) => sequence(objectIdentifier(method), uri(url));
  const entries = [...ocsp.map(access('1.3.6.1.5.5.7.48.1')), ...issuers.map(access('1.3.6.1.5.5.7.48.2'))];
  return extension(ExtensionOid.authorityInfoAccess, false, sequence(...entries));
}
