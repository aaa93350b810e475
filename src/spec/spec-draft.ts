import type { KeyAlgorithm } from '../crypto/key-algorithm.js';
import { isPkiError, PkiError } from '../errors.js';
import type { KeyUsage } from '../x509/extensions/key-usage.js';
import type { AltName } from './alt-name.js';
import { type DistinguishedName, type NameAttribute, nameAttribute } from './distinguished-name.js';
import type { RawExtension, RequestSpec } from './request-spec.js';
import { subjectRank } from './subject-types.js';

export interface ParsedSpec {
  readonly spec: RequestSpec;
  /** The fields that are for certificates and were passed over, by name. */
  readonly ignored: readonly string[];
}

/** A request's description while its fields come in. */
export class SpecDraft {
  readonly attributes: NameAttribute[] = [];
  /** A name given as a whole, in front of single fields. */
  subject: DistinguishedName = [];
  readonly altNames: AltName[] = [];
  readonly keyUsage = new Set<KeyUsage>();
  readonly purposes = new Set<string>();
  readonly extensions: RawExtension[] = [];
  readonly ignored: string[] = [];
  key: KeyAlgorithm | undefined;
  readonly tlsFeatures: number[] = [];
  isCa = false;
  pathLength: number | undefined;
  challengePassword: string | undefined;

  /** An attribute of the subject; without a value it is left out, as in both tools. */
  attribute(type: string, value: string): void {
    if (value !== '') this.attributes.push(nameAttribute(type, value));
  }

  finish(): ParsedSpec {
    const fields = [...this.attributes].sort((a, b) => subjectRank(a.oid) - subjectRank(b.oid));
    const spec = {
      subject: [...this.subject, ...fields.map((field) => [field])],
      altNames: this.altNames,
      key: this.key,
      keyUsage: this.keyUsage.size === 0 ? undefined : [...this.keyUsage],
      purposes: this.purposes.size === 0 ? undefined : [...this.purposes],
      tlsFeatures: this.tlsFeatures,
      ca: this.isCa ? { pathLength: this.pathLength } : undefined,
      extensions: this.extensions,
      challengePassword: this.challengePassword,
    };
    return { spec, ignored: [...new Set(this.ignored)] };
  }
}

/** Runs `take` and puts the line in front of what it throws. */
export function atLine<T>(line: number, take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    throw new PkiError(error.code, `line ${line}: ${error.message}`, { hint: error.hint });
  }
}
