import { type Command, optionTable } from './command.js';
import type { OptionSpec, OptionTable } from './options.js';

declare const PKIUTILS_VERSION: string;

/** The --help text, made from the option table. */
export function helpText<T extends OptionTable>(command: Command<T>): string {
  const usage = command.synopsis.map((line, i) => `${i === 0 ? 'Usage:' : '  or:  '} ${command.name} ${line}`);
  const options = Object.entries<OptionSpec>(optionTable(command)).map(
    ([name, spec]) => [optionSyntax(name, spec), spec.help] as const,
  );
  const width = Math.min(28, Math.max(...options.map(([syntax]) => syntax.length)) + 2);
  const lines = options.flatMap(([syntax, help]) =>
    syntax.length + 2 > width ? [`  ${syntax}`, `  ${' '.repeat(width)}${help}`] : [`  ${syntax.padEnd(width)}${help}`],
  );
  const notes = command.notes === undefined ? [] : ['', ...command.notes];
  const see = `Exit status: 0 yes or done, 1 the answer is no, 2 cannot tell. See ${command.name}(1), pkiutils(7).`;
  const summary = `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`;
  return `${[...usage, summary, '', ...lines, ...notes, '', see].join('\n')}\n`;
}

/** `-a, --san NAME`, `    --fingerprint[=HASH]`: as --help and the man page write it. */
function optionSyntax(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const value = spec.value === undefined ? '' : ` ${spec.value}`;
  const optional = spec.optionalValue === undefined ? '' : `[=${spec.optionalValue}]`;
  return `${short}--${name}${optional}${value}`;
}

/** The --version text: name and version, and on a second line the data a command judges by. */
export function versionText<T extends OptionTable>(command: Command<T>): string {
  const data = command.dataVersion === undefined ? '' : `${command.dataVersion}\n`;
  return `${command.name} (pkiutils) ${PKIUTILS_VERSION}\n${data}`;
}
