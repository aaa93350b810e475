import type { OptionSpec, OptionTable } from '../cli/options.js';

/** A command as its completion sees it. */
export interface Completed {
  readonly name: string;
  readonly summary: string;
  /** Its own options and the common ones. */
  readonly options: OptionTable;
}

/** The completion of an option's value: a word, or a list of words with commas, a path, or what only the user knows. */
export type ValueKind =
  | { readonly words: readonly string[]; readonly isList: boolean }
  | 'file'
  | 'directory'
  | 'unknown'
  | 'none';

/** The names of values that are paths. */
const pathNames = new Map<string, ValueKind>([
  ['FILE', 'file'],
  ['KEY', 'file'],
  ['KEYOUT', 'file'],
  ['CERT', 'file'],
  ['PATH', 'file'],
  ['PREFIX', 'file'],
  ['DIR', 'directory'],
]);

export function valueKind({ value, optionalValue, choices }: OptionSpec): ValueKind {
  const name = value ?? optionalValue;
  if (name === undefined) return 'none';
  if (choices !== undefined) return { words: choices, isList: name.endsWith(',...') };
  return pathNames.get(name) ?? 'unknown';
}

/** Inside single quotes of a POSIX shell. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The spellings of an option: `--output`, `-o`. */
export const spellings = (name: string, { short }: OptionSpec): string[] =>
  short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`];
