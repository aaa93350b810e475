import { UsageError } from '../errors.js';
import { toUtf8 } from '../input/text.js';
import { nearestHint } from '../text/nearest.js';
import { isSingleDashed } from './single-dashed.js';

/**
 * A command's options as a table: the one source of its parsing and its --help, and what its man page is held to.
 * Arguments are taken apart as `util.parseArgs` does it, which a test holds this to: on Node.js 24 loading and asking that
 * took a twentieth of every start. What comes of it is judged more strictly: a missing value, a value that is another
 * option, a value for a flag, `-o=FILE` and a second use of a non-repeatable option are errors.
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

/** The options of a command by their long names, in the order of --help. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S extends { value: string }
  ? S extends { repeatable: true }
    ? readonly string[]
    : string | undefined
  : S extends { optionalValue: string }
    ? string | undefined
    : boolean;

/** The values of the options, by long name. An option with an optional value used without one is the empty string. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

/** The options every command has. */
export const commonOptions = {
  output: { short: 'o', value: 'FILE', help: 'write to FILE, whole or not at all' },
  mode: { value: 'OCTAL', help: 'permission bits of the file --output makes' },
  force: { help: 'replace a file that holds a private key, keeping it as FILE.old-TIMESTAMP' },
  quiet: { short: 'q', help: 'leave out notices; the readers print only by exit status' },
  at: { value: 'TIME', help: 'take TIME (RFC 3339) for now' },
  color: { optionalValue: 'WHEN', choices: ['auto', 'always', 'never'], help: 'colour: auto, always or never' },
  'max-size': { value: 'BYTES', help: 'largest object taken (16M; CRL and PKCS#7 256M)' },
  help: { short: 'h', help: 'print this help' },
  version: { help: 'print the version' },
} as const satisfies OptionTable;

/** The table of the options every command has. */
export type CommonOptions = typeof commonOptions;

/** An option the command does not have. */
export class UnknownOption extends UsageError {
  /** With its dashes. */
  readonly given: string;

  constructor(given: string, hint: string) {
    super(`unknown option ${given}`, hint);
    this.name = 'UnknownOption';
    this.given = given;
  }
}

interface ParsedArguments<T extends OptionTable> {
  readonly values: OptionValues<T>;
  readonly operands: readonly string[];
}

/**
 * Parses arguments by a table.
 *
 * @throws {UsageError}
 */
export function parseArguments<T extends OptionTable>(table: T, args: readonly string[]): ParsedArguments<T> {
  const end = args.indexOf('--');
  const foreign = (end === -1 ? args : args.slice(0, end)).find((argument, i) =>
    isForeign(table, argument, args[i - 1]),
  );
  if (foreign !== undefined) throw unknownOption(table, foreign);
  const values: Record<string, boolean | string | string[] | undefined> = {};
  for (const [name, spec] of Object.entries(table)) {
    values[name] = spec.value === undefined && spec.optionalValue === undefined ? false : undefined;
    if (spec.repeatable) values[name] = [];
  }
  const operands: string[] = [];
  for (const token of tokensOf(table, args)) {
    if (typeof token === 'string') {
      operands.push(token);
      continue;
    }
    const { name, rawName } = token;
    const spec = Object.hasOwn(table, name) ? table[name] : undefined;
    if (spec === undefined) throw unknownOption(table, rawName);
    const value = optionValue(spec, token);
    const before = values[name];
    if (Array.isArray(before)) before.push(String(value));
    else if (before !== undefined && before !== false) throw new UsageError(`${rawName} is given twice`);
    else values[name] = value;
  }
  return { values: values as OptionValues<T>, operands };
}

/** One use of an option. */
interface Use {
  /** Its long name, or the letter that is unknown. */
  readonly name: string;
  /** As it was given: `-o`, `--output`. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** True where the value is in one word with the option: `--output=x`, `-ox`. */
  readonly isInline: boolean;
}

/** Takes arguments apart: an operand is a string. */
export function* tokensOf(table: OptionTable, args: readonly string[]): Generator<string | Use, void> {
  const takesValue = (name: string) => Object.hasOwn(table, name) && table[name]?.value !== undefined;
  const nameOf = (letter: string) => Object.keys(table).find((name) => table[name]?.short === letter) ?? letter;
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] as string;
    if (argument === '--') {
      yield* args.slice(i + 1);
      return;
    }
    if (argument === '-' || !argument.startsWith('-')) {
      yield argument;
    } else if (argument.startsWith('--')) {
      const equals = argument.indexOf('=');
      const isInline = equals !== -1;
      const rawName = isInline ? argument.slice(0, equals) : argument;
      const name = rawName.slice(2);
      const value = isInline ? argument.slice(equals + 1) : takesValue(name) ? args[++i] : undefined;
      yield { name, rawName, value, isInline };
    } else {
      // Letters, of which the first that takes a value has the rest for it, or else the next argument.
      for (let k = 1; k < argument.length; k++) {
        const letter = String.fromCodePoint(argument.codePointAt(k) as number);
        const name = nameOf(letter);
        const rawName = `-${letter}`;
        k += letter.length - 1;
        if (!takesValue(name)) {
          yield { name, rawName, value: undefined, isInline: false };
          continue;
        }
        const rest = argument.slice(k + 1);
        yield { name, rawName, value: rest === '' ? args[++i] : rest, isInline: rest !== '' };
        break;
      }
    }
  }
}

/** The value of one use of an option, or why it cannot stand. */
function optionValue(spec: OptionSpec, { rawName: name, value, isInline }: Use): string | boolean {
  if (spec.value !== undefined) {
    if (value === undefined) throw new UsageError(`${name} needs a value: ${spec.value}`);
    if (!isInline && value.length > 1 && value.startsWith('-')) {
      throw new UsageError(
        `${name} needs a value, found ${value}`,
        `a value that starts with a dash attaches: ${attached(name, value)}`,
      );
    }
    if (isInline && !name.startsWith('--') && value.startsWith('=')) {
      throw new UsageError(
        `${name}${value}: a short option takes its value without =`,
        `write ${name} ${value.slice(1)}`,
      );
    }
    if (value.includes('\ufffd')) throw new UsageError(`${name}: its value is not UTF-8`, toUtf8);
    return value;
  }
  if (spec.optionalValue !== undefined) return isInline ? (value ?? '') : '';
  if (value !== undefined) throw new UsageError(`${name} takes no value`);
  return true;
}

const attached = (name: string, value: string): string =>
  name.startsWith('--') ? `${name}=${value}` : `${name}${value}`;

/** True for a word of openssl behind one dash, where it is no value of the option before it. */
function isForeign(table: OptionTable, argument: string, before: string | undefined): boolean {
  if (!isSingleDashed(argument)) return false;
  const isValueOf = Object.entries(table).some(
    ([name, { short, value }]) => value !== undefined && (before === `--${name}` || before === `-${short}`),
  );
  // As a value it is refused, with a hint of its own.
  return !isValueOf;
}

function unknownOption(table: OptionTable, rawName: string): UnknownOption {
  const known = Object.entries(table).flatMap(([name, spec]) => [
    `--${name}`,
    ...(spec.short ? [`-${spec.short}`] : []),
  ]);
  return new UnknownOption(rawName, nearestHint(rawName, known) ?? 'see --help');
}
