import type { Certificate } from '../x509/certificate.js';
import type { CertificateStore, StoredCertificate } from './certificate-store.js';
import { Judge, unlessDamaged } from './judge.js';
import { nameProblem } from './name-problem.js';
import { PathSearch, type Refusal, type TriedPath } from './path-search.js';
import { policyProblem } from './policies.js';
import type { Requirements } from './requirements.js';

/** The answer about one certificate. */
export interface Verification {
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  /** The path from the certificate up to an anchor, undefined where none is sound. */
  readonly path: readonly Certificate[] | undefined;
  /** The paths that were tried in vain, the longest first. */
  readonly tried: readonly TriedPath[];
  /** The number of those beyond. */
  readonly untold: number;
  /** True when there were too many paths to try them all. */
  readonly isCutShort: boolean;
}

/**
 * Whether a client would trust certificates: path building, path validation (RFC 5280 6), names (RFC 9525) and revocation
 * lists, with one set of requirements for any number of certificates.
 */
export class PathVerifier {
  readonly #requirements: Requirements;
  readonly #judge: Judge;

  constructor(requirements: Requirements) {
    // RFC 5280 4.1.2.5: the times of certificates are whole seconds, and both ends belong to the validity.
    this.#requirements = { ...requirements, at: Math.floor(requirements.at / 1000) * 1000 };
    this.#judge = new Judge(this.#requirements);
  }

  /**
   * The answer about a certificate.
   *
   * @param store where issuers are looked for; stores with a common base share what is found out about that
   */
  verify(stored: StoredCertificate, store: CertificateStore): Verification {
    const search = new PathSearch(store, this.#judge, this.#requirements, (path) => this.#refusal(path));
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
  #refusal(path: readonly Certificate[]): ReturnType<Refusal> {
    const { policies, revocation, at } = this.#requirements;
    // An anchor is no part of the path that is validated, unless it is all of it.
    const policy = unlessDamaged(() => policyProblem(path.slice(0, Math.max(1, path.length - 1)).reverse(), policies));
    if (policy !== undefined) return { at: 0, problem: policy };
    if (revocation === undefined) return undefined;
    for (const [i, certificate] of path.entries()) {
      const issuer = path[i + 1];
      const problem = issuer && unlessDamaged(() => revocation(certificate, issuer, path, at));
      if (problem !== undefined) return { at: i, problem };
    }
    return undefined;
  }
}
