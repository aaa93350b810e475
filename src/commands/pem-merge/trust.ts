import { CertificateStore } from '../../trust/certificate-store.js';
import { plainRequirements } from '../../trust/requirements.js';
import { PathVerifier, type Verification } from '../../trust/verify.js';
import type { Certificate } from '../../x509/certificate.js';
import type { CertificateItem } from './bundle-input.js';

/** The answers of path validation for --trust: loaded when it is given. */
export class TrustedPaths {
  readonly #store = new CertificateStore();
  readonly #verifier: PathVerifier;
  readonly #answers = new Map<Certificate, Verification>();

  constructor(certificates: readonly CertificateItem[], trusted: readonly CertificateItem[], now: Date) {
    for (const { certificate } of certificates) this.#store.addRead(certificate);
    for (const { certificate } of trusted) this.#store.addRead(certificate, true);
    // No names: --covers has its own words, and takes wildcards.
    this.#verifier = new PathVerifier(plainRequirements(now.getTime(), 'server'));
  }

  /** The answer about a leaf. */
  verify(leaf: Certificate): Verification {
    let answer = this.#answers.get(leaf);
    if (answer === undefined) {
      answer = this.#verifier.verify(this.#store.addRead(leaf), this.#store);
      this.#answers.set(leaf, answer);
    }
    return answer;
  }
}
