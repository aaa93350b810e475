import type { Certificate } from '../x509/certificate.js';
import { frameWarnings } from '../x509/certificate-warnings.js';
import { quoteAll } from '../x509/json-text.js';
import { extensionFields } from './extensions-json.js';
import { JoinMemo } from './join-memo.js';
import type { Lookups } from './on-demand.js';
import { fingerprintsJson, issuerJson, keyJson, nameJson, signatureJson } from './parts-json.js';
import { isoTime, validity } from './validity.js';

const usages = new JoinMemo(
  ([isCa, pathLength, keyUsage, extendedKeyUsage]) =>
    `,"is_ca":${isCa},"path_length":${pathLength},"key_usage":${keyUsage},"extended_key_usage":${extendedKeyUsage}`,
);

/** What a CA gives its certificates: where its lists are, and by what policies it works. */
const services = new JoinMemo(
  ([crlUrls, ocspUrls, issuerUrls, policies, mustStaple]) =>
    `,"crl_urls":${crlUrls},"ocsp_urls":${ocspUrls},"issuer_urls":${issuerUrls}` +
    `,"policies":${policies},"must_staple":${mustStaple}`,
);

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
  const own = frameWarnings(certificate);
  const all = warnings.length === 0 ? own : [...warnings, ...own];
  const subject = nameJson(certificate.subject);
  const issuer = issuerJson(certificate.issuer);
  const { notBefore, notAfter, daysLeft, status } = validity(certificate, context.now);
  const key = keyJson(certificate.publicKey, all);
  const extensions = extensionFields(certificate.extensionSequences, context.lookups, all);
  const signature = signatureJson(elements.outerAlgorithm, all);
  return (
    `,"warnings":${quoteAll(all)},"version":${certificate.version},"serial":"${certificate.serial}"` +
    `,"subject":${subject.text},"issuer":${issuer.text}` +
    `,"subject_fields":${subject.fields},"issuer_fields":${issuer.fields}` +
    `,"not_before":${isoTime(notBefore)},"not_after":${isoTime(notAfter)}` +
    `,"days_left":${daysLeft},"status":${status === null ? 'null' : `"${status}"`}` +
    `,"names":${extensions.names},"key":${key},"signature":${signature}` +
    `,"fingerprints":${fingerprintsJson(certificate.der)}` +
    usages.get([extensions.isCa, extensions.pathLength, extensions.keyUsage, extensions.extendedKeyUsage]) +
    `,"subject_key_id":${extensions.subjectKeyId},"authority_key_id":${extensions.authorityKeyId}` +
    services.get([
      extensions.crlUrls,
      extensions.ocspUrls,
      extensions.issuerUrls,
      extensions.policies,
      extensions.mustStaple,
    ]) +
    `,"scts":${extensions.scts}` +
    `,"extensions":${extensions.list},"self_issued":${certificate.isSelfIssued}`
  );
}
