import { closeSync, openSync, read, writeSync } from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';
import { isSystemError } from '../system/error.js';
import { printable } from '../text/printable.js';

/** The terminal we were started from, whatever standard input and output are connected to. */
export const terminalPath = '/dev/tty';

/**
 * Asks on the terminal, without echo.
 *
 * @param question may hold the name of a file: it is made safe to show
 * @returns what was typed up to Enter; undefined where there is no terminal, or when it ends (^D on an empty line)
 */
export async function askPassphrase(question: string): Promise<Buffer | undefined> {
  const descriptor = openTerminal();
  const other = openTerminal();
  if (descriptor === undefined || other === undefined) return undefined;
  // A stream makes its descriptor non-blocking, and some runtimes read a terminal by a stream once only: it sets the mode,
  // and what is typed is read from a descriptor of our own.
  const terminal = new (process.getBuiltinModule('node:tty').ReadStream)(other);
  const begin = () => {
    terminal.setRawMode(true);
    writeSync(descriptor, printable(question));
  };
  const guard = new TerminalGuard(() => terminal.setRawMode(false), begin);
  try {
    begin();
    return await readTyped(descriptor, guard);
  } finally {
    guard.end();
    writeSync(descriptor, '\n');
    terminal.destroy();
    closeSync(descriptor);
  }
}

function openTerminal(): number | undefined {
  try {
    return openSync(terminalPath, 'r+');
  } catch (error) {
    // ENXIO: the process has no controlling terminal.
    if (isSystemError(error, 'ENXIO') || isSystemError(error, 'ENOENT') || isSystemError(error, 'EACCES')) return;
    throw error;
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const;
type TerminalSignal = (typeof signals)[number];

/** Gives the terminal back whatever signal ends or stops the process, and takes it again when that goes on. */
class TerminalGuard {
  readonly #restore: () => void;
  readonly #begin: () => void;
  readonly #listener = (signal: NodeJS.Signals) => this.raise(signal);

  constructor(restore: () => void, begin: () => void) {
    this.#restore = restore;
    this.#begin = begin;
    this.#listen();
  }

  /** Has the signal do what it does without us. */
  raise(signal: NodeJS.Signals): void {
    this.end();
    process.kill(process.pid, signal);
    if (signal !== 'SIGTSTP') return;
    // Here the process goes on, in the foreground again.
    this.#listen();
    this.#begin();
  }

  end(): void {
    for (const signal of signals) process.off(signal, this.#listener);
    this.#restore();
  }

  #listen(): void {
    for (const signal of signals) process.on(signal, this.#listener);
  }
}

/** The keys that mean something in raw mode: ^D, both backspaces, Enter, ^U, ^W. */
const Key = {
  end: 0x04,
  backspace: 0x08,
  enter: 0x0d,
  newline: 0x0a,
  kill: 0x15,
  word: 0x17,
  delete: 0x7f,
  blank: 0x20,
};

/** ^C, ^\ and ^Z: raw mode keeps them from becoming the signals they are meant to be. */
const signalOf: Readonly<Record<number, TerminalSignal>> = { 3: 'SIGINT', 28: 'SIGQUIT', 26: 'SIGTSTP' };

const readAsync = promisify(read);

async function readTyped(descriptor: number, guard: TerminalGuard): Promise<Buffer | undefined> {
  const typed: number[] = [];
  const chunk = Buffer.alloc(256);
  for (;;) {
    const { bytesRead } = await readAsync(descriptor, chunk, 0, chunk.length, null);
    if (bytesRead === 0) return undefined;
    for (const octet of chunk.subarray(0, bytesRead)) {
      if (octet === Key.enter || octet === Key.newline) return Buffer.from(typed);
      if (octet === Key.end && typed.length === 0) return undefined;
      const signal = signalOf[octet];
      if (signal !== undefined) {
        typed.length = 0;
        guard.raise(signal);
      } else if (octet === Key.kill) typed.length = 0;
      else if (octet === Key.word) eraseWord(typed);
      else if (octet === Key.backspace || octet === Key.delete) eraseCharacter(typed);
      else typed.push(octet);
    }
  }
}

/** Takes back one character: in UTF-8 every octet behind the first is 10xxxxxx. */
function eraseCharacter(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}

/** Takes back the last word and the blanks behind it, as terminals do. */
function eraseWord(typed: number[]): void {
  while (typed.at(-1) === Key.blank) typed.pop();
  while (typed.length > 0 && typed.at(-1) !== Key.blank) typed.pop();
}
