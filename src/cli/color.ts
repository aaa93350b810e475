import process from 'node:process';
import { UsageError } from '../errors.js';
import { isTerminal } from '../system/terminal.js';
import type { CommonOptions, OptionValues } from './options.js';

type ColoredCall = Pick<OptionValues<CommonOptions>, 'color' | 'output'>;

/**
 * Whether to colour what goes to `descriptor`: only on a terminal and never with NO_COLOR, unless --color says otherwise.
 *
 * @param when the value of --color; undefined when it was not given, empty when it was given alone
 * @param descriptor undefined for what is no terminal
 */
export function wantsColor(when: string | undefined, descriptor: number | undefined): boolean {
  switch (when) {
    case '':
    case 'always':
      return true;
    case 'never':
      return false;
    case 'auto':
    case undefined:
      return (
        !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb' && descriptor !== undefined && isTerminal(descriptor)
      );
    default:
      throw new UsageError(`--color: ${when} is none of auto, always, never`);
  }
}

/** True when a command's data are to be in colour: where --output names a file, the terminal does not count. */
export const wantsColoredData = ({ color, output }: ColoredCall): boolean =>
  wantsColor(color, output === undefined || output === '-' ? 1 : undefined);

/** ANSI colours, or none: `paint(true).red('text')`. */
export function paint(enabled: boolean) {
  const sgr = (on: number, off: number) => (text: string) => (enabled ? `\x1b[${on}m${text}\x1b[${off}m` : text);
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    red: sgr(31, 39),
    green: sgr(32, 39),
    yellow: sgr(33, 39),
    cyan: sgr(36, 39),
  };
}

/** The colours of a text, or none of them. */
export type Paint = ReturnType<typeof paint>;
