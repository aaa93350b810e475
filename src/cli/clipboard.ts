import process from 'node:process';
import { PkiError } from '../errors.js';

/**
 * The system's clipboard, as text. Loaded by import() only: clipboardy is an ES module with programs of its own beside it.
 */

/** @throws {PkiError} there is no clipboard to write to */
export async function writeClipboard(text: string): Promise<void> {
  const { default: clipboard } = await import('clipboardy');
  await clipboard.write(text).catch(unreachable);
}

/** @throws {PkiError} there is no clipboard to read from */
export async function readClipboard(): Promise<string> {
  const { default: clipboard } = await import('clipboardy');
  return clipboard.read().catch(unreachable);
}

function unreachable(cause: unknown): never {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const reason =
    process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY
      ? 'there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set'
      : `the program for it does not work${exitText(cause)}`;
  throw new PkiError('CLIPBOARD', `the clipboard cannot be reached: ${reason}`, {
    cause,
    hint: 'on Linux it needs a desktop session and the package xsel (X11) or wl-clipboard (Wayland)',
  });
}

/** The program's last words, in one line. */
function exitText(cause: unknown): string {
  const said = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : undefined;
  return said === undefined || said === '' ? '' : `: ${said}`;
}
