import { attempt } from '../../errors.js';
import { keyProperty, namesProperty } from '../../show/property-values.js';
import { jsonOf } from '../../text/json.js';
import type { JudgedRequest } from './judged-request.js';

/** The report for programs: one object, in the field names of pkiutils-json(5). */
export function jsonReport(judged: JudgedRequest, source: string, index: number): string {
  const { request, subject, key, extensions, signature } = judged.values;
  return jsonOf({
    type: 'request',
    source,
    index,
    profile: judged.profile.name,
    verdict: judged.verdict,
    subject: subject?.text ?? null,
    subject_fields: subject?.fields ?? {},
    names: namesProperty(extensions.subjectAltNames),
    key: keyProperty(key, request.publicKey.der),
    signature: {
      algorithm: signature?.algorithm ?? null,
      hash: signature?.hash ?? null,
      valid: judged.signature === 'good' ? true : judged.signature === 'bad' ? false : null,
    },
    key_usage: extensions.keyUsage ?? null,
    extended_key_usage: extensions.extendedKeyUsage ?? null,
    is_ca: extensions.basicConstraints?.isCa ?? false,
    must_staple: extensions.mustStaple,
    // Without their values: one of them may be a password.
    attributes: (attempt(() => request.attributes) ?? []).map(({ oid, name }) => ({ oid, name })),
    findings: judged.findings.map(({ rule, severity, message, source, hint }) => ({
      rule,
      severity,
      message,
      source,
      hint,
    })),
  });
}
