import { UsageError } from '../errors.js';
import { syncDirectory } from '../system/temporary.js';
import { destinationOf } from './output/destination.js';
import { type HeldKey, heldKeys } from './output/held-keys.js';
import { InPlace } from './output/in-place.js';
import { Replacement } from './output/replacement.js';
import type { Report } from './report.js';
import type { Sink } from './sink.js';

/**
 * Output files appear whole or not at all. A regular file is written as a temporary one beside it (0600 from birth),
 * flushed to disk and renamed over it, so that at every moment the old file or the whole new one exists. What is not a
 * regular file (a terminal, a FIFO, /dev/null, /dev/stdout) is written in place. Nothing is opened before the first byte
 * is written: a command that fails early leaves no trace.
 *
 * A private key is never lost: a file that holds one which the new content does not hold is replaced with --force only, and
 * then kept beside it.
 */
export interface Output extends Sink {
  /**
   * Call before the first byte when what is written holds private keys: the file is then kept from others.
   *
   * @param identities of the keys, by `publicKeyIdentity`: those are not lost
   * @throws {UsageError} it would go to a terminal
   */
  holdsPrivateKeys(identities: readonly string[]): void;
  /**
   * The same for a key that was just made: where no file was when the call began, none is replaced.
   *
   * @throws {UsageError} a file was there, and --force is not given
   */
  holdsNewKey(): void;
  /** The private keys in the file that is there which the new content does not hold. */
  readonly lostKeys: readonly HeldKey[];
  /** The lost keys may go: what is written is the successor of what they were for. */
  renewsKeys(): void;
  /**
   * Brings all that was written to the disk, which is waited for in the background: what is left is to {@link place} it.
   * For files that belong together: the first takes its place only when the last is complete.
   */
  prepare(): Promise<void>;
  /** Makes the file appear. That its folder, which is returned, is flushed too is left to the caller. */
  place(): string | undefined;
  /** Makes the file appear. Without it nothing does. */
  commit(): void;
  /**
   * For a call that only says what it would do, or that does something else first.
   *
   * @throws what would keep the file from appearing, as far as that can be told without touching anything
   */
  check(): void;
  /** Throws away what is not committed. */
  abort(): void;
  /** True when the data goes to a terminal. */
  readonly isTerminal: boolean;
}

/** How a file is written, from the options of a call. */
export interface OutputOptions {
  /** The value of --mode, in octal. */
  readonly mode?: string | undefined;
  /** True with --force. */
  readonly force: boolean;
  readonly now: Date;
  readonly report: Report;
}

/**
 * The output a call asks for.
 *
 * @param path the value of --output; undefined and `-` are standard output
 * @throws {PkiError} there is no way to this file
 */
export async function openOutput(path: string | undefined, options: OutputOptions): Promise<Output> {
  const { report } = options;
  const mode = options.mode === undefined ? undefined : parseMode(options.mode);
  if (path === undefined || path === '-') {
    if (mode !== undefined) throw new UsageError('--mode needs --output');
    return new InPlace(1, report);
  }
  if (path === '') throw new UsageError('--output needs the name of a file');
  const destination = destinationOf(path);
  if (destination.isInPlace) return new InPlace(path, report);
  const oldKeys = destination.existing === undefined ? [] : await heldKeys(destination.target);
  const sayKept = (old: string) => report.notice(path, `the old key is kept as ${old}`);
  return new Replacement(destination, { ...options, mode, oldKeys, keepsOwner: true, sayKept });
}

interface KeyFileOptions extends Omit<OutputOptions, 'mode'> {
  /** Says where an old key was kept. */
  readonly sayKept?: (path: string) => void;
}

/**
 * The file of a newly made private key: ours, 0600 from birth, never over a file that is there. With `force` the old file
 * is kept, whatever it holds.
 *
 * @throws {PkiError} the key could not go there: before the work of making one
 */
export function openKeyFile(path: string, options: KeyFileOptions): Output {
  const { report } = options;
  const destination = destinationOf(path);
  const { existing, isInPlace } = destination;
  if (existing?.isDirectory()) throw new UsageError(`${path} is a directory`);
  const sayKept = options.sayKept ?? ((old: string) => report.notice(path, `the old key is kept as ${old}`));
  const settings = { ...options, mode: 0o600, oldKeys: [], keepsOwner: false, sayKept };
  const output = isInPlace ? new InPlace(path, report) : new Replacement(destination, settings);
  output.holdsNewKey();
  return output;
}

function parseMode(text: string): number {
  if (!/^0?[0-7]{3}$/.test(text))
    throw new UsageError(`--mode: ${text} is not three octal digits`, 'for example --mode 640');
  return Number.parseInt(text, 8);
}

/** Gives names to files that belong together, all of them complete on disk by {@link Output.prepare}. */
export function placeTogether(outputs: readonly Output[]): void {
  for (const folder of new Set(outputs.map((output) => output.place()))) {
    if (folder !== undefined) syncDirectory(folder);
  }
}
