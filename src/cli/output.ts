import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { UsageError } from '../errors.js';
import { aboutFile, isSystemError } from '../system/error.js';
import { fsyncAsync } from '../system/fsync.js';
import { forgetTemporary } from '../system/signals.js';
import { claimName, createTemporary, syncDirectory } from '../system/temporary.js';
import { isTerminal } from '../system/terminal.js';
import type { Report } from './report.js';
import { DescriptorSink, OutputEnd, OutputFailed, type Sink } from './sink.js';

/**
 * Output files appear whole or not at all. A regular file is written as a temporary one beside it (0600 from birth),
 * flushed to disk and renamed over it, so that at every moment the old file or the whole new one exists. What is not a
 * regular file (a terminal, a FIFO, /dev/null, /dev/stdout) is written in place. Nothing is opened before the first byte
 * is written: a command that fails early leaves no trace.
 */
export interface Output extends Sink {
  /** Call before commit when what was written holds a private key: the file is then kept from others. */
  holdsPrivateKey(): void;
  /** The same for a key that was just made: where no file was when the call began, none is replaced. */
  holdsNewKey(): void;
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
   * For a call that only says what it would do.
   *
   * @throws what would keep the file from appearing, as far as that can be told without touching anything
   */
  check(): void;
  /** Throws away what is not committed. */
  abort(): void;
  /** True when the data goes to a terminal. */
  readonly isTerminal: boolean;
}

/**
 * The output a call asks for.
 *
 * @param path the value of --output; undefined and `-` are standard output
 * @param mode the value of --mode, in octal
 */
export function openOutput(path: string | undefined, mode: string | undefined, report: Report): Output {
  const bits = mode === undefined ? undefined : parseMode(mode);
  if (path === undefined || path === '-') {
    if (bits !== undefined) throw new UsageError('--mode needs --output');
    return new InPlace(1);
  }
  if (path === '') throw new UsageError('--output needs the name of a file');
  const existing = statIfThere(path);
  if (existing !== undefined && !existing.isFile()) return new InPlace(path);
  // /dev/stdout and /dev/fd/N lead to files that somebody else has open: replacing those would pull them from under him.
  if (/^\/(dev|proc)\//.test(resolve(path))) return new InPlace(path);
  return new Replacement(path, existing, bits, report);
}

function parseMode(text: string): number {
  if (!/^0?[0-7]{3}$/.test(text))
    throw new UsageError(`--mode: ${text} is not three octal digits`, 'for example --mode 640');
  return Number.parseInt(text, 8);
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** The system's errors name the file that was asked for, not a temporary one. */
function named<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw failureOf(path, error);
  }
}

const failureOf = (path: string, error: unknown): OutputEnd =>
  error instanceof OutputEnd ? error : new OutputFailed(aboutFile(error, path));

/** Standard output, or a device, FIFO or socket by name. */
class InPlace implements Output {
  readonly #target: string | number;
  readonly #name: string;
  #descriptor: number | undefined;
  #sink: DescriptorSink | undefined;

  constructor(target: string | number) {
    this.#target = target;
    this.#name = typeof target === 'number' ? 'standard output' : target;
  }

  get isTerminal(): boolean {
    return isTerminal(named(this.#name, () => this.#open()));
  }

  write(data: string | Uint8Array): void {
    try {
      this.#sink ??= new DescriptorSink(this.#open());
      this.#sink.write(data);
    } catch (error) {
      throw failureOf(this.#name, error);
    }
  }

  flush(): void {
    named(this.#name, () => this.#sink?.flush());
  }

  holdsPrivateKey(): void {}

  holdsNewKey(): void {}

  async prepare(): Promise<void> {}

  place(): undefined {
    this.flush();
    this.abort();
  }

  commit(): void {
    this.place();
  }

  check(): void {
    if (typeof this.#target === 'string' && statIfThere(this.#target)?.isDirectory())
      named(this.#name, () => this.#open());
  }

  abort(): void {
    if (this.#descriptor !== undefined && this.#descriptor !== this.#target) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#sink = undefined;
  }

  #open(): number {
    this.#descriptor ??=
      typeof this.#target === 'number'
        ? this.#target
        : openSync(this.#target, constants.O_WRONLY | constants.O_TRUNC | constants.O_APPEND);
    return this.#descriptor;
  }
}

class Replacement implements Output {
  readonly isTerminal = false;
  readonly #given: string;
  readonly #target: string;
  readonly #existing: Stats | undefined;
  readonly #mode: number | undefined;
  readonly #report: Report;
  #private = false;
  #isNewKey = false;
  #temporary: { path: string; descriptor: number; sink: DescriptorSink; isOpen: boolean } | undefined;
  /** True once something could not be written: what was is not whole and must not appear. */
  #failed = false;

  constructor(given: string, existing: Stats | undefined, mode: number | undefined, report: Report) {
    this.#given = given;
    this.#target = followLinks(given);
    this.#existing = existing;
    this.#mode = mode;
    this.#report = report;
  }

  write(data: string | Uint8Array): void {
    this.#attempt(() => this.#open().sink.write(data));
  }

  flush(): void {}

  holdsPrivateKey(): void {
    this.#private = true;
  }

  holdsNewKey(): void {
    this.#private = true;
    this.#isNewKey = true;
  }

  async prepare(): Promise<void> {
    const { descriptor } = this.#attempt(() => this.#finish());
    this.#failed = true;
    await fsyncAsync(descriptor).catch((error: unknown) => {
      throw new OutputFailed(aboutFile(error, this.#given));
    });
    this.#failed = false;
    this.#attempt(() => this.#close());
  }

  place(): string {
    return this.#attempt(() => this.#replace());
  }

  commit(): void {
    syncDirectory(this.place());
  }

  #attempt<T>(action: () => T): T {
    if (this.#failed) throw new OutputFailed(new Error(`${this.#given} is written to after it failed`));
    this.#failed = true;
    const result = named(this.#given, action);
    this.#failed = false;
    return result;
  }

  /** Everything is written but not flushed to the disk. */
  #finish() {
    const temporary = this.#open();
    temporary.sink.flush();
    fchmodSync(temporary.descriptor, this.#finalMode());
    return temporary;
  }

  #close(): void {
    const temporary = this.#open();
    temporary.isOpen = false;
    closeSync(temporary.descriptor);
  }

  #replace(): string {
    if (this.#open().isOpen) {
      fsyncSync(this.#finish().descriptor);
      this.#close();
    }
    const { path } = this.#open();
    this.#moveIntoPlace(path);
    this.#temporary = undefined;
    forgetTemporary(path);
    return dirname(this.#target);
  }

  #moveIntoPlace(temporary: string): void {
    if (!this.#isNewKey || this.#existing !== undefined) {
      renameSync(temporary, this.#target);
      return;
    }
    if (!claimName(temporary, this.#target)) throw keyExists(this.#given);
    rmSync(temporary, { force: true });
  }

  check(): void {
    named(this.#given, () => accessSync(dirname(this.#target), constants.W_OK | constants.X_OK));
    this.#finalMode();
  }

  abort(): void {
    if (this.#temporary === undefined) return;
    const { path, descriptor, isOpen } = this.#temporary;
    this.#temporary = undefined;
    named(this.#given, () => {
      rmSync(path, { force: true });
      forgetTemporary(path);
      if (isOpen) closeSync(descriptor);
    });
  }

  #open() {
    this.#temporary ??= this.#create();
    return this.#temporary;
  }

  #create() {
    const temporary = createTemporary(this.#target);
    const opened = { ...temporary, sink: new DescriptorSink(temporary.descriptor), isOpen: true };
    this.#temporary = opened;
    if (this.#existing !== undefined) this.#keepOwner(temporary.descriptor, this.#existing);
    return opened;
  }

  #keepOwner(descriptor: number, { uid, gid }: Stats): void {
    if (uid === process.geteuid?.() && gid === process.getegid?.()) return;
    try {
      fchownSync(descriptor, uid, gid);
    } catch (error) {
      if (!isSystemError(error, 'EPERM')) throw error;
      throw new UsageError(
        `cannot keep the owner of ${this.#given} (${uid}:${gid})`,
        'write to another file, or as its owner',
      );
    }
  }

  #finalMode(): number {
    if (this.#mode !== undefined) {
      if (this.#private && (this.#mode & 0o007) !== 0) {
        throw new UsageError(
          '--mode would let others at a private key',
          'leave the last digit 0, for example --mode 640',
        );
      }
      return this.#mode;
    }
    if (this.#existing === undefined) return this.#private ? 0o600 : 0o666 & ~process.umask();
    const mode = this.#existing.mode & 0o7777;
    if (!this.#private || (mode & 0o007) === 0) return mode;
    const kept = mode & ~0o007;
    this.#report.notice(this.#given, `holds a private key: mode ${octal(mode)} becomes ${octal(kept)}`);
    return kept;
  }
}

/** Gives names to files that belong together, all of them complete on disk by {@link Output.prepare}. */
export function placeTogether(outputs: readonly Output[]): void {
  for (const folder of new Set(outputs.map((output) => output.place()))) {
    if (folder !== undefined) syncDirectory(folder);
  }
}

const octal = (mode: number): string => mode.toString(8).padStart(3, '0');

/** The file a path stands for, also when it is a symbolic link to a file that is not there yet. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    const link = lstatSync(path, { throwIfNoEntry: false });
    return link?.isSymbolicLink() ? followLinks(resolve(dirname(path), readlinkSync(path))) : resolve(path);
  }
}

/** What is said where a new key would replace a file. */
export function keyExists(path: string): UsageError {
  return new UsageError(
    `${path} exists, a key file is never overwritten`,
    'use another name, --reuse-keys, or --force, which keeps the old one beside it',
  );
}
