import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { UsageError } from './options.js';
import type { Report } from './report.js';
import { forgetTemporary, keepTemporary } from './signals.js';
import { DescriptorSink, OutputEnd, OutputFailed, type Sink } from './sink.js';
import { aboutFile, isSystemError } from './system-error.js';
import { isTerminal } from './terminal.js';

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
   * Brings all that was written to the disk, and what is left to commit is a name. For files that belong together: the
   * first takes its place only when the last is complete.
   */
  prepare(): void;
  /** Makes the file appear. Without it nothing does. */
  commit(): void;
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
    throw error instanceof OutputEnd ? error : new OutputFailed(aboutFile(error, path));
  }
}

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
    named(this.#name, () => {
      this.#sink ??= new DescriptorSink(this.#open());
      this.#sink.write(data);
    });
  }

  flush(): void {
    named(this.#name, () => this.#sink?.flush());
  }

  holdsPrivateKey(): void {}

  holdsNewKey(): void {}

  prepare(): void {}

  commit(): void {
    this.flush();
    this.abort();
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

  prepare(): void {
    this.#attempt(() => this.#complete());
  }

  commit(): void {
    this.#attempt(() => this.#replace());
  }

  #attempt(action: () => void): void {
    if (this.#failed) throw new OutputFailed(new Error(`${this.#given} is written to after it failed`));
    this.#failed = true;
    named(this.#given, action);
    this.#failed = false;
  }

  #complete(): string {
    const temporary = this.#open();
    const { path, descriptor, sink } = temporary;
    if (!temporary.isOpen) return path;
    sink.flush();
    fchmodSync(descriptor, this.#finalMode());
    fsyncSync(descriptor);
    temporary.isOpen = false;
    closeSync(descriptor);
    return path;
  }

  #replace(): void {
    const path = this.#complete();
    this.#moveIntoPlace(path);
    this.#temporary = undefined;
    forgetTemporary(path);
    syncDirectory(dirname(this.#target));
  }

  #moveIntoPlace(temporary: string): void {
    if (!this.#isNewKey || this.#existing !== undefined) {
      renameSync(temporary, this.#target);
      return;
    }
    if (!claimName(temporary, this.#target)) throw keyExists(this.#given);
    rmSync(temporary, { force: true });
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

/** A new, empty file beside `target`, 0600, that signals remove until {@link forgetTemporary}. */
export function createTemporary(target: string): { path: string; descriptor: number } {
  const unique = `${process.pid.toString(36)}${process.hrtime.bigint().toString(36)}`;
  const path = join(dirname(target), `.${basename(target).slice(0, 200)}.${unique}.tmp`);
  keepTemporary(path);
  try {
    return { path, descriptor: openSync(path, 'wx', 0o600) };
  } catch (error) {
    forgetTemporary(path);
    throw error;
  }
}

/**
 * Gives a complete file the name `path` if that is free: link() is the one call that does both at once.
 *
 * @returns false when somebody has the name
 */
export function claimName(temporary: string, path: string): boolean {
  try {
    return nameIsOurs(() => linkSync(temporary, path));
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].some((code) => isSystemError(error, code))) throw error;
    // Some file systems have no hard links: an exclusive copy is the next best, the file just not complete at birth.
    return nameIsOurs(() => copyFileSync(temporary, path, constants.COPYFILE_EXCL));
  }
}

function nameIsOurs(take: () => void): boolean {
  try {
    take();
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** What is said where a new key would replace a file. */
export function keyExists(path: string): UsageError {
  return new UsageError(
    `${path} exists, a key file is never overwritten`,
    'use another name, --reuse-keys, or --force, which keeps the old one beside it',
  );
}

/** Makes a rename or link in this directory last; where directories cannot be synced, it is as safe as it gets. */
export function syncDirectory(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    fsyncSync(descriptor);
  } catch {
    // Not every file system lets a directory be opened or synced.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
