import type { Condition } from './conditions.js';
import type { ExaminedRequest } from './examined-request.js';
import { type BaseProfile, baseProfiles, type Profile } from './profile.js';

/**
 * A rule is data and a predicate: what is demanded, by whom, since when, why, and how to see that it is broken. The first
 * letter of its id is its severity unless a profile says otherwise: `e_` for what a CA must refuse (MUST, SHALL), `w_` for
 * what it should not take (SHOULD, NOT RECOMMENDED), `n_` for what it will ignore.
 */
export interface Rule {
  readonly id: string;
  /** The demand, as a statement that is true of a request that passes. */
  readonly title: string;
  /** Document and section: `BR 6.1.5`, `RFC 5280 4.1.2.6`. */
  readonly source: string;
  /** The day it came into force (RFC 3339 date); before that day it is not asked. */
  readonly since?: string;
  /** From this day on its severity is another one, in the profiles where it is not set otherwise. */
  readonly later?: { readonly from: string; readonly severity: Severity };
  /** The part there must be for the rule to be asked; without one it is always asked. */
  readonly applies?: Condition;
  /** Why the rule exists. */
  readonly why: string;
  /** The way to mend the request; a finding may know better. */
  readonly hint: string;
  /** The severity in a profile, and in those that rest on it, where it is not the one of the id. */
  readonly profiles?: Partial<Record<BaseProfile, Severity | 'off'>>;
  /** True for what could not be looked into: a notice is shown with --verbose only. */
  readonly isDetail?: boolean;
  /** Not asked when one of these has found something, at least as severe: it would say the same in other words. */
  readonly unless?: readonly string[];
  /** The faults, one item a finding; nothing when the request passes. */
  check(examined: ExaminedRequest): Iterable<Violation>;
}

/** A fault, in words that may follow a colon; with a hint where it is better than the rule's. */
export type Violation = string | { readonly message: string; readonly hint: string };

/** A group of rules about one part of a request: a file here, a section in the manual. */
export interface Family {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** `profiles` of a rule about what boulder does not look at: it takes the names and the key from a request, and no more. */
export const ignoredByBoulder = { letsencrypt: 'notice' } as const;

/** `profiles` of a rule that belongs to one profile: off everywhere else. */
export function onlyIn(...names: readonly BaseProfile[]): Partial<Record<BaseProfile, 'off'>> {
  return Object.fromEntries(baseProfiles.filter((name) => !names.includes(name)).map((name) => [name, 'off']));
}

/** The severity of a rule in a profile, whatever the day. */
export function usualSeverity(profile: Profile, rule: Rule): Severity | 'off' {
  return profile.severities.get(rule.id) ?? rule.profiles?.[profile.base] ?? severityOfId(rule.id);
}

/** The severity of a rule in a profile on a day; undefined when it is not asked there. */
export function severityIn(profile: Profile, rule: Rule, now: Date): Severity | undefined {
  if (rule.since !== undefined && now.getTime() < Date.parse(rule.since)) return undefined;
  const set = profile.severities.get(rule.id) ?? rule.profiles?.[profile.base];
  if (set !== undefined) return set === 'off' ? undefined : set;
  if (rule.later !== undefined && now.getTime() >= Date.parse(rule.later.from)) return rule.later.severity;
  return severityOfId(rule.id);
}

export type Severity = 'error' | 'warning' | 'notice';

/** Most severe first. */
export const severities: readonly Severity[] = ['error', 'warning', 'notice'];

/** The severity the first letter of a rule's id stands for. */
export function severityOfId(id: string): Severity {
  return id.startsWith('e_') ? 'error' : id.startsWith('w_') ? 'warning' : 'notice';
}
