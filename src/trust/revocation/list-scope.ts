import type { Certificate } from '../../x509/certificate.js';
import type { Crl } from '../../x509/crl.js';
import {
  crlDistributionPoints,
  type DistributionPoint,
  type DistributionPointName,
  type IssuingDistributionPoint,
  issuingDistributionPoint,
  type ReasonFlag,
  reasonFlagNames,
} from '../../x509/extensions/distribution-points.js';
import type { GeneralName } from '../../x509/general-name.js';
import { comparableRdns, type Name, sameName } from '../../x509/name.js';
import type { Problem } from '../problem.js';

/** Every reason there is: with all of them covered, a certificate on no list is good (RFC 5280 6.3.2). */
export const allReasons: readonly ReasonFlag[] = reasonFlagNames.filter((name) => name !== 'unused');

/** A place a list may be from, as the certificate or its issuer names it. */
type Point = Omit<DistributionPoint, 'fullName'> & { readonly names: readonly string[] };

const SCOPE = 'RFC 5280 6.3.3 (b)';

/**
 * The reasons for which a list tells the status of a certificate, or why it does not (RFC 5280 6.3.3 (b), (d), (e)).
 *
 * @throws {DerError}
 */
export function scopeOf(crl: Crl, certificate: Certificate): readonly ReasonFlag[] | Problem {
  const scope = crl.value(issuingDistributionPoint);
  const wrongKind = scope && kindProblem(scope, certificate);
  if (wrongKind !== undefined) return wrongKind;
  const answers = pointsOf(certificate).map((point) => coveredAt(point, crl, scope, certificate.issuer));
  const reasons = new Set(answers.flatMap((answer) => ('code' in answer ? [] : answer)));
  if (reasons.size > 0) return allReasons.filter((reason) => reasons.has(reason));
  const problems = answers.filter((answer): answer is Problem => 'code' in answer);
  return problems.find(({ code }) => code !== 'crl_issuer') ?? problems[0] ?? noReasons;
}

const noReasons: Problem = { code: 'crl_reasons', message: 'the list is for no reason at all', clause: SCOPE };

/** The certificate's distribution points, and behind them its issuer itself (RFC 5280 6.3.3, at its end). */
function pointsOf(certificate: Certificate): Point[] {
  const { issuer } = certificate;
  const own = (certificate.value(crlDistributionPoints) ?? []).map(({ fullName, relativeName, reasons, crlIssuer }) => {
    const [above = issuer] = crlIssuer.flatMap((name) => (name.type === 'dn' ? [name.name] : []));
    const named = namesOf({ fullName, relativeName }, above);
    const names = named.length === 0 ? crlIssuer.map(comparable) : named;
    return { names, relativeName, reasons, crlIssuer };
  });
  return [...own, { names: [nameKey(issuer)], relativeName: undefined, reasons: undefined, crlIssuer: [] }];
}

function coveredAt(
  { names, reasons = allReasons, crlIssuer }: Point,
  crl: Crl,
  scope: IssuingDistributionPoint | undefined,
  certificateIssuer: Name,
): readonly ReasonFlag[] | Problem {
  const expected =
    crlIssuer.length === 0 ? [certificateIssuer] : crlIssuer.flatMap((each) => (each.type === 'dn' ? [each.name] : []));
  if (!expected.some((name) => sameName(name, crl.issuer))) {
    const message = `the list is of ${crl.issuer}, another issuer than the certificate names`;
    return { code: 'crl_issuer', message, clause: `${SCOPE} (1)` };
  }
  if (!sameName(crl.issuer, certificateIssuer) && scope?.isIndirect !== true) {
    return { code: 'crl_scope', message: 'the list is not for certificates of other issuers', clause: `${SCOPE} (1)` };
  }
  const scopeNames = scope === undefined ? [] : namesOf(scope, crl.issuer);
  if (scopeNames.length > 0 && !scopeNames.some((name) => names.includes(name))) {
    const place = scope?.fullName.map(({ value }) => value).join(', ') || 'another distribution point';
    const message = `the list is for the certificates of ${place}, of which this is none`;
    return { code: 'crl_scope', message, clause: `${SCOPE} (2)(i)` };
  }
  const { onlyReasons = allReasons } = scope ?? {};
  return reasons.filter((reason) => reason !== 'unused' && onlyReasons.includes(reason));
}

/** RFC 5280 6.3.3 (b) (2) (ii) to (iv). */
function kindProblem(scope: IssuingDistributionPoint, { basicConstraints }: Certificate): Problem | undefined {
  const isCa = basicConstraints?.isCa === true;
  const only = scope.onlyAttributeCertificates
    ? 'attribute certificates'
    : scope.onlyUserCertificates && isCa
      ? 'certificates of end entities'
      : scope.onlyCaCertificates && !isCa
        ? 'certificates of CAs'
        : undefined;
  return only === undefined
    ? undefined
    : { code: 'crl_scope', message: `the list is for ${only} only`, clause: `${SCOPE} (2)` };
}

/** The names of a distribution point, in a form that is the same for the same names. */
function namesOf({ fullName, relativeName }: DistributionPointName, above: Name): string[] {
  if (relativeName === undefined) return fullName.map(comparable);
  return [`dn ${JSON.stringify(comparableRdns({ rdns: [...above.rdns, relativeName] }))}`];
}

const comparable = (name: GeneralName): string =>
  name.type === 'dn' ? nameKey(name.name) : `${name.type} ${name.value}`;

const nameKey = (name: Name): string => `dn ${JSON.stringify(comparableRdns(name))}`;
