import { parseArgs } from 'node:util';
import { PkiError } from '../errors.js';
import { nearest } from './nearest.js';

/**
 * A command's options as a table: the one source of its parsing and its --help, and what its man page is held to.
 * `util.parseArgs` splits the arguments into tokens; the table judges them, stricter than parseArgs: a missing value, a
 * value that is another option, a value for a flag, `-o=FILE` and a second use of a non-repeatable option are errors.
 */
export interface OptionSpec {
  /** One letter. */
  readonly short?: string;
  /** The name of the value in --help; its presence makes the option take one. */
  readonly value?: string;
  /** The name of a value that may be left out: it attaches only with `=`. */
  readonly optionalValue?: string;
  /** The values there are, or the most likely ones: what a shell offers. */
  readonly choices?: readonly string[];
  /** True when every use counts; the values come in order. */
  readonly repeatable?: true;
  /** One sentence for --help, lower case, no full stop. */
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S extends { value: string }
  ? S extends { repeatable: true }
    ? readonly string[]
    : string | undefined
  : S extends { optionalValue: string }
    ? string | undefined
    : boolean;

/** What parsing gives, by long name. An option with an optional value used without one is the empty string. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

/** The options every command has. */
export const commonOptions = {
  output: { short: 'o', value: 'FILE', help: 'write to FILE, whole or not at all' },
  mode: { value: 'OCTAL', help: 'permission bits of the file --output makes' },
  quiet: { short: 'q', help: 'leave out notices; the readers print only by exit status' },
  at: { value: 'TIME', help: 'take TIME (RFC 3339) for now' },
  color: { optionalValue: 'WHEN', choices: ['auto', 'always', 'never'], help: 'colour: auto, always or never' },
  'max-size': { value: 'BYTES', help: 'largest object taken (16M; CRL and PKCS#7 256M)' },
  help: { short: 'h', help: 'print this help' },
  version: { help: 'print the version' },
} as const satisfies OptionTable;

export type CommonOptions = typeof commonOptions;

/** A mistake in how a command was called: exit status 2. */
export class UsageError extends PkiError {
  constructor(message: string, hint?: string) {
    super('USAGE', message, { hint });
    this.name = 'UsageError';
  }
}

export interface ParsedArguments<T extends OptionTable> {
  readonly values: OptionValues<T>;
  readonly operands: readonly string[];
}

/**
 * Parses arguments by a table.
 *
 * @throws {UsageError}
 */
export function parseArguments<T extends OptionTable>(table: T, args: readonly string[]): ParsedArguments<T> {
  const values: Record<string, boolean | string | string[] | undefined> = {};
  for (const [name, spec] of Object.entries(table)) {
    values[name] = spec.value === undefined && spec.optionalValue === undefined ? false : undefined;
    if (spec.repeatable) values[name] = [];
  }
  // Files alone, the usual call: what takes options apart is not even loaded, which is half a millisecond of a start.
  if (args.every(isOperand)) return { values: values as OptionValues<T>, operands: args };
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, options: parseArgsConfig(table) });
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (spec === undefined) throw unknownOption(table, token.rawName);
    const value = optionValue(spec, token.rawName, token.value, token.inlineValue === true);
    const before = values[token.name];
    if (Array.isArray(before)) before.push(String(value));
    else if (before !== undefined && before !== false) throw new UsageError(`${token.rawName} is given twice`);
    else values[token.name] = value;
  }
  return { values: values as OptionValues<T>, operands };
}

/** A lone dash is standard input. */
const isOperand = (argument: string): boolean => argument === '-' || !argument.startsWith('-');

function parseArgsConfig(table: OptionTable): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  return Object.fromEntries(
    Object.entries(table).map(([name, spec]) => {
      const type = spec.value === undefined ? ('boolean' as const) : ('string' as const);
      return [name, spec.short === undefined ? { type } : { type, short: spec.short }];
    }),
  );
}

/** What one use of an option stands for, or why it cannot stand. */
function optionValue(spec: OptionSpec, name: string, value: string | undefined, inline: boolean): string | boolean {
  if (spec.value !== undefined) {
    if (value === undefined) throw new UsageError(`${name} needs a value: ${spec.value}`);
    if (!inline && value.length > 1 && value.startsWith('-')) {
      throw new UsageError(
        `${name} needs a value, found ${value}`,
        `a value that starts with a dash attaches: ${attached(name, value)}`,
      );
    }
    if (inline && !name.startsWith('--') && value.startsWith('=')) {
      throw new UsageError(
        `${name}${value}: a short option takes its value without =`,
        `write ${name} ${value.slice(1)}`,
      );
    }
    return value;
  }
  if (spec.optionalValue !== undefined) return inline ? (value ?? '') : '';
  if (value !== undefined) throw new UsageError(`${name} takes no value`);
  return true;
}

const attached = (name: string, value: string): string =>
  name.startsWith('--') ? `${name}=${value}` : `${name}${value}`;

function unknownOption(table: OptionTable, rawName: string): UsageError {
  const known = Object.entries(table).flatMap(([name, spec]) => [
    `--${name}`,
    ...(spec.short ? [`-${spec.short}`] : []),
  ]);
  const close = nearest(rawName, known);
  return new UsageError(`unknown option ${rawName}`, close === undefined ? 'see --help' : `did you mean ${close}?`);
}
