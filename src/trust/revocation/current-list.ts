import { attempt } from '../../errors.js';
import type { Certificate } from '../../x509/certificate.js';
import { timesOf } from './list-flaw.js';
import { signerCandidates } from './list-signer.js';
import type { RevocationList } from './question.js';

/** True for a list with the signature of one of these certificates. */
export const isSignedList = ({ crl, verdictOf }: RevocationList, signers: readonly Certificate[]): boolean =>
  signerCandidates(crl.issuer, signers).some((signer) => verdictOf(signer) === 'good');

/** True for a list that is neither out of date nor older than `maxAge` milliseconds at a time. */
export function isCurrentList({ crl }: RevocationList, at: number, maxAge: number | undefined): boolean {
  const times = attempt(() => timesOf(crl));
  if (times === undefined) return false;
  const { thisUpdate, nextUpdate } = times;
  return nextUpdate !== null && at <= nextUpdate && (maxAge === undefined || at - thisUpdate <= maxAge);
}
