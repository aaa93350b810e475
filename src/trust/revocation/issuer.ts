import { verifySigned } from '../../crypto/verify-signed.js';
import { attempt } from '../../errors.js';
import type { Certificate } from '../../x509/certificate.js';
import { sameName } from '../../x509/name.js';
import type { PileBudget } from '../budget.js';

/** True where a CA's key made a certificate's signature, and its name stands there as the issuer's. */
export const isIssuedBy = (certificate: Certificate, ca: Certificate): boolean =>
  attempt(() => isCa(ca) && sameName(ca.subject, certificate.issuer)) === true &&
  verifySigned(certificate, ca.elements.publicKey.encoding()) === 'good';

/** Roots from before there were extensions are CAs, too. */
const isCa = (certificate: Certificate): boolean =>
  certificate.basicConstraints?.isCa === true || (certificate.version < 3 && certificate.isSelfIssued);

/**
 * The issuer of a certificate among others, those valid at the time before those that are not; undefined for none.
 *
 * @param budget bounds the signatures that are checked in vain
 */
export function issuerAmong(
  certificate: Certificate,
  others: readonly Certificate[],
  at: number,
  budget: PileBudget,
): Certificate | undefined {
  const isValid = ({ start, expiry }: Certificate) => start !== null && expiry !== null && start <= at && at <= expiry;
  const inOrder = [...others.filter(isValid), ...others.filter((each) => !isValid(each))];
  return inOrder.find((each) => budget.signature(each) && isIssuedBy(certificate, each));
}
