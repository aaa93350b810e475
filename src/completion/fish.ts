import type { OptionSpec } from '../cli/options.js';
import { type Completed, valueKind } from './completed.js';

/** The completion of one command for fish. */
export function fishCompletion({ name, options }: Completed): string {
  const lines = Object.entries(options).map(([option, spec]) => {
    const short = spec.short === undefined ? '' : ` -s ${spec.short}`;
    return `complete -c ${name}${short} -l ${option}${valueOption(spec)} -d ${shellQuoted(spec.help)}`;
  });
  return `# fish completion of ${name}, made from its option table\n${lines.join('\n')}\n`;
}

function valueOption(spec: OptionSpec): string {
  const kind = valueKind(spec);
  // An optional value attaches with `=`, as fish takes it when nothing says it is required.
  const required = spec.value === undefined ? '' : ' -x';
  if (kind === 'none') return '';
  if (kind === 'file') return ' -r -F';
  if (kind === 'directory') return ` -x -a '(__fish_complete_directories)'`;
  if (kind === 'unknown') return required;
  const words = kind.words.join(' ');
  return `${required} -a ${shellQuoted(kind.isList ? `(__fish_append , ${words})` : words)}`;
}

const shellQuoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
