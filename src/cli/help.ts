import { wrap } from '../text/wrap.js';
import { type Command, optionTable } from './command.js';
import type { OptionSpec, OptionTable } from './options.js';

declare const PKIUTILS_VERSION: string;

/** The columns --help keeps to. */
const WIDTH = 80;
/** Where the explanations begin, at most; an option that is wider has its explanation on the next line. */
const MAX_INDENT = 28;

/** The --help text, made from the option table. */
export function helpText<T extends OptionTable>(command: Command<T>): string {
  const usage = command.synopsis.flatMap((line, i) => {
    const lead = `${i === 0 ? 'Usage:' : '  or: '} ${command.name} `;
    const parts = line.match(/\[[^\]]*\]\S*|\([^)]*\)\S*|\S+/g) ?? [];
    return wrap(parts, WIDTH - lead.length).map((text, k) => (k === 0 ? lead : ' '.repeat(lead.length)) + text);
  });
  const options = Object.entries<OptionSpec>(optionTable(command)).map(
    ([name, spec]) => [`  ${optionSyntax(name, spec)}`, spec.help] as const,
  );
  const indent = Math.min(MAX_INDENT, Math.max(...options.map(([syntax]) => syntax.length)) + 2);
  const lines = options.flatMap(([syntax, help]) => {
    const text = wrap(help.split(' '), WIDTH - indent);
    const head = syntax.length + 2 > indent ? [syntax] : [syntax.padEnd(indent) + (text.shift() ?? '')];
    return [...head, ...text.map((line) => ' '.repeat(indent) + line)];
  });
  const notes =
    command.notes === undefined ? [] : ['', ...command.notes.flatMap((note) => wrap(note.split(' '), WIDTH))];
  // The executable that holds them all has no page but the one about them all.
  const pages = command.name === 'pkiutils' ? 'pkiutils(7)' : `${command.name}(1), pkiutils(7)`;
  const see = `Exit status: 0 yes or done, 1 the answer is no, 2 cannot tell. See ${pages}.`;
  const summary = `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`;
  return `${[...usage, ...wrap(summary.split(' '), WIDTH), '', ...lines, ...notes, '', ...wrap(see.split(' '), WIDTH)].join('\n')}\n`;
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
