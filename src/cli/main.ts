import process from 'node:process';
import { StandardInput } from '../input/source.js';
import { once } from '../once.js';
import { awaitsSignals } from '../system/signals.js';
import type { Command } from './command.js';
import { optionTable } from './command.js';
import { type OptionTable, parseArguments, UnknownOption } from './options.js';
import { openOutput } from './output.js';
import { Report } from './report.js';
import { ClosedPipe, DescriptorSink, OutputFailed } from './sink.js';
import { parseTime } from './time.js';

/**
 * Runs a command on the process's arguments and ends the process with its exit status: at once, for all is written by
 * then, and taking the runtime down piece by piece takes a millisecond or two.
 */
export async function main<T extends OptionTable>(
  command: Command<T>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  process.exitCode = await runCommand(command, args);
  if (!awaitsSignals()) process.exit();
}

async function runCommand<T extends OptionTable>(command: Command<T>, args: readonly string[]): Promise<number> {
  let report = new Report(command.name, false);
  try {
    const { values, operands } = await parsed(command, args);
    if (values.help || values.version) {
      const { helpText, versionText } = await import('./help.js');
      const stdout = new DescriptorSink(1);
      stdout.write(values.help ? helpText(command) : versionText(command));
      stdout.flush();
      return 0;
    }
    report = new Report(command.name, values.quiet);
    const at = values.at === undefined ? undefined : parseTime('--at', values.at);
    const now = once(() => at ?? new Date());
    const { force, mode } = values;
    const output = await openOutput(values.output, { mode, force, now: at ?? new Date(), report });
    try {
      const stdin = new StandardInput((owner) => {
        // A list has its own name, and so has what an option reads.
        const isNamed = owner.startsWith('--') || owner.startsWith('the list');
        const what = isNamed ? owner.replace(/ -$/, '') : command.input;
        const hint = `end it with Ctrl-D; ${command.name} --help says what else to do`;
        report.notice(undefined, `reading ${what} from the terminal`, hint);
      });
      const call = { values, operands, report, output, stdin };
      await command.run({
        ...call,
        get now() {
          return now();
        },
      });
    } catch (error) {
      sayLast(report, error);
    }
    output.abort();
  } catch (error) {
    sayLast(report, error);
  }
  report.finish();
  return report.status;
}

/** The arguments, parsed. What is an option elsewhere is refused with the way to say it here. */
async function parsed<T extends OptionTable>(command: Command<T>, args: readonly string[]) {
  const table = optionTable(command);
  try {
    return parseArguments(table, args);
  } catch (error) {
    if (!(error instanceof UnknownOption)) throw error;
    const { habitHint } = await import('./habits.js');
    const hint = habitHint(error.given, table);
    throw hint === undefined ? error : new UnknownOption(error.given, hint);
  }
}

/** Says what ended the command; a reader who has gone away is no news. */
function sayLast(report: Report, error: unknown): void {
  if (!(error instanceof ClosedPipe)) report.error(undefined, error instanceof OutputFailed ? error.cause : error);
}
