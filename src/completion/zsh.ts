import type { OptionSpec } from '../cli/options.js';
import { type Completed, shellQuoted, valueKind } from './completed.js';

/** The completion of one command for zsh: a file `_NAME` in a folder of $fpath. */
export function zshCompletion({ name, options }: Completed): string {
  const specs = Object.entries(options).map(([option, spec]) => `  ${argument(option, spec)}`);
  return `#compdef ${name}
# Made from the option table of ${name}.
_arguments -s -S : \\
${specs.join(' \\\n')} \\
  '*:file:_files'
`;
}

/** `'(-o --output)'{-o+,--output=}'[help]:FILE:_files'`, as _arguments wants it. */
function argument(option: string, spec: OptionSpec): string {
  const help = `[${spec.help.replace(/[\\[\]:]/g, '\\$&')}]`;
  const value = action(spec);
  const long = `--${option}${spec.value !== undefined ? '=' : spec.optionalValue !== undefined ? '=-' : ''}`;
  const again = spec.repeatable ? '*' : '';
  if (spec.short === undefined) return shellQuoted(`${again}${long}${help}${value}`);
  const short = `-${spec.short}${spec.value !== undefined ? '+' : ''}`;
  const excluded = again === '' ? shellQuoted(`(-${spec.short} --${option})`) : shellQuoted(again);
  return `${excluded}{${short},${long}}${shellQuoted(`${help}${value}`)}`;
}

function action(spec: OptionSpec): string {
  const kind = valueKind(spec);
  if (kind === 'none') return '';
  const name = (spec.value ?? spec.optionalValue ?? '').replace(/[\\:]/g, '\\$&');
  const colon = spec.value === undefined ? '::' : ':';
  if (kind === 'file') return `${colon}${name}:_files`;
  if (kind === 'directory') return `${colon}${name}:_files -/`;
  if (kind === 'unknown') return `${colon}${name}: `;
  // _values takes what stands behind a colon or in brackets for a description.
  if (kind.isList) return `${colon}${name}:_values -s , ${name} ${kind.words.join(' ')}`;
  return `${colon}${name}:(${kind.words.map((word) => word.replace(/:/g, '\\:')).join(' ')})`;
}
