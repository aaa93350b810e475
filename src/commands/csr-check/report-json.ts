import { attempt } from '../../errors.js';
import type { Facts } from '../../rules/facts.js';
import type { Judgement } from '../../rules/judge.js';
import { jsonOf } from '../../text/json.js';
import type { GeneralName } from '../../x509/general-name.js';

/** The report for programs: one object, in the field names of pkiutils-json(5). */
export function jsonReport(facts: Facts, judgement: Judgement, source: string, index: number): string {
  const { request, signatureAlgorithm: algorithm, signature } = facts;
  return jsonOf({
    type: 'request',
    source,
    index,
    profile: facts.profile.name,
    verdict: judgement.verdict,
    subject: attempt(() => request.subject.toString()) ?? null,
    subject_fields: attempt(() => request.subject.fields) ?? {},
    names: {
      dns: valuesOf(facts, 'dns'),
      ip: valuesOf(facts, 'ip'),
      email: valuesOf(facts, 'email'),
      uri: valuesOf(facts, 'uri'),
      other: facts.sans.filter(({ type }) => !plainTypes.includes(type)).map(({ value }) => value),
    },
    key: {
      type: facts.keyType,
      bits: facts.keyBits,
      curve: facts.curve,
      exponent: facts.rsa?.exponent.toString() ?? null,
      spki_sha256: facts.keyFingerprint,
    },
    signature: {
      algorithm: algorithm?.algorithm ?? null,
      hash: algorithm?.hash ?? null,
      valid: signature === 'good' ? true : signature === 'bad' ? false : null,
    },
    key_usage: attempt(() => request.keyUsage) ?? null,
    extended_key_usage: facts.extendedKeyUsage ?? null,
    is_ca: attempt(() => request.basicConstraints)?.isCa ?? false,
    must_staple: attempt(() => request.mustStaple) ?? false,
    // Without their values: one of them may be a password.
    attributes: (attempt(() => request.attributes) ?? []).map(({ oid, name }) => ({ oid, name })),
    findings: judgement.findings,
  });
}

const plainTypes: readonly GeneralName['type'][] = ['dns', 'ip', 'email', 'uri'];

const valuesOf = (facts: Facts, type: GeneralName['type']): string[] => facts.sansOf(type).map(({ value }) => value);
