import { CertificateStore } from '../../trust/certificate-store.js';
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
    this.#verifier = new PathVerifier({
      at: now.getTime(),
      profile: 'rfc5280',
      purpose: 'server',
      // --covers has its own words, and takes wildcards.
      names: [],
      depth: undefined,
      policies: [],
      revocation: undefined,
      isRegistrySuffix: () => false,
    });
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
