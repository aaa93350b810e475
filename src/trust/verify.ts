import type { Certificate } from '../x509/certificate.js';
import type { CertificateStore, StoredCertificate } from './certificate-store.js';
import { Judge, unlessDamaged } from './judge.js';
import { nameProblem } from './name-problem.js';
import { PathSearch, type TriedPath } from './path-search.js';
import { policyProblem } from './policies.js';
import type { Problem } from './problem.js';
import type { Requirements } from './requirements.js';
import { revocationProblem } from './revocation.js';

/** The answer about one certificate. */
export interface Verification {
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  /** The path from the certificate up to an anchor, undefined where none is sound. */
  readonly path: readonly Certificate[] | undefined;
  /** The paths that were tried in vain, the longest first. */
  readonly tried: readonly TriedPath[];
  /** How many more there were. */
  readonly untold: number;
  /** True when there were too many paths to try them all. */
  readonly isCutShort: boolean;
}

/**
 * Whether a client would trust certificates: path building, path validation (RFC 5280 6), names (RFC 9525) and revocation
 * lists, with one set of anchors and requirements for any number of certificates.
 */
export class Verifier {
  readonly #store: CertificateStore;
  readonly #requirements: Requirements;
  readonly #judge: Judge;

  constructor(store: CertificateStore, requirements: Requirements) {
    this.#store = store;
    // RFC 5280 4.1.2.5: the times of certificates are whole seconds, and both ends belong to the validity.
    this.#requirements = { ...requirements, at: Math.floor(requirements.at / 1000) * 1000 };
    this.#judge = new Judge(this.#requirements);
  }

  /** The answer about a certificate of the store. */
  verify(stored: StoredCertificate): Verification {
    const search = new PathSearch(this.#store, this.#judge, this.#requirements, (path) => this.#refusal(path));
    const found = search.find(stored);
    const { untold, isCutShort } = search;
    if (found === undefined) {
      const { tried } = search;
      const isUnknown = isCutShort || tried.some(({ problem }) => problem.isUncertain);
      return { verdict: isUnknown ? 'unknown' : 'invalid', path: undefined, tried, untold, isCutShort };
    }
    const problem = nameProblem(stored.certificate, this.#requirements.names);
    if (problem === undefined) return { verdict: 'valid', path: found, tried: search.tried, untold, isCutShort };
    const tried = [{ certificates: found, at: 0, problem }];
    return { verdict: 'invalid', path: undefined, tried, untold: 0, isCutShort: false };
  }

  /** The reason against a path that reaches an anchor, for what only a whole path can show. */
  #refusal(path: readonly Certificate[]): Problem | undefined {
    const { policies, crls, at } = this.#requirements;
    const policy = unlessDamaged(() => policyProblem(path.slice(0, Math.max(1, path.length - 1)).reverse(), policies));
    if (policy !== undefined) return policy;
    for (const [i, certificate] of path.entries()) {
      const issuer = path[i + 1];
      const problem = issuer && unlessDamaged(() => revocationProblem(certificate, issuer, crls, at));
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
}
