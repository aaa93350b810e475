import { quoteAll } from '../text/json.js';
import type { Certificate } from '../x509/certificate.js';
import { frameWarnings } from '../x509/certificate-warnings.js';
import { extensionFields } from './extensions-json.js';
import type { Lookups } from './on-demand.js';
import { fingerprintsJson, issuerJson, keyJson, nameJson, signatureJson } from './parts-json.js';
import { isoTime, validity } from './validity.js';

/** What the JSON of an object depends on besides the object. */
export interface JsonContext {
  /** Now, in milliseconds since 1970. */
  readonly now: number;
  /** May throw, to be asked again later. */
  readonly lookups: Lookups;
}

/**
 * The properties of a certificate behind `index`, as pkiutils-json(5) lists them, without the closing brace.
 *
 * @param warnings what was odd about how it was read; its own warnings follow
 * @throws {DerError} it cannot be read
 */
export function certificateJson(certificate: Certificate, context: JsonContext, warnings: readonly string[]): string {
  const { elements } = certificate;
  const found = frameWarnings(certificate);
  const all = warnings.length === 0 ? found : [...warnings, ...found];
  const subject = nameJson(certificate.subject);
  const issuer = issuerJson(certificate.issuer);
  const { notBefore, notAfter, daysLeft, status } = validity(certificate, context.now);
  const key = keyJson(certificate.publicKey, all);
  const { shared, own } = extensionFields(certificate.extensionSequences, context.lookups, all);
  const signature = signatureJson(elements.outerAlgorithm, all);
  return (
    `,"warnings":${quoteAll(all)},"version":${certificate.version},"serial":"${certificate.serial}"` +
    `,"subject":${subject.text},"issuer":${issuer.text}` +
    `,"subject_fields":${subject.fields},"issuer_fields":${issuer.fields}` +
    `,"not_before":${isoTime(notBefore)},"not_after":${isoTime(notAfter)}` +
    `,"days_left":${daysLeft},"status":${status === null ? 'null' : `"${status}"`}` +
    `,"names":${own.names},"key":${key},"signature":${signature}` +
    `,"fingerprints":${fingerprintsJson(certificate.der)}${shared.usages}` +
    `,"subject_key_id":${own.subjectKeyId}${shared.services},"scts":${own.scts}` +
    `,"extensions":${shared.list},"self_issued":${certificate.isSelfIssued}`
  );
}
