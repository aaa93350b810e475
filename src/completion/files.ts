import { type Command, optionTable } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { bashCompletion } from './bash.js';
import type { Completed } from './completed.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

/** The completion files of a command, by their path under share/, where Debian and Homebrew look too. */
export function completionFiles<T extends OptionTable>(command: Command<T>): [path: string, text: string][] {
  const { name, summary } = command;
  const completed: Completed = { name, summary, options: optionTable(command) };
  return [
    [`bash-completion/completions/${name}`, bashCompletion(completed)],
    [`zsh/site-functions/_${name}`, zshCompletion(completed)],
    [`fish/vendor_completions.d/${name}.fish`, fishCompletion(completed)],
  ];
}
