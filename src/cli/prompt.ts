import { openSync, writeSync } from 'node:fs';
import process from 'node:process';
import type { ReadStream } from 'node:tty';
import { isSystemError } from './system-error.js';

/** The terminal of whoever started us, whatever standard input and output are connected to. */
export const terminalPath = '/dev/tty';

/**
 * Asks on the terminal, without echo.
 *
 * @returns what was typed up to Enter; undefined where there is no terminal, or when it ends (^D on an empty line)
 */
export async function askPassphrase(question: string): Promise<Buffer | undefined> {
  const descriptor = openTerminal();
  if (descriptor === undefined) return undefined;
  const terminal = new (process.getBuiltinModule('node:tty').ReadStream)(descriptor);
  try {
    terminal.setRawMode(true);
    writeSync(descriptor, question);
    return await readTyped(terminal);
  } finally {
    terminal.setRawMode(false);
    writeSync(descriptor, '\n');
    terminal.destroy();
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

/** The keys that mean something in raw mode: ^C, ^D, both backspaces, Enter, ^U. */
const Key = { interrupt: 0x03, end: 0x04, backspace: 0x08, enter: 0x0d, newline: 0x0a, kill: 0x15, delete: 0x7f };

function readTyped(terminal: ReadStream): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const typed: number[] = [];
    terminal.on('error', reject);
    terminal.on('end', () => resolve(undefined));
    terminal.on('data', (chunk: Buffer) => {
      for (const octet of chunk) {
        if (octet === Key.enter || octet === Key.newline) return resolve(Buffer.from(typed));
        if (octet === Key.end && typed.length === 0) return resolve(undefined);
        if (octet === Key.interrupt) {
          // Raw mode keeps ^C from becoming the signal it is meant to be.
          terminal.setRawMode(false);
          process.kill(process.pid, 'SIGINT');
          return resolve(undefined);
        }
        if (octet === Key.kill) typed.length = 0;
        else if (octet === Key.backspace || octet === Key.delete) eraseCharacter(typed);
        else typed.push(octet);
      }
    });
  });
}

/** Takes back one character: in UTF-8 every octet behind the first is 10xxxxxx. */
function eraseCharacter(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}
