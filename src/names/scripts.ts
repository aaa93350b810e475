import { domainToUnicode } from 'node:url';

/** The scripts that are told apart; letters of all others count as one. Digits, hyphens and marks belong to any. */
const scripts = [
  'Latin',
  'Greek',
  'Cyrillic',
  'Armenian',
  'Hebrew',
  'Arabic',
  'Cherokee',
  'Georgian',
  'Han',
  'Hiragana',
  'Katakana',
  'Bopomofo',
  'Hangul',
];

/** Mixtures that are ordinary writing (UTS #39 5.2, "highly restrictive"). */
const ordinary = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

/**
 * The scripts that one label of a name mixes as no language does, the mark of a name made to look like another
 * (`раypal.hu` with a Cyrillic `р` and `а`); undefined when no label does.
 *
 * @param name A-labels, lower case
 */
export function mixedScripts(name: string): readonly string[] | undefined {
  if (!name.includes('xn--')) return undefined;
  return domainToUnicode(name)
    .split('.')
    .map(scriptsOf)
    .find((found) => found.length > 1 && !ordinary.some((set) => found.every((script) => set.includes(script))));
}

function scriptsOf(label: string): readonly string[] {
  const letters = label.match(/\p{L}/gu) ?? [];
  return [...new Set(letters.map((letter) => scripts.find((script) => patternOf(script).test(letter)) ?? 'other'))];
}

/** Made when a label needs it: all of them take half a millisecond. */
const patterns = new Map<string, RegExp>();

function patternOf(script: string): RegExp {
  let pattern = patterns.get(script);
  if (pattern === undefined) {
    pattern = new RegExp(`\\p{Script=${script}}`, 'u');
    patterns.set(script, pattern);
  }
  return pattern;
}
