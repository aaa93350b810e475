import { writeSync } from 'node:fs';
import { isPkiError } from '../errors.js';
import { systemErrorText } from '../system/error.js';
import { count, printable, shortened } from '../text/printable.js';
import { withoutLongWords, withoutSecrets } from '../text/without-secrets.js';
import { OutputEnd } from './sink.js';

/**
 * The voice of the commands. Everything said to a person goes to standard error, a line each, as
 * `command: source: message`: lower case, no full stop, `source` the operand as it was given (`-` for standard input).
 * A `hint:` line follows where we know the way out. What is said also decides the exit status: 2 "cannot tell" beats
 * 1 "no" beats 0 "yes".
 */
export type ExitStatus = 0 | 1 | 2;

export class Report {
  readonly command: string;
  readonly quiet: boolean;
  #status: ExitStatus = 0;
  #notices = 0;

  constructor(command: string, quiet: boolean) {
    this.command = command;
    this.quiet = quiet;
  }

  get status(): ExitStatus {
    return this.#status;
  }

  /** Raises the exit status without a word. */
  raise(status: ExitStatus): void {
    if (status > this.#status) this.#status = status;
  }

  /** Something is broken: exit status 2. */
  fault(source: string | undefined, message: string, hint?: string): void {
    this.raise(2);
    this.#say(source, message, hint);
  }

  /** The answer is no: exit status 1. */
  refusal(source: string | undefined, message: string, hint?: string): void {
    this.raise(1);
    this.#say(source, message, hint);
  }

  /** Worth knowing, and said even with --quiet; no effect on the exit status. */
  warning(source: string | undefined, message: string, hint?: string): void {
    this.#say(source, `warning: ${message}`, hint);
  }

  /** Worth knowing; left out with --quiet. */
  notice(source: string | undefined, message: string, hint?: string): void {
    if (!this.quiet && ++this.#notices <= MOST_NOTICES) this.#say(source, message, hint);
  }

  /** To be called when a command is done: says how many notices there were beyond those that were said. */
  finish(): void {
    const untold = this.#notices - MOST_NOTICES;
    if (untold > 0) this.#say(undefined, `and ${count(untold, 'more notice')}`, undefined);
  }

  /**
   * Says a caught error: ours by its own status, the system's in words, anything else as the bug it is.
   *
   * @throws {OutputEnd} the error is one: there is nothing to go on for
   */
  error(source: string | undefined, error: unknown): void {
    if (error instanceof OutputEnd) throw error;
    if (isPkiError(error)) {
      this.raise(error.status);
      for (const { message, hint } of [error, ...error.others]) this.#say(source ?? error.source, message, hint);
      return;
    }
    const text = systemErrorText(error);
    if (text !== undefined) {
      this.fault(source, text);
      return;
    }
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.fault(source, `internal error: ${trace}`, 'this is a bug in pkiutils');
  }

  #say(source: string | undefined, message: string, hint: string | undefined): void {
    const subject = source === undefined ? '' : `${printable(source)}: `;
    let text = `${this.command}: ${subject}${sayable(message)}\n`;
    if (hint !== undefined) text += `hint: ${sayable(hint)}\n`;
    try {
      writeSync(2, text);
    } catch {
      // There is no one left to tell: standard error is closed or full. The exit status still says it.
    }
  }
}

/** More are not read; a hostile certificate or list would make megabytes of them. */
const MOST_NOTICES = 1000;

/** A longer text is a file, not a message. */
const LONGEST_MESSAGE = 4000;

const sayable = (text: string): string => printable(withoutLongWords(withoutSecrets(shortened(text, LONGEST_MESSAGE))));
