import { attempt } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { Budget } from './budget.js';
import type { CertificateStore, StoredCertificate } from './certificate-store.js';
import type { Judge } from './judge.js';
import type { Problem } from './problem.js';
import type { Requirements } from './requirements.js';

/** A path that was tried and led nowhere. */
export interface TriedPath {
  /** The judged certificate, its issuer, that one's issuer… as far as it went. */
  readonly certificates: readonly Certificate[];
  /** The place in it of the certificate that the problem is about. */
  readonly at: number;
  readonly problem: Problem;
}

/** The reason against a path that is whole, and the place of the certificate that it is about; undefined for none. */
export type Refusal = (path: readonly Certificate[]) => Pick<TriedPath, 'at' | 'problem'> | undefined;

/** A certificate on top of those below it. */
interface Step {
  readonly stored: StoredCertificate;
  readonly below: Step | undefined;
  /** Certificates between the first and this, this one counted, that are not self-issued. */
  readonly intermediates: number;
}

/** More are not told one by one. */
const MOST_TOLD = 12;

/**
 * The search for a path from one certificate up to an anchor: every way is tried, the most promising first, names and key
 * identifiers being hints of where to look (RFC 4158). It goes upward, so that a link is judged once, with all that is
 * below it, and what cannot be saved is not followed.
 */
export class PathSearch {
  readonly #store: CertificateStore;
  readonly #judge: Judge;
  readonly #requirements: Requirements;
  readonly #refusal: Refusal;
  readonly #budget = new Budget();
  readonly #tried: TriedPath[] = [];
  #untold = 0;
  #path: readonly Certificate[] | undefined;

  /** @param refusal the last word on a path that is whole */
  constructor(store: CertificateStore, judge: Judge, requirements: Requirements, refusal: Refusal) {
    this.#store = store;
    this.#judge = judge;
    this.#requirements = requirements;
    this.#refusal = refusal;
  }

  /** The path found, the anchor last; undefined when there is none. */
  find(leaf: StoredCertificate): readonly Certificate[] | undefined {
    const step: Step = { stored: leaf, below: undefined, intermediates: 0 };
    const problem = this.#judge.ownProblem(leaf, 'leaf');
    if (problem !== undefined) this.#give(step, problem);
    else if (leaf.isAnchor) this.#finish(step);
    else this.#climb(step);
    return this.#path;
  }

  /** The paths that were tried in vain, the most telling first. */
  get tried(): readonly TriedPath[] {
    return [...this.#tried].sort((a, b) => b.certificates.length - a.certificates.length);
  }

  /** The number of those beyond. */
  get untold(): number {
    return this.#untold;
  }

  /** True when the search was ended before every path had been tried. */
  get isCutShort(): boolean {
    return this.#budget.isSpent;
  }

  /** True when a path was found on top of this step. */
  #climb(step: Step): boolean {
    const { stored } = step;
    if (!this.#budget.step()) return false;
    let isSigned = false;
    let isRound = false;
    for (const issuer of this.#issuersOf(stored)) {
      if (isOnPath(issuer, step)) {
        isRound ||= issuer !== stored;
        continue;
      }
      const verdict = this.#judge.signature(stored, issuer, this.#budget);
      if (verdict === undefined) return false;
      if (verdict === 'bad') {
        // Another key of the same name is nothing to tell of; one that the certificate names is.
        if (keyMatch(stored, issuer) === 0) {
          this.#give(step, badSignature);
          isSigned = true;
        }
        continue;
      }
      isSigned = true;
      if (verdict !== 'good') this.#give(step, unchecked(verdict.unchecked));
      else if (this.#add(issuer, step)) return true;
      if (this.#budget.isSpent) return false;
    }
    // All anchors have been read by now: it may have turned out to be one.
    if (stored.isAnchor) return this.#finish(step);
    if (!isSigned) this.#give(step, this.#endProblem(stored, isRound));
    return false;
  }

  /** Puts an issuer on top of a path, if it may stand there, and goes on from it. */
  #add(issuer: StoredCertificate, below: Step): boolean {
    const isCounted = !issuer.isAnchor && !issuer.isSelfIssued;
    const step: Step = { stored: issuer, below, intermediates: below.intermediates + Number(isCounted) };
    const problem = this.#judge.ownProblem(issuer, issuer.isAnchor ? 'anchor' : 'ca') ?? this.#lengthProblem(step);
    if (problem !== undefined) return this.#give(step, problem);
    for (let each: Step | undefined = below; each !== undefined; each = each.below) {
      // RFC 5280 6.1.3 (b): self-issued certificates are let be, but for the last.
      if (each.below !== undefined && each.stored.isSelfIssued) continue;
      const naming = this.#judge.namingProblem(issuer, each.stored, this.#budget);
      if (naming !== undefined) return this.#give(step, naming, each);
    }
    return issuer.isAnchor ? this.#finish(step) : this.#climb(step);
  }

  /** RFC 5280 6.1.4 (l), (m), and the depth that is asked for. */
  #lengthProblem({ stored, below, intermediates }: Step): Problem | undefined {
    const { depth } = this.#requirements;
    if (depth !== undefined && intermediates > depth) {
      return {
        code: 'depth',
        message: `would be intermediate ${intermediates}, ${depth} are allowed`,
        clause: '--depth',
      };
    }
    const limit = stored.certificate.basicConstraints?.pathLength;
    const under = below?.intermediates ?? 0;
    if (limit == null || under <= limit) return undefined;
    const message = `allows ${limit} CAs below it by its path length, and there ${under === 1 ? 'is 1' : `are ${under}`}`;
    return { code: 'path_length', message, clause: 'RFC 5280 6.1.4 (l)' };
  }

  #finish(step: Step): boolean {
    const path = certificatesOf(step);
    const refusal = this.#refusal(path);
    if (refusal !== undefined) return this.#note({ certificates: path, ...refusal });
    this.#path = path;
    return true;
  }

  /** Notes that a path ends here in vain. */
  #give(step: Step, problem: Problem, culprit: Step = step): false {
    return this.#note({ certificates: certificatesOf(step), at: certificatesOf(culprit).length - 1, problem });
  }

  #note(tried: TriedPath): false {
    if (this.#tried.length < MOST_TOLD) this.#tried.push(tried);
    else this.#untold++;
    return false;
  }

  /** The certificates that may have issued this one, the likeliest first. */
  *#issuersOf(stored: StoredCertificate): Generator<StoredCertificate, void> {
    const { at } = this.#requirements;
    yield* byPromise(stored, this.#store.issuersOf(stored.certificate), at);
    yield* byPromise(stored, this.#store.otherIssuersOf(stored.certificate), at);
  }

  #endProblem(stored: StoredCertificate, isRound: boolean): Problem {
    const { certificate } = stored;
    if (isRound) {
      return { code: 'loop', message: 'is signed by certificates below it, round and round', clause: 'RFC 5280 6.1' };
    }
    if (stored.isSelfIssued && this.#judge.signature(stored, stored, this.#budget) === 'good') {
      return {
        code: 'untrusted_root',
        message: 'is signed with its own key, and is no anchor',
        clause: 'RFC 5280 6.1.1 (d)',
        hint: '--trust FILE makes an anchor of it, if you know it',
      };
    }
    const issuer = attempt(() => certificate.issuer.toString()) ?? 'its issuer';
    const [url] = attempt(() => certificate.issuerUrls) ?? [];
    return {
      code: 'missing_issuer',
      message: `was issued by ${issuer}, and there is no certificate of that name and key`,
      clause: 'RFC 5280 6.1.3 (a)(4)',
      hint: url === undefined ? 'give the missing certificate with --untrusted FILE' : `it should be at ${url}`,
    };
  }
}

const badSignature: Problem = {
  code: 'signature',
  message: 'has a signature that the key of its issuer did not make',
  clause: 'RFC 5280 6.1.3 (a)(1)',
};

const unchecked = (reason: string): Problem => ({
  code: 'unchecked_signature',
  message: `has a signature that cannot be checked: ${reason}`,
  clause: 'RFC 5280 6.1.3 (a)(1)',
  isUncertain: true,
});

/**
 * True for a certificate that a path holds already, itself or by another of the same name and key, which could take its
 * place: nothing is gained by going round.
 */
function isOnPath(candidate: StoredCertificate, top: Step): boolean {
  for (let step: Step | undefined = top; step !== undefined; step = step.below) {
    if (step.stored === candidate) return true;
    const isLeaf = step.below === undefined;
    if (!isLeaf && step.stored.subject === candidate.subject && step.stored.key === candidate.key) return true;
  }
  return false;
}

function certificatesOf(top: Step): Certificate[] {
  const certificates: Certificate[] = [];
  for (let step: Step | undefined = top; step !== undefined; step = step.below) {
    certificates.push(step.stored.certificate);
  }
  return certificates.reverse();
}

/** 0 where the key identifiers agree, 1 where one is missing, 2 where they differ. */
function keyMatch({ authorityKeyId }: StoredCertificate, { keyId }: StoredCertificate): number {
  return authorityKeyId === null || keyId === null ? 1 : authorityKeyId === keyId ? 0 : 2;
}

/** Agreeing key identifiers first, then anchors, then what is valid now, then what is so the longest. */
function byPromise(child: StoredCertificate, issuers: readonly StoredCertificate[], at: number): StoredCertificate[] {
  const isValid = ({ certificate: { start, expiry } }: StoredCertificate) =>
    start !== null && expiry !== null && start <= at && at <= expiry;
  const order = (a: StoredCertificate, b: StoredCertificate): number =>
    keyMatch(child, a) - keyMatch(child, b) ||
    Number(b.isAnchor) - Number(a.isAnchor) ||
    Number(isValid(b)) - Number(isValid(a)) ||
    (b.certificate.expiry ?? 0) - (a.certificate.expiry ?? 0);
  return issuers.length < 2 ? [...issuers] : [...issuers].sort(order);
}
