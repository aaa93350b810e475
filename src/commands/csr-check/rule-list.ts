import { UsageError } from '../../errors.js';
import { families, findRule, ruleIds } from '../../rules/judge.js';
import { type BuiltInProfile, builtInProfiles, profiles } from '../../rules/profile.js';
import { type Rule, type Severity, severityOfId, usualSeverity } from '../../rules/rule.js';
import { nearestHint } from '../../text/nearest.js';
import { wrap } from '../../text/wrap.js';

const WIDTH = 78;

/** The severity of a rule in each built-in profile. */
function severitiesOf(rule: Rule): Record<BuiltInProfile, Severity | 'off'> {
  const entries = builtInProfiles.map((name) => [name, usualSeverity(profiles[name], rule)]);
  return Object.fromEntries(entries) as Record<BuiltInProfile, Severity | 'off'>;
}

/** --list-rules: a line a rule, by family. */
export function listRules(): string {
  const rules = families.flatMap(({ rules }) => rules);
  const width = Math.max(...rules.map(({ id }) => id.length)) + 2;
  return families
    .map(({ title, rules }) => {
      const lines = rules.map(({ id, title, source }) => `  ${id.padEnd(width)}${title} [${source}]\n`);
      return `${title}\n${lines.join('')}`;
    })
    .join('\n');
}

/** --list-rules --json: an object a rule. */
export function listRulesAsJson(): string {
  return families
    .flatMap(({ name, rules }) =>
      rules.map((rule) => {
        const { id, title, source, since, later, applies, why, hint } = rule;
        const data = {
          id,
          family: name,
          severity: severityOfId(id),
          title,
          source,
          since: since ?? null,
          applies: applies ?? null,
        };
        return `${JSON.stringify({ ...data, later: later ?? null, profiles: severitiesOf(rule), why, hint })}\n`;
      }),
    )
    .join('');
}

/** --explain-rule: why the rule is there and how to satisfy it. */
export function explainRule(id: string): string {
  const rule = knownRule('--explain-rule', id);
  const severities = Object.entries(severitiesOf(rule)).map(([profile, severity]) => `${profile} ${severity}`);
  const lines = [
    `${rule.id}: ${rule.title}`,
    `source    ${rule.source}`,
    ...(rule.since === undefined ? [] : [`since     ${rule.since}`]),
    ...(rule.applies === undefined ? [] : [`asked     where there is ${rule.applies}`]),
    `severity  ${severities.join(', ')}`,
    ...(rule.later === undefined ? [] : [`          ${rule.later.severity} from ${rule.later.from}`]),
    '',
    ...wrap(rule.why.split(' '), WIDTH),
    '',
    ...wrap(`To satisfy it: ${rule.hint}.`.split(' '), WIDTH),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The rule with this id.
 *
 * @throws {UsageError} there is none; names the nearest
 */
export function knownRule(option: string, id: string): Rule {
  const rule = findRule(id);
  if (rule !== undefined) return rule;
  throw new UsageError(`${option}: there is no rule ${id}`, nearestHint(id, ruleIds) ?? '--list-rules lists them');
}

/** The names of the built-in profiles with what they are. */
export const profileSummaries: readonly string[] = builtInProfiles.map((name) => `${name}: ${profiles[name].title}`);
