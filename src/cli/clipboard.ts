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
  throw new PkiError('CLIPBOARD', 'the clipboard cannot be reached', {
    cause,
    hint: 'it needs a desktop session: on Linux a Wayland or X11 display, or xsel or wl-clipboard installed',
  });
}
