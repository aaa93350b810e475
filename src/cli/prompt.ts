import { closeSync, openSync, read, writeSync } from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';
import { isSystemError } from '../system/error.js';
import { printable } from '../text/printable.js';

/** The terminal of whoever started us, whatever standard input and output are connected to. */
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
  // and what is typed is read from a descriptor that nobody else has.
  const terminal = new (process.getBuiltinModule('node:tty').ReadStream)(other);
  const restore = () => terminal.setRawMode(false);
  try {
    terminal.setRawMode(true);
    writeSync(descriptor, printable(question));
    return await readTyped(descriptor, restore);
  } finally {
    restore();
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

/** The keys that mean something in raw mode: ^C, ^D, both backspaces, Enter, ^U. */
const Key = { interrupt: 0x03, end: 0x04, backspace: 0x08, enter: 0x0d, newline: 0x0a, kill: 0x15, delete: 0x7f };

const readAsync = promisify(read);

async function readTyped(descriptor: number, restore: () => void): Promise<Buffer | undefined> {
  const typed: number[] = [];
  const chunk = Buffer.alloc(256);
  for (;;) {
    const { bytesRead } = await readAsync(descriptor, chunk, 0, chunk.length, null);
    if (bytesRead === 0) return undefined;
    for (const octet of chunk.subarray(0, bytesRead)) {
      if (octet === Key.enter || octet === Key.newline) return Buffer.from(typed);
      if (octet === Key.end && typed.length === 0) return undefined;
      if (octet === Key.interrupt) {
        // Raw mode keeps ^C from becoming the signal it is meant to be.
        restore();
        process.kill(process.pid, 'SIGINT');
        return undefined;
      }
      if (octet === Key.kill) typed.length = 0;
      else if (octet === Key.backspace || octet === Key.delete) eraseCharacter(typed);
      else typed.push(octet);
    }
  }
}

/** Takes back one character: in UTF-8 every octet behind the first is 10xxxxxx. */
function eraseCharacter(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}
