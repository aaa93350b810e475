import { once } from '../once.js';
import { Hex, indexPlace, type Json, type JsonObject, type LongList } from '../text/json.js';
import type { Crl } from '../x509/crl.js';
import { crlNumber } from '../x509/extensions/crl-numbers.js';
import { signedTimestamps } from '../x509/extensions/signed-timestamps.js';
import type { CertificationRequest } from '../x509/request.js';
import { textOrHex } from '../x509/strings.js';
import { timeOrNull } from '../x509/time.js';
import type { Shown } from './inspector.js';
import type { Item } from './item.js';
import { ocspProperties } from './ocsp.js';
import {
  fingerprintsProperty,
  keyProperty,
  nameLists,
  namesProperty,
  signatureProperty,
  timeProperty,
  timestampsProperty,
} from './property-values.js';
import { publicKeyOf } from './public-half.js';
import {
  type CertificateReading,
  type CrlReading,
  type ExtensionReadings,
  type RequestReading,
  readCertificate,
  readCrl,
  readKey,
  readRequest,
} from './reading.js';
import { validity } from './validity.js';

/** The properties of objects, as pkiutils-json(5) lists them: JSON and fields are written from these. */

/** The things the properties depend on besides the object. */
interface PropertiesContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The name of an OID that is no known extension's, or undefined. */
  readonly oidName: (oid: string) => string | undefined;
}

/** All of them. @throws {DerError} it cannot be read */
export function propertiesOf(shown: Shown, context: PropertiesContext): JsonObject {
  const { item, source } = shown;
  return { type: item.type, source, index: indexPlace, ...ownProperties(shown, context) };
}

/** Those behind type, source and index, which are the same for every kind. @throws {DerError} it cannot be read */
export function ownProperties({ item, warnings: given }: Shown, context: PropertiesContext): JsonObject {
  switch (item.type) {
    case 'certificate':
      return certificateProperties(readCertificate(item.view, given), context);
    case 'request':
      return requestProperties(readRequest(item.view, given), context);
    case 'crl':
      return crlProperties(readCrl(item.view, given), context);
    case 'ocsp_response':
      return ocspProperties(item.view, given);
    case 'public_key': {
      const warnings = [...given, ...item.warnings];
      const key = keyProperty(readKey(item.view, warnings), item.view.der);
      return { warnings, key };
    }
    case 'private_key':
      return privateKeyProperties(item, given);
    case 'encrypted_private_key': {
      const { format, encryption } = item.view;
      return { warnings: [...given, ...item.warnings], format, encryption, key: null };
    }
  }
}

function certificateProperties(reading: CertificateReading, context: PropertiesContext): JsonObject {
  const { certificate, subject, issuer, extensions } = reading;
  const { notBefore, notAfter, daysLeft, status } = validity(certificate, context.now);
  const { isCa, pathLength } = extensions.basicConstraints ?? noConstraints;
  return {
    warnings: reading.warnings,
    version: certificate.version,
    serial: certificate.serial,
    subject: subject.text,
    issuer: issuer.text,
    subject_fields: subject.fields,
    issuer_fields: issuer.fields,
    not_before: timeProperty(notBefore),
    not_after: timeProperty(notAfter),
    days_left: daysLeft,
    status,
    names: namesProperty(extensions.subjectAltNames),
    key: keyProperty(reading.key, certificate.publicKey.der),
    signature: signatureProperty(reading.signature),
    fingerprints: fingerprintsProperty(certificate.der),
    is_ca: isCa,
    path_length: pathLength,
    key_usage: extensions.keyUsage ?? null,
    extended_key_usage: extensions.extendedKeyUsage ?? null,
    subject_key_id: extensions.subjectKeyId,
    authority_key_id: extensions.authorityKeyId,
    crl_urls: extensions.crlUrls,
    ocsp_urls: extensions.ocspUrls,
    issuer_urls: extensions.issuerUrls,
    policies: extensions.policies,
    must_staple: extensions.mustStaple,
    scts: timestampsProperty(extensions.value(signedTimestamps)),
    extensions: extensionsProperty(extensions, context),
    self_issued: certificate.isSelfIssued,
  };
}

function requestProperties(reading: RequestReading, context: PropertiesContext): JsonObject {
  const { request, subject, extensions } = reading;
  const { isCa, pathLength } = extensions.basicConstraints ?? noConstraints;
  return {
    warnings: reading.warnings,
    version: request.version,
    subject: subject.text,
    subject_fields: subject.fields,
    names: namesProperty(extensions.subjectAltNames),
    key: keyProperty(reading.key, request.publicKey.der),
    signature: signatureProperty(reading.signature),
    fingerprints: fingerprintsProperty(request.der),
    is_ca: isCa,
    path_length: pathLength,
    key_usage: extensions.keyUsage ?? null,
    extended_key_usage: extensions.extendedKeyUsage ?? null,
    subject_key_id: extensions.subjectKeyId,
    policies: extensions.policies,
    must_staple: extensions.mustStaple,
    extensions: extensionsProperty(extensions, context),
    attributes: attributesProperty(request),
  };
}

function crlProperties(reading: CrlReading, context: PropertiesContext): JsonObject {
  const { crl, issuer, extensions } = reading;
  const { thisUpdate, nextUpdate } = crl.elements;
  return {
    warnings: reading.warnings,
    version: crl.version,
    issuer: issuer.text,
    issuer_fields: issuer.fields,
    this_update: timeProperty(timeOrNull(thisUpdate)),
    next_update: nextUpdate === undefined ? null : timeProperty(timeOrNull(nextUpdate)),
    number: extensions.value(crlNumber)?.hex ?? null,
    signature: signatureProperty(reading.signature),
    fingerprints: fingerprintsProperty(crl.der),
    authority_key_id: extensions.authorityKeyId,
    extensions: extensionsProperty(extensions, context),
    revoked: new Entries(crl),
  };
}

/** The entries of a CRL, read as they are written: there may be millions. */
class Entries implements LongList {
  readonly #crl: Crl;

  constructor(crl: Crl) {
    this.#crl = crl;
  }

  *[Symbol.iterator](): Generator<JsonObject, void> {
    for (const { serial, time, reason } of this.#crl.revoked()) yield { serial, time: timeProperty(time), reason };
  }

  toJSON(): readonly JsonObject[] {
    return [...this];
  }
}

/** A private key's public facts, and the fingerprint of its public half. */
function privateKeyProperties(
  item: Extract<Item, { readonly type: 'private_key' }>,
  given: readonly string[],
): JsonObject {
  const warnings = [...given, ...item.warnings];
  const publicKey = publicKeyOf(item, warnings);
  const { format, type, bits, curve, exponent } = item.view;
  const key =
    publicKey === undefined
      ? { type, bits, curve, exponent, spki_sha256: null }
      : keyProperty(readKey(publicKey, warnings), publicKey.der);
  return { warnings, format, key };
}

const noConstraints = { isCa: false, pathLength: null };

/** Extensions whose content says nothing to us are in hex. */
function extensionsProperty({ all }: ExtensionReadings, { oidName }: PropertiesContext): Json {
  return all.map(({ oid, critical, extension, type, value }) => ({
    oid,
    name: type?.name ?? oidName(oid) ?? null,
    critical,
    value: value === undefined ? hexOf(extension.valueElement) : null,
  }));
}

const hexOf = ({ bytes, contentStart, end }: { bytes: Uint8Array; contentStart: number; end: number }): Hex =>
  new Hex(bytes, contentStart, end);

/** The attributes: text where they are strings, the hex of their DER where not. */
function attributesProperty(request: CertificationRequest): Json {
  return request.attributes.map(({ oid, name, values }) => ({
    oid,
    name,
    values: values.map(textOrHex),
  }));
}

/** The names of all properties, with the names below them: `--field` tells a mistyped one from one that is absent. */
export const propertyNames = once(
  (): ReadonlyMap<string, readonly string[]> =>
    new Map<string, readonly string[]>([
      ...plain('type', 'source', 'index', 'warnings', 'version', 'serial', 'subject', 'issuer'),
      ...plain('subject_fields', 'issuer_fields', 'not_before', 'not_after', 'days_left', 'status'),
      ['names', nameLists],
      ['key', ['type', 'bits', 'curve', 'exponent', 'spki_sha256']],
      ['signature', ['algorithm', 'hash', 'mgf_hash', 'salt_length']],
      ['fingerprints', ['sha1', 'sha256']],
      ...plain('is_ca', 'path_length', 'key_usage', 'extended_key_usage', 'subject_key_id', 'authority_key_id'),
      ...plain('crl_urls', 'ocsp_urls', 'issuer_urls', 'policies', 'must_staple'),
      ['scts', ['log_id', 'time']],
      ['extensions', ['oid', 'name', 'critical', 'value']],
      ...plain('self_issued', 'this_update', 'next_update', 'number', 'format', 'encryption'),
      ['attributes', ['oid', 'name', 'values']],
      ['revoked', ['serial', 'time', 'reason']],
      ...plain('response_status', 'responder', 'responder_key_id', 'produced_at', 'nonce', 'certificates'),
      [
        'responses',
        [
          ...['serial', 'hash', 'issuer_name_hash', 'issuer_key_hash', 'status', 'time', 'reason'],
          ...['this_update', 'next_update'],
        ],
      ],
    ]),
);

function plain(...names: readonly string[]): [name: string, below: readonly string[]][] {
  return names.map((name) => [name, []]);
}
