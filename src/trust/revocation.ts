import { verifySigned } from '../crypto/verify-signed.js';
import { isoDate } from '../text/iso-time.js';
import type { Certificate } from '../x509/certificate.js';
import type { Crl, RevokedCertificate } from '../x509/crl.js';
import { ExtensionOid } from '../x509/extension.js';
import { sameName } from '../x509/name.js';
import { readTime } from '../x509/time.js';
import type { Problem } from './problem.js';

/**
 * The reason not to go on with a certificate for what revocation lists say of it, undefined where there is none. Lists of
 * other issuers are passed over; a list of its issuer that cannot be relied on is worse than none.
 *
 * @throws {DerError}
 */
export function revocationProblem(
  certificate: Certificate,
  issuer: Certificate,
  crls: readonly Crl[],
  at: number,
): Problem | undefined {
  const own = crls.filter((crl) => isListOf(crl, certificate, issuer));
  const flaws = own.map((crl) => flawOf(crl, issuer, at));
  for (const [i, crl] of own.entries()) {
    const entry = flaws[i] === undefined ? entryOf(crl, certificate.serial) : undefined;
    if (entry !== undefined) return revoked(entry);
  }
  const flaw = flaws.includes(undefined) ? undefined : flaws.find((each) => each !== undefined);
  return flaw === undefined
    ? undefined
    : {
        code: 'revocation_unknown',
        message: `may be revoked: the revocation list of its issuer ${flaw.message}`,
        clause: flaw.clause,
        isUncertain: true,
      };
}

function revoked({ time, reason }: RevokedCertificate): Problem {
  const when = time === null ? '' : ` ${isoDate(time)}`;
  const why = reason === null ? '' : ` (${reason})`;
  const state = reason === 'certificateHold' ? 'was suspended' : 'was revoked';
  return { code: 'revoked', message: `${state}${when}${why}`, clause: 'RFC 5280 6.3.3' };
}

/** True for a list by the certificate's issuer, as far as names and key identifiers tell. */
function isListOf(crl: Crl, certificate: Certificate, { subjectKeyId }: Certificate): boolean {
  if (!sameName(crl.issuer, certificate.issuer)) return false;
  const { authorityKeyId } = crl;
  return authorityKeyId === null || subjectKeyId === null || authorityKeyId === subjectKeyId;
}

/** The reason a list says nothing, undefined for one that can be relied on (RFC 5280 5, 6.3.3). */
function flawOf(crl: Crl, issuer: Certificate, at: number): { message: string; clause: string } | undefined {
  if (verifySigned(crl, issuer.elements.publicKey.encoding()) !== 'good') {
    return { message: 'has a signature that its key did not make', clause: 'RFC 5280 6.3.3 (g)' };
  }
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.includes('cRLSign')) {
    return { message: 'is signed with a key that has no key usage cRLSign', clause: 'RFC 5280 6.3.3 (f)' };
  }
  const number = crl.extension(ExtensionOid.crlNumber);
  if (number === undefined || number.critical) {
    const what = number === undefined ? 'has no number' : 'marks its number critical';
    return { message: what, clause: 'RFC 5280 5.2.3' };
  }
  const unknown = crl.extensions.find(({ oid, critical }) => critical && oid !== ExtensionOid.crlNumber);
  if (unknown !== undefined) {
    return { message: `has the critical extension ${unknown.oid}, which nothing here knows`, clause: 'RFC 5280 5.2' };
  }
  const { thisUpdate, nextUpdate } = crl.elements;
  if (at < readTime(thisUpdate)) return { message: 'is not in force yet', clause: 'RFC 5280 5.1.2.4' };
  if (nextUpdate !== undefined && at > readTime(nextUpdate)) {
    return { message: 'is out of date', clause: 'RFC 5280 5.1.2.5' };
  }
  return undefined;
}

function entryOf(crl: Crl, serial: string): RevokedCertificate | undefined {
  for (const entry of crl.revoked()) if (entry.serial === serial) return entry;
  return undefined;
}
