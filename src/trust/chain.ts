import type { SignatureVerdict } from '../crypto/signature.js';
import { frameFlaw, verifySigned } from '../crypto/verify-signed.js';
import { toHex } from '../der/values.js';
import { attempt, complaint } from '../errors.js';
import { once } from '../once.js';
import type { Certificate } from '../x509/certificate.js';
import { PileBudget } from './budget.js';
import { comparableName, indexed, type NameIndex } from './name-index.js';

/**
 * Chains of certificates, from a leaf up to a root. A link is made by the issuer's name, the key identifier and a
 * signature that was verified (RFC 5280 6.1.3), from a certificate that may issue (4.2.1.3, 4.2.1.9).
 */
export interface Chain {
  /** The leaf, its issuer, that one's issuer… as far as it goes. */
  readonly certificates: readonly Certificate[];
  /** How it ends: at a trusted certificate, at a self-signed one, in a circle, or where the issuer is not at hand. */
  readonly end: 'trusted' | 'self-signed' | 'loop' | 'missing';
  /** Links whose signature nothing here can check. */
  readonly unchecked: readonly Unchecked[];
  /** Where the issuer is missing: certificates that bear its name and did not issue. */
  readonly nearMisses: readonly NearMiss[];
}

interface Unchecked {
  readonly certificate: Certificate;
  readonly reason: string;
}

/** A certificate that has the issuer's name and yet did not issue; or the certificate itself, where it tells so itself. */
interface NearMiss {
  readonly candidate: Certificate;
  readonly reason: string;
  /** True when the certificate says that it was signed with just this key, and it was not: it is damaged or forged. */
  readonly isForgery?: boolean;
}

interface Link {
  readonly issuer: Certificate;
  /** Why the signature could not be checked, when it could not. */
  readonly unchecked: string | undefined;
}

/** Certificates to build chains from. What was verified once is remembered, so that many leaves cost little more than one. */
export class CertificatePool {
  readonly #all: readonly Certificate[];
  readonly #trusted: ReadonlySet<string>;
  readonly #bySubject: NameIndex<Certificate>;
  /** Made for the rare issuer that is named in other octets than it names itself (RFC 5280 7.1). */
  readonly #byComparableName = once(() => indexed(this.#all, ({ subject }) => comparableName(subject)));
  readonly #selfSigned = new Map<Certificate, boolean>();
  readonly #links = new Map<Certificate, { links: Link[]; nearMisses: NearMiss[] }>();
  readonly #budget: PileBudget;

  /**
   * @param certificates each once
   * @param trusted where chains may end; they take part in building too
   */
  constructor(certificates: readonly Certificate[], trusted: readonly Certificate[] = []) {
    const known = new Set(certificates.map(identity));
    this.#all = [...certificates, ...trusted.filter((each) => !known.has(identity(each)))];
    this.#trusted = new Set(trusted.map(identity));
    this.#budget = new PileBudget(this.#all.length);
    this.#bySubject = indexed(this.#all, ({ subject }) => toHex(subject.der));
  }

  /**
   * The best chain of a leaf: one that is valid at `now` throughout before one that is not, one that ends at a trusted
   * or self-signed certificate before one that does not, then the shortest. With trusted certificates, only they are an
   * end.
   */
  chainOf(leaf: Certificate, now: Date): Chain {
    const isValid = (certificate: Certificate) => certificate.notBefore <= now && now <= certificate.notAfter;
    const valid = this.#search(leaf, isValid);
    const soundTop = valid.ended ?? valid.stopped;
    if (soundTop !== undefined) return this.#chain(soundTop);
    const any = this.#search(leaf, () => true);
    return this.#chain(any.ended ?? any.stopped ?? any.farthest);
  }

  /** The certificates that issued this one: their key verifies it, or nothing here can tell. */
  issuersOf(certificate: Certificate): Certificate[] {
    return this.#linksOf(certificate).links.map(({ issuer }) => issuer);
  }

  /** True when it is one of the certificates chains may end at. */
  isTrusted(certificate: Certificate): boolean {
    return this.#trusted.has(identity(certificate));
  }

  /** True when it is signed with its own key: a root, or a leaf that vouches for itself. */
  isSelfSigned(certificate: Certificate): boolean {
    let answer = this.#selfSigned.get(certificate);
    if (answer === undefined) {
      answer = certificate.isSelfIssued && verifySigned(certificate, spkiOf(certificate)) !== 'bad';
      this.#selfSigned.set(certificate, answer);
    }
    return answer;
  }

  /** Breadth first, so the first end found is the nearest; each certificate is visited once, so loops end. */
  #search(leaf: Certificate, admits: (certificate: Certificate) => boolean): Search {
    const seen = new Set([leaf]);
    let stopped: Step | undefined;
    let farthest: Step = { certificate: leaf, below: undefined };
    let level = [farthest];
    while (level.length > 0) {
      const next: Step[] = [];
      for (const step of level) {
        if (this.#endOf(step.certificate) !== undefined) return { ended: step, stopped, farthest };
        const { links } = this.#linksOf(step.certificate);
        const usable = links.filter(({ issuer }) => !exceedsPathLength(issuer, step));
        if (usable.length === 0) stopped ??= step;
        for (const { issuer } of byPreference(usable)) {
          if (!admits(issuer) || seen.has(issuer)) continue;
          seen.add(issuer);
          next.push({ certificate: issuer, below: step });
        }
      }
      farthest = next[0] ?? farthest;
      level = next;
    }
    return { ended: undefined, stopped, farthest };
  }

  #endOf(certificate: Certificate): 'trusted' | 'self-signed' | undefined {
    if (this.isTrusted(certificate)) return 'trusted';
    return this.#trusted.size === 0 && this.isSelfSigned(certificate) ? 'self-signed' : undefined;
  }

  #chain(top: Step): Chain {
    const certificates: Certificate[] = [];
    const unchecked: Unchecked[] = [];
    for (let step: Step | undefined = top, above: Certificate | undefined; step !== undefined; step = step.below) {
      const { certificate } = step;
      const link = this.#linksOf(certificate).links.find(({ issuer }) => issuer === above);
      if (link?.unchecked !== undefined) unchecked.unshift({ certificate, reason: link.unchecked });
      certificates.unshift(certificate);
      above = certificate;
    }
    const end = this.#endOf(top.certificate);
    const { links, nearMisses } = this.#linksOf(top.certificate);
    const tooDeep = links
      .filter(({ issuer }) => exceedsPathLength(issuer, top))
      .map(({ issuer }) => ({ candidate: issuer, reason: 'its path length does not allow so many CAs below it' }));
    const isLoop = links.length > tooDeep.length;
    return {
      certificates,
      end: end ?? (isLoop ? 'loop' : 'missing'),
      unchecked,
      nearMisses: end === undefined ? [...nearMisses, ...tooDeep] : [],
    };
  }

  #linksOf(certificate: Certificate): { links: readonly Link[]; nearMisses: readonly NearMiss[] } {
    const known = this.#links.get(certificate);
    if (known !== undefined) return known;
    const found: { links: Link[]; nearMisses: NearMiss[] } = { links: [], nearMisses: [] };
    const flaw = frameFlaw(certificate);
    if (flaw !== undefined) found.nearMisses.push({ candidate: certificate, reason: flaw, isForgery: true });
    const verdicts = new Map<string, SignatureVerdict>();
    for (const candidate of flaw === undefined ? this.#named(certificate) : []) {
      if (!this.#budget.look()) {
        found.nearMisses.push({ candidate, reason: TOO_MANY });
        break;
      }
      if (candidate === certificate) {
        const reason = signatureProblem(certificate);
        if (reason !== undefined) found.nearMisses.push({ candidate, reason, isForgery: true });
        continue;
      }
      const reason = whyNotIssuer(candidate, certificate);
      const verdict = reason === undefined ? this.#verdictOf(candidate, certificate, verdicts) : 'bad';
      if (verdict === undefined) {
        found.nearMisses.push({ candidate, reason: TOO_MANY });
      } else if (verdict === 'bad') {
        const isForgery = reason === undefined && namesKeyOf(certificate, candidate);
        found.nearMisses.push({ candidate, reason: reason ?? 'its key did not make the signature', isForgery });
      } else {
        found.links.push({ issuer: candidate, unchecked: verdict === 'good' ? undefined : verdict.unchecked });
      }
    }
    this.#links.set(certificate, found);
    return found;
  }

  /**
   * The verdict of a certificate's key on another's signature; undefined when too many were asked.
   *
   * @param verdicts those there are, by their key: a CA that was certified anew has the one it had
   */
  #verdictOf(
    issuer: Certificate,
    certificate: Certificate,
    verdicts: Map<string, SignatureVerdict>,
  ): SignatureVerdict | undefined {
    const key = toHex(spkiOf(issuer));
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    if (!this.#budget.signature(issuer)) return undefined;
    const verdict = verifySigned(certificate, spkiOf(issuer));
    verdicts.set(key, verdict);
    return verdict;
  }

  /** Certificates whose subject is this one's issuer: the same bytes, else the same by comparison (RFC 5280 7.1). */
  #named({ issuer }: Certificate): readonly Certificate[] {
    const same = this.#bySubject.get(toHex(issuer.der));
    if (same !== undefined) return same;
    const name = comparableName(issuer);
    return name === undefined ? [] : (this.#byComparableName().get(name) ?? []);
  }
}

const TOO_MANY = 'too many certificates bear its name: not all of their keys were tried';

/** One certificate of a chain being built, on top of the one it issued. */
interface Step {
  readonly certificate: Certificate;
  readonly below: Step | undefined;
}

/** The events of a search: an end, the first certificate without an issuer, the last one it got to. */
interface Search {
  readonly ended: Step | undefined;
  readonly stopped: Step | undefined;
  readonly farthest: Step;
}

/** Longest life first: among equals the renewed one. */
const byPreference = (links: readonly Link[]): Link[] =>
  [...links].sort((a, b) => b.issuer.notAfter.getTime() - a.issuer.notAfter.getTime());

/** True when more CAs would stand below `issuer` than its path length allows; self-issued ones do not count. */
function exceedsPathLength(issuer: Certificate, below: Step): boolean {
  const limit = issuer.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for (let step = below; step.below !== undefined; step = step.below) if (!step.certificate.isSelfIssued) count++;
  return count > limit;
}

/** Why a certificate with the right name is not the issuer, as far as can be told without its key. */
function whyNotIssuer(issuer: Certificate, certificate: Certificate): string | undefined {
  const damage = complaint(() => [issuer.basicConstraints, issuer.keyUsage]);
  if (damage !== undefined) return `it is damaged: ${damage}`;
  const { basicConstraints, keyUsage } = issuer;
  const isOldRoot = issuer.version < 3 && issuer.isSelfIssued;
  if (basicConstraints?.isCa !== true && !isOldRoot) return 'it is no CA certificate';
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign'))
    return 'its key usage does not allow signing certificates';
  const wanted = authorityOf(certificate);
  const keyId = attempt(() => issuer.subjectKeyId) ?? null;
  if (wanted?.keyId != null && keyId !== null && wanted.keyId !== keyId) {
    return 'it has another key identifier';
  }
  return undefined;
}

/** The authority key identifier, which is a hint (RFC 5280 4.2.1.1): one that cannot be read gives none. */
const authorityOf = (certificate: Certificate) => attempt(() => certificate.authorityKeyIdentifier);

/** True when the certificate names another serial number of its issuer: a CA certified anew, which OpenSSL passes over. */
export function namesOtherSerial(certificate: Certificate, issuer: Certificate): boolean {
  const serial = authorityOf(certificate)?.serial;
  return serial !== undefined && Buffer.compare(serial, issuer.serialBytes) !== 0;
}

/** True when the certificate's authority key identifier is the key identifier of the issuer. */
const namesKeyOf = (certificate: Certificate, issuer: Certificate): boolean => {
  const wanted = authorityOf(certificate)?.keyId;
  return wanted != null && wanted === attempt(() => issuer.subjectKeyId);
};

/**
 * The fault of a certificate's signature as far as the certificate itself can tell: its frame, or that it says it is signed
 * with its own key (OpenSSL takes the same for a root) and is not.
 */
export function signatureProblem(certificate: Certificate): string | undefined {
  const flaw = frameFlaw(certificate);
  if (flaw !== undefined) return flaw;
  const isOwn = authorityOf(certificate)?.keyId == null || namesKeyOf(certificate, certificate);
  if (!certificate.isSelfIssued || !isOwn || verifySigned(certificate, spkiOf(certificate)) !== 'bad') {
    return undefined;
  }
  return 'its own key did not make the signature';
}

/** The SubjectPublicKeyInfo as it is written, which may be malformed. */
const spkiOf = (certificate: Certificate): Uint8Array => certificate.elements.publicKey.encoding();

const identity = (certificate: Certificate): string => toHex(certificate.der);
