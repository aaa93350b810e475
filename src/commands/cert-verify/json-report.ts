import { identityProperties, timeProperty } from '../../show/property-values.js';
import { type JsonObject, jsonOf } from '../../text/json.js';
import type { Requirements } from '../../trust/requirements.js';
import type { Certificate } from '../../x509/certificate.js';
import { fingerprint } from '../../x509/fingerprint.js';
import type { CertificateAnswer } from '../cert-verify.js';
import { hintFor } from './hints.js';

/** The answer for programs: one object, as pkiutils-json(5) has it. */
export function jsonReport(answer: CertificateAnswer, requirements: Requirements): string {
  const { judged, verification, source, index } = answer;
  const { verdict, path, tried, untold, isCutShort } = verification;
  return jsonOf({
    type: 'verification',
    source,
    index,
    place: judged.place,
    verdict,
    profile: requirements.profile,
    purpose: requirements.purpose,
    names: requirements.names.map(({ value }) => value),
    at: timeProperty(requirements.at),
    certificate: summary(judged.certificate),
    path: path === undefined ? null : path.map(summary),
    tried: tried.map((each) => ({
      path: each.certificates.map(summary),
      at: each.at,
      code: each.problem.code,
      message: each.problem.message,
      clause: each.problem.clause,
      hint: hintFor(each, answer) ?? null,
    })),
    untold,
    cut_short: isCutShort,
  });
}

const summary = (certificate: Certificate): JsonObject => ({
  ...identityProperties(certificate),
  not_after: timeProperty(certificate.expiry),
  sha256: fingerprint('sha256', certificate.der),
});
