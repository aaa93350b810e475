import { PkiError } from '../../errors.js';
import { CertificateStore } from '../../trust/certificate-store.js';
import { type Purpose, plainRequirements } from '../../trust/requirements.js';
import { extendedUsageFor } from '../../trust/usage.js';
import { PathVerifier } from '../../trust/verify.js';
import type { Certificate } from '../../x509/certificate.js';

/** The uses a certificate was made for; any where it has no extended key usage, as a CA. */
function purposesOf({ extendedKeyUsage }: Certificate): readonly Purpose[] {
  const uses: readonly Purpose[] = ['server', 'client'];
  const own = uses.filter((purpose) => extendedKeyUsage?.includes(extendedUsageFor(purpose) ?? ''));
  return own.length === 0 ? ['any'] : own;
}

/**
 * Refuses a certificate that no client would trust under the CA that is about to issue it: for another use than the CA's,
 * outside of its name constraints, beyond its path length.
 *
 * @throws {PkiError} status 1, with the rule
 */
export function refuseUntrusted(der: Uint8Array, ca: Certificate, now: Date): void {
  const store = new CertificateStore();
  store.addRead(ca, true);
  const issued = store.add(der);
  for (const purpose of purposesOf(issued.certificate)) {
    const verifier = new PathVerifier(plainRequirements(now.getTime(), purpose));
    const [tried] = verifier.verify(issued, store).tried;
    if (tried === undefined) continue;
    const { problem, at } = tried;
    const whose = at === 0 ? 'the certificate' : `the CA ${ca.subject}`;
    throw new PkiError('CA_UNFIT', `no client would trust it: ${whose} ${problem.message} [${problem.clause}]`, {
      status: 1,
    });
  }
}
