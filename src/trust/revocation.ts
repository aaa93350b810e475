import { isoDate } from '../text/iso-time.js';
import type { Certificate } from '../x509/certificate.js';
import type { Crl } from '../x509/crl.js';
import { ExtensionOid } from '../x509/extension.js';
import { sameName } from '../x509/name.js';
import type { Problem } from './problem.js';
import type { RevocationCheck } from './requirements.js';
import { judgeLists } from './revocation/judge-lists.js';
import type { RevocationList, StatusAnswer } from './revocation/question.js';
import { wholeList } from './revocation/whole-list.js';

/**
 * Asks lists about the certificates of paths. Lists of other issuers are passed over; a list of its issuer that cannot be
 * relied on is worse than none.
 */
export function revocationCheck(crls: readonly Crl[]): RevocationCheck {
  const lists = crls.map(wholeList);
  return (certificate, issuer, path, at) => revocationProblem(certificate, issuer, path, lists, at);
}

function revocationProblem(
  certificate: Certificate,
  issuer: Certificate,
  path: readonly Certificate[],
  lists: readonly RevocationList[],
  at: number,
): Problem | undefined {
  const question = { certificate, issuer, signers: path, at, maxAge: undefined };
  const own = lists.filter(({ crl }) => !isOfOtherKey(crl, issuer));
  const conforming = own.filter(({ crl }) => conformityFlaw(crl) === undefined);
  const { answer, flaws } = judgeLists(question, conforming);
  if (answer !== undefined) return answer.state === 'good' ? undefined : revoked(answer);
  const odd = own
    .filter(({ crl }) => sameName(crl.issuer, certificate.issuer))
    .flatMap(({ crl }) => conformityFlaw(crl) ?? []);
  const problem = [...flaws.map((each) => each.problem), ...odd].find(({ code }) => code !== 'crl_issuer');
  return (
    problem && {
      code: 'revocation_unknown',
      message: `may be revoked: ${problem.message}`,
      clause: problem.clause,
      isUncertain: true,
    }
  );
}

function revoked({ state, since, reason }: StatusAnswer): Problem {
  const when = since === null ? '' : ` ${isoDate(since)}`;
  const why = reason === null ? '' : ` (${reason})`;
  return { code: 'revoked', message: `was ${state}${when}${why}`, clause: 'RFC 5280 6.3.3' };
}

/** True for a list by a CA of the issuer's name with another key, as far as key identifiers tell. */
function isOfOtherKey(crl: Crl, { subjectKeyId }: Certificate): boolean {
  const { authorityKeyId } = crl;
  return authorityKeyId !== null && subjectKeyId !== null && authorityKeyId !== subjectKeyId;
}

/** The profile of RFC 5280 5.2.3, which paths are held to as a whole. */
function conformityFlaw(crl: Crl): Problem | undefined {
  const number = crl.extension(ExtensionOid.crlNumber);
  if (number !== undefined && !number.critical) return undefined;
  const what = number === undefined ? 'has no number' : 'marks its number critical';
  return { code: 'crl_number', message: `the list ${what}`, clause: 'RFC 5280 5.2.3' };
}
