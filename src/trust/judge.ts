import type { KeyObject } from 'node:crypto';
import { publicKeyObject } from '../crypto/public-key.js';
import type { SignatureVerdict } from '../crypto/signature.js';
import { verifySigned } from '../crypto/verify-signed.js';
import { isPkiError } from '../errors.js';
import type { GeneralName } from '../x509/general-name.js';
import { baselineRules } from './baseline-rules.js';
import type { Budget } from './budget.js';
import type { CertificateRule, PathPosition } from './certificate-rule.js';
import type { StoredCertificate } from './certificate-store.js';
import { conformityRules } from './conformity-rules.js';
import { fitnessRules } from './fitness-rules.js';
import { type ConstrainedNames, constrainedNamesOf, constraintsOf } from './name-constraints.js';
import type { Problem } from './problem.js';
import type { PathProfile, Requirements } from './requirements.js';

const rulesOf: Readonly<Record<PathProfile, readonly CertificateRule[]>> = {
  rfc5280: [...fitnessRules, ...conformityRules],
  webpki: [...fitnessRules, ...baselineRules, ...conformityRules],
};

/** Answers about certificates and links between them, each found once for all the paths it has a part in. */
export class Judge {
  readonly #requirements: Requirements;
  readonly #own: Readonly<Record<PathPosition, Map<StoredCertificate, Problem | null>>> = {
    leaf: new Map(),
    ca: new Map(),
    anchor: new Map(),
  };
  readonly #keys = new Map<string, KeyObject | Uint8Array>();
  readonly #signatures = new Map<StoredCertificate, Map<string, SignatureVerdict>>();
  readonly #constraints = new Map<StoredCertificate, ConstrainedNames | null>();
  readonly #names = new Map<StoredCertificate, readonly GeneralName[]>();
  readonly #namings = new Map<StoredCertificate, Map<StoredCertificate, Problem | null>>();

  constructor(requirements: Requirements) {
    this.#requirements = requirements;
  }

  /** The reason a certificate cannot stand in this place of any path. */
  ownProblem(stored: StoredCertificate, place: PathPosition): Problem | undefined {
    return remembered(this.#own[place], stored, () => this.#judge(stored, place) ?? null) ?? undefined;
  }

  #judge({ certificate }: StoredCertificate, place: PathPosition): Problem | undefined {
    for (const { code, clause, hint, broken } of rulesOf[this.#requirements.profile]) {
      const message = unlessDamaged(() => broken(certificate, place, this.#requirements));
      if (typeof message === 'object') return message;
      if (message !== undefined) return { code, message, clause, hint };
    }
    return undefined;
  }

  /** True when the issuer's key made a certificate's signature; undefined when the budget does not allow to find out. */
  signature(stored: StoredCertificate, issuer: StoredCertificate, budget: Budget): SignatureVerdict | undefined {
    const verdicts = remembered(this.#signatures, stored, () => new Map<string, SignatureVerdict>());
    const known = verdicts.get(issuer.key);
    if (known !== undefined) return known;
    const { publicKey } = issuer;
    if (publicKey === undefined) return 'bad';
    if (!budget.signature(publicKey)) return undefined;
    const verdict = verifySigned(stored.certificate, this.#keyOf(issuer));
    verdicts.set(issuer.key, verdict);
    return verdict;
  }

  /** Made once for all that the key signed: that takes as long as checking a signature. */
  #keyOf({ key, certificate }: StoredCertificate): KeyObject | Uint8Array {
    return remembered(this.#keys, key, () => {
      const spki = certificate.elements.publicKey.encoding();
      try {
        return publicKeyObject(spki);
      } catch {
        // The verifier finds the words for a key that cannot be used.
        return spki;
      }
    });
  }

  /** The name of a certificate that the constraints of a CA above it do not allow. */
  namingProblem(ca: StoredCertificate, below: StoredCertificate, budget: Budget): Problem | undefined {
    const problem = unlessDamaged(() => {
      const constraints = remembered(this.#constraints, ca, () => this.#constraintsOf(ca) ?? null);
      if (constraints === null) return null;
      const known = remembered(this.#namings, ca, () => new Map<StoredCertificate, Problem | null>());
      return remembered(known, below, () => {
        const names = remembered(this.#names, below, () => constrainedNamesOf(below.certificate));
        if (!budget.compare(constraints.cost(names))) return tooManyNames;
        const found = constraints.violation(names);
        return found === undefined ? null : { ...found, message: `${found.message} by ${ca.certificate.subject}` };
      });
    });
    return problem ?? undefined;
  }

  #constraintsOf({ certificate }: StoredCertificate): ConstrainedNames | undefined {
    return constraintsOf(certificate, { leadingDot: this.#requirements.profile === 'webpki' });
  }
}

const tooManyNames: Problem = {
  code: 'name_constraint',
  message: 'has more names than can be held to the name constraints above it',
  clause: 'RFC 5280 4.2.1.10',
};

/** An answer, or the problem that what it is about cannot be read. */
export function unlessDamaged<T>(ask: () => T): T | Problem {
  try {
    return ask();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return { code: 'malformed', message: `is damaged: ${error.message}`, clause: 'RFC 5280 4.1', isUncertain: true };
  }
}

function remembered<K, V extends object | null>(map: Map<K, V>, key: K, find: () => V): V {
  let known = map.get(key);
  if (known === undefined) {
    known = find();
    map.set(key, known);
  }
  return known;
}
