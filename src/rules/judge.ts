import { type Condition, conditions } from './conditions.js';
import { consistency } from './consistency.js';
import { encoding } from './encoding.js';
import { extensions } from './extensions.js';
import type { Facts, Question } from './facts.js';
import { key } from './key.js';
import { names } from './names.js';
import { severityIn } from './profile.js';
import { type Family, type Rule, type Severity, severities } from './rule.js';
import { signature } from './signature.js';
import { subject } from './subject.js';

/** All families, in the order a person would look at a request. */
export const families: readonly Family[] = [encoding, signature, key, subject, names, extensions, consistency];

const rulesById: ReadonlyMap<string, Rule> = new Map(
  families.flatMap(({ rules }) => rules).map((rule) => [rule.id, rule]),
);

export const ruleIds: readonly string[] = [...rulesById.keys()];

export const findRule = (id: string): Rule | undefined => rulesById.get(id);

/** Something a rule found. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly source: string;
  readonly hint: string;
}

export interface Judgement {
  readonly verdict: 'accept' | 'refuse';
  /** Most severe first; within a severity in the order of the families. */
  readonly findings: readonly Finding[];
}

export interface JudgeOptions {
  /** Warnings refuse too. */
  readonly strict?: boolean;
  /** Rules that are not asked. */
  readonly ignore?: ReadonlySet<string>;
  /** The only rules that are asked; undefined for all. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** Asks every rule of the profile. */
export function judge(facts: Facts, options: JudgeOptions = {}): Judgement {
  const inquiry = new Inquiry(facts);
  const findings: Finding[] = [];
  for (const rule of rulesById.values()) {
    if (options.ignore?.has(rule.id) || (options.only !== undefined && !options.only.has(rule.id))) continue;
    findings.push(...inquiry.findings(rule));
  }
  findings.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const refusing = options.strict ? ['error', 'warning'] : ['error'];
  return { verdict: findings.some(({ severity }) => refusing.includes(severity)) ? 'refuse' : 'accept', findings };
}

const severitiesByQuestion = new WeakMap<Question, ReadonlyMap<string, Severity>>();

/** The severities of the rules that are asked, by the profile and the day: the same for every request of a call. */
function severitiesFor(question: Question): ReadonlyMap<string, Severity> {
  let known = severitiesByQuestion.get(question);
  if (known === undefined) {
    const asked = [...rulesById.values()].flatMap((rule): [string, Severity][] => {
      const severity = severityIn(question.profile, rule, question.now);
      return severity === undefined ? [] : [[rule.id, severity]];
    });
    known = new Map(asked);
    severitiesByQuestion.set(question, known);
  }
  return known;
}

/** The rules asked about one request, each once: a rule may hang on another that comes later. */
class Inquiry {
  readonly #facts: Facts;
  readonly #severities: ReadonlyMap<string, Severity>;
  readonly #conditions = new Map<Condition, boolean>();
  readonly #answers = new Map<string, readonly Finding[]>();

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#severities = severitiesFor(facts.question);
  }

  findings(rule: Rule): readonly Finding[] {
    let answer = this.#answers.get(rule.id);
    if (answer === undefined) {
      answer = this.#ask(rule);
      this.#answers.set(rule.id, answer);
    }
    return answer;
  }

  #ask(rule: Rule): readonly Finding[] {
    const severity = this.#severities.get(rule.id);
    if (severity === undefined || !this.#applies(rule) || this.#isSaid(rule, severity)) return [];
    const findings: Finding[] = [];
    for (const violation of rule.check(this.#facts)) {
      const { message, hint } = typeof violation === 'string' ? { message: violation, hint: rule.hint } : violation;
      findings.push({ rule: rule.id, severity, message, source: rule.source, hint });
    }
    return findings;
  }

  #applies({ applies }: Rule): boolean {
    if (applies === undefined) return true;
    let holds = this.#conditions.get(applies);
    if (holds === undefined) {
      holds = conditions[applies](this.#facts);
      this.#conditions.set(applies, holds);
    }
    return holds;
  }

  /** True when a rule this one gives way to has found something at least as severe. */
  #isSaid(rule: Rule, severity: Severity): boolean {
    return (rule.unless ?? []).some((id) => {
      const other = rulesById.get(id);
      return (
        other !== undefined &&
        this.findings(other).some((found) => severities.indexOf(found.severity) <= severities.indexOf(severity))
      );
    });
  }
}
