import { attempt } from '../../errors.js';
import type { Certificate } from '../../x509/certificate.js';
import { sameName } from '../../x509/name.js';
import type { Problem } from '../problem.js';
import { isIssuedBy } from './issuer.js';
import type { RevocationList, StatusQuestion } from './question.js';

/** The certificates a list may be signed with: those of its issuer, each key once. */
export function signerCandidates(issuer: Certificate['issuer'], among: readonly Certificate[]): Certificate[] {
  const keys = new Set<string>();
  return among.filter((each) => {
    if (attempt(() => sameName(each.subject, issuer)) !== true) return false;
    const key = Buffer.from(each.elements.publicKey.encoding()).toString('latin1');
    return !keys.has(key) && keys.add(key);
  });
}

/**
 * The reason not to rely on who signed a list, undefined where there is none (RFC 5280 6.3.3 (f), (g)): its issuer is the
 * certificate's, or one that the same CA, or the CA above it, vouches for.
 */
export function signerFlaw({ crl, verdictOf }: RevocationList, question: StatusQuestion): Problem | undefined {
  const { issuer, signers, at } = question;
  const candidates = signerCandidates(crl.issuer, [issuer, ...signers]);
  if (candidates.length === 0) {
    const message = `the list is signed by ${crl.issuer}, whose certificate is not at hand`;
    return { code: 'crl_signer', message, clause: 'RFC 5280 6.3.3 (f)', hint: 'give it with --issuer' };
  }
  const verdicts = candidates.map(verdictOf);
  const signer = candidates[verdicts.indexOf('good')];
  if (signer === undefined) {
    const unchecked = verdicts.find((each) => typeof each === 'object');
    const clause = 'RFC 5280 6.3.3 (g)';
    if (unchecked === undefined) {
      return {
        code: 'crl_signature',
        message: 'the list has a signature that the key of its issuer did not make',
        clause,
      };
    }
    const message = `the signature of the list was not checked: ${unchecked.unchecked}`;
    return { code: 'crl_unchecked', message, clause, isUncertain: true };
  }
  const isOwn = hasKeyOf(signer, issuer);
  if (!isOwn && !isVouchedFor(signer, question)) {
    const message = `the list is signed by ${signer.subject}, which nothing links to the certificate's issuer`;
    return { code: 'crl_signer', message, clause: 'RFC 5280 6.3.3 (f)' };
  }
  const { keyUsage } = signer;
  if (keyUsage === undefined ? !isOwn : !keyUsage.includes('cRLSign')) {
    const message = 'the list is signed with a key that has no key usage cRLSign';
    return { code: 'crl_usage', message, clause: 'RFC 5280 6.3.3 (f)' };
  }
  const { start, expiry } = signer;
  if (start === null || expiry === null || at < start || at > expiry) {
    const message = 'the list is signed with a certificate that is not valid at this time';
    return { code: 'crl_signer', message, clause: 'RFC 5280 6.3.3 (f)' };
  }
  return undefined;
}

const hasKeyOf = (a: Certificate, b: Certificate): boolean =>
  Buffer.compare(a.elements.publicKey.encoding(), b.elements.publicKey.encoding()) === 0;

/** True where the certificate's issuer issued the signer, or one CA issued both. */
const isVouchedFor = (signer: Certificate, { issuer, signers }: StatusQuestion): boolean =>
  isIssuedBy(signer, issuer) || signers.some((above) => isIssuedBy(issuer, above) && isIssuedBy(signer, above));
