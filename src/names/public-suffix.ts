import { suffixLines } from './public-suffix-list.js';

/**
 * Public suffixes: the names under which all can register (publicsuffix.org). The list weighs a tenth of a megabyte:
 * load this module with `import()`, and only when a question needs it.
 */

/** ICANN: registries (`hu`, `co.uk`). Private: companies that give out names (`github.io`). */
type SuffixSection = 'icann' | 'private';

export interface PublicSuffix {
  readonly suffix: string;
  /** Undefined when no rule of the list applies: the last label then counts as a suffix (the list's `*` rule). */
  readonly section: SuffixSection | undefined;
}

/** No rule has more labels. */
const LONGEST = 8;

/** The rules under a top-level domain, without it. */
type Rules = ReadonlyMap<string, SuffixSection>;

/** Those that were asked for: a call asks about few, and a long list again and again about the same. */
const known = new Map<string, Rules>();

function rulesUnder(topLevel: string): Rules {
  const before = known.get(topLevel);
  if (before !== undefined) return before;
  const rules = new Map<string, SuffixSection>();
  const start = suffixLines.indexOf(`\n${topLevel}\t`) + topLevel.length + 2;
  if (start > topLevel.length + 1) {
    const line = suffixLines.toString('latin1', start, suffixLines.indexOf('\n', start));
    const [icann = '', privately = ''] = line.split('\t');
    if (icann !== '') for (const rule of icann.split(' ')) rules.set(rule, 'icann');
    if (privately !== '') for (const rule of privately.split(' ')) rules.set(rule, 'private');
  }
  known.set(topLevel, rules);
  return rules;
}

/** The rule of the list for a name: the exception that names it, or else the longest rule it matches. */
function suffixIn(name: string, allowed: (section: SuffixSection | undefined) => boolean): PublicSuffix {
  const labels = name.split('.');
  const topLevel = labels.at(-1) ?? '';
  const rules = rulesUnder(topLevel);
  let found: PublicSuffix | undefined;
  for (let size = Math.min(labels.length, LONGEST); size > 1; size--) {
    const own = labels.slice(-size, -1);
    const exact = own.join('.');
    const exception = rules.get(`!${exact}`);
    if (allowed(exception)) return { suffix: labels.slice(1 - size).join('.'), section: exception };
    if (found !== undefined) continue;
    const section = [rules.get(exact), rules.get(['*', ...own.slice(1)].join('.'))].find(allowed);
    if (section !== undefined) found = { suffix: labels.slice(-size).join('.'), section };
  }
  const section = rules.get('@');
  return found ?? { suffix: topLevel, section: allowed(section) ? section : undefined };
}

const listed = (section: SuffixSection | undefined): boolean => section !== undefined;

/** The public suffix an A-label name ends in (or is). */
export function publicSuffixOf(name: string): PublicSuffix {
  return suffixIn(name, listed);
}

/** True when this very name is a registry's suffix (`hu`, `co.uk`), whatever companies give out under it. */
export function isRegistrySuffix(name: string): boolean {
  const { suffix, section } = suffixIn(name, (each) => each === 'icann');
  return suffix === name && section === 'icann';
}
