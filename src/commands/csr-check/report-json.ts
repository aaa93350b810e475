import { attempt } from '../../errors.js';
import type { ExaminedRequest } from '../../rules/examined-request.js';
import type { Judgement } from '../../rules/judge.js';
import { readName } from '../../show/name-reading.js';
import { keyProperty, namesProperty } from '../../show/property-values.js';
import { jsonOf } from '../../text/json.js';

/** The report for programs: one object, in the field names of pkiutils-json(5). */
export function jsonReport(examined: ExaminedRequest, judgement: Judgement, source: string, index: number): string {
  const { request, requested, signatureAlgorithm, signature } = examined;
  const subject = attempt(() => readName(request.elements.subject));
  return jsonOf({
    type: 'request',
    source,
    index,
    profile: examined.profile.name,
    verdict: judgement.verdict,
    subject: subject?.text ?? null,
    subject_fields: subject?.fields ?? {},
    names: namesProperty(examined.sans),
    key: keyProperty(examined.key, request.publicKey.der),
    signature: {
      algorithm: signatureAlgorithm?.algorithm ?? null,
      hash: signatureAlgorithm?.hash ?? null,
      valid: signature === 'good' ? true : signature === 'bad' ? false : null,
    },
    key_usage: attempt(() => requested.keyUsage) ?? null,
    extended_key_usage: examined.extendedKeyUsage ?? null,
    is_ca: attempt(() => requested.basicConstraints)?.isCa ?? false,
    must_staple: attempt(() => requested.mustStaple) ?? false,
    // Without their values: one of them may be a password.
    attributes: (attempt(() => request.attributes) ?? []).map(({ oid, name }) => ({ oid, name })),
    findings: judgement.findings.map(({ rule, severity, message, source, hint }) => ({
      rule,
      severity,
      message,
      source,
      hint,
    })),
  });
}
