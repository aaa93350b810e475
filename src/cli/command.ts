import { UsageError } from '../errors.js';
import type { StandardInput } from '../input/source.js';
import { type CommonOptions, commonOptions, type OptionTable, type OptionValues } from './options.js';
import type { Output } from './output.js';
import type { Report } from './report.js';

/** A command: what --help says of it, its options, and what it does. A file under src/commands/ exports one. */
export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** The command in one line, lower case, no full stop: also the NAME line of its man page. */
  readonly summary: string;
  /** The calls it takes, a line each, without the command's name. */
  readonly synopsis: readonly string[];
  /** Its own options, in the order of its man page; the common ones follow. */
  readonly options: T;
  /** The contents of standard input, for a call without arguments at a terminal. */
  readonly input: string;
  /** Lines under the options in --help: what operands mean, an example. */
  readonly notes?: readonly string[];
  /** The second line of --version: the versions of the data it judges by. */
  readonly dataVersion?: string;
  run(call: Call<T>): Promise<void> | void;
}

/** One call of a command. */
export interface Call<T extends OptionTable = OptionTable> {
  readonly values: OptionValues<T & CommonOptions>;
  readonly operands: readonly string[];
  readonly report: Report;
  readonly output: Output;
  readonly stdin: StandardInput;
  /** The value of --at, or the time it is first asked for: what comes through a pipe may be younger than the call. */
  readonly now: Date;
}

/** Gives a command its exact type. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command<T> {
  return command;
}

/** The whole table a command is parsed by. */
export function optionTable<T extends OptionTable>(command: Command<T>): T & CommonOptions {
  return { ...command.options, ...commonOptions };
}

/** Throws when more than one of these options is given. */
export function onlyOne(values: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const given = names.filter((name) => values[name] !== undefined && values[name] !== false);
  if (given.length > 1) throw new UsageError(`--${given[0]} and --${given[1]} exclude each other`);
}
