import { conditions } from './conditions.js';
import { consistency } from './consistency.js';
import { encoding } from './encoding.js';
import type { Criteria, ExaminedRequest } from './examined-request.js';
import { extensions } from './extensions.js';
import { key } from './key.js';
import { names } from './names.js';
import { type Family, type Rule, type Severity, severities, severityIn } from './rule.js';
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
interface Finding {
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

interface JudgeOptions {
  /** Warnings refuse too. */
  readonly strict?: boolean;
  /** Rules that are not asked. */
  readonly ignore?: ReadonlySet<string>;
  /** Notices about what was not looked into, too. */
  readonly verbose?: boolean;
  /** The only rules that are asked; undefined for all. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** Asks every rule of the profile. */
export function judge(examined: ExaminedRequest, options: JudgeOptions = {}): Judgement {
  const steps = stepsOf(examined.criteria);
  const inquiry = new Inquiry(examined, steps);
  const findings: Record<Severity, Finding[]> = { error: [], warning: [], notice: [] };
  for (const { rule, severity, index } of steps) {
    if (options.ignore?.has(rule.id) || (options.only !== undefined && !options.only.has(rule.id))) continue;
    if (rule.isDetail && severity === 'notice' && options.verbose !== true) continue;
    const found = inquiry.findings(index);
    for (const finding of found) findings[severity].push(finding);
  }
  const isRefused = findings.error.length > 0 || (options.strict === true && findings.warning.length > 0);
  return { verdict: isRefused ? 'refuse' : 'accept', findings: severities.flatMap((each) => findings[each]) };
}

/** A rule as it is asked in a call: what depends on the profile and the day is worked out, so that a request costs little. */
interface Step {
  /** Its place among the steps. */
  readonly index: number;
  readonly rule: Rule;
  readonly severity: Severity;
  /** Its condition's place among all conditions. */
  readonly applies: number | undefined;
  /** The steps that speak for this one: the rules of `unless` that are at least as severe here. */
  readonly unless: readonly number[];
}

const conditionNames = Object.keys(conditions);
const conditionChecks = Object.values(conditions);

const stepsByCriteria = new WeakMap<Criteria, readonly Step[]>();

function stepsOf(criteria: Criteria): readonly Step[] {
  let steps = stepsByCriteria.get(criteria);
  if (steps === undefined) {
    steps = planned(criteria);
    stepsByCriteria.set(criteria, steps);
  }
  return steps;
}

function planned({ profile, now }: Criteria): readonly Step[] {
  const asked = [...rulesById.values()].flatMap((rule) => {
    const severity = severityIn(profile, rule, now);
    return severity === undefined ? [] : [{ rule, severity }];
  });
  const places = new Map(asked.map(({ rule }, index) => [rule.id, index]));
  const rank = (index: number) => severities.indexOf(asked[index]?.severity ?? 'notice');
  return asked.map(({ rule, severity }, index) => ({
    index,
    rule,
    severity,
    applies: rule.applies === undefined ? undefined : conditionNames.indexOf(rule.applies),
    unless: (rule.unless ?? []).flatMap((id) => {
      const place = places.get(id);
      return place !== undefined && rank(place) <= rank(index) ? [place] : [];
    }),
  }));
}

const none: readonly Finding[] = [];

/** A rule says no more of one request than this, and then how many more there were. */
const MOST_FINDINGS = 1000;

/** The rules asked about one request, each once: a rule may hang on another that comes later. */
class Inquiry {
  readonly #examined: ExaminedRequest;
  readonly #steps: readonly Step[];
  readonly #conditions: (boolean | undefined)[] = [];
  readonly #answers: (readonly Finding[] | undefined)[] = [];

  constructor(examined: ExaminedRequest, steps: readonly Step[]) {
    this.#examined = examined;
    this.#steps = steps;
  }

  findings(index: number): readonly Finding[] {
    let answer = this.#answers[index];
    if (answer === undefined) {
      const step = this.#steps[index];
      answer = step === undefined ? none : this.#ask(step);
      this.#answers[index] = answer;
    }
    return answer;
  }

  #ask({ rule, severity, applies, unless }: Step): readonly Finding[] {
    if (applies !== undefined && !this.#holds(applies)) return none;
    if (unless.some((other) => this.findings(other).length > 0)) return none;
    let findings: Finding[] | undefined;
    let untold = 0;
    for (const violation of rule.check(this.#examined)) {
      if (findings !== undefined && findings.length >= MOST_FINDINGS) {
        untold++;
        continue;
      }
      const { message, hint } = typeof violation === 'string' ? { message: violation, hint: rule.hint } : violation;
      findings ??= [];
      findings.push({ rule: rule.id, severity, message, source: rule.source, hint });
    }
    if (untold > 0) {
      findings?.push({ rule: rule.id, severity, message: `and ${untold} more`, source: rule.source, hint: rule.hint });
    }
    return findings ?? none;
  }

  #holds(condition: number): boolean {
    let holds = this.#conditions[condition];
    if (holds === undefined) {
      holds = conditionChecks[condition]?.(this.#examined) ?? true;
      this.#conditions[condition] = holds;
    }
    return holds;
  }
}
