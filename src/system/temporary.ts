import { closeSync, constants, copyFileSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { isSystemError } from './error.js';
import { forgetTemporary, keepTemporary } from './signals.js';

/** Files that are made under a name of their own beside the one they are to have. */

/**
 * A new, empty file beside `target`, 0600, until it takes a place or is removed; signals remove it, too. Who writes to it
 * says when it is complete.
 */
export class TemporaryFile {
  readonly path: string;
  readonly descriptor: number;
  #isOpen = true;

  constructor(target: string) {
    const unique = `${process.pid.toString(36)}${process.hrtime.bigint().toString(36)}`;
    this.path = join(dirname(target), `.${headOf(basename(target))}.${unique}.tmp`);
    keepTemporary(this.path);
    try {
      this.descriptor = openSync(this.path, 'wx', 0o600);
    } catch (error) {
      forgetTemporary(this.path);
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Brings it to the disk: nothing is written to it any more. */
  complete(): void {
    fsyncSync(this.descriptor);
    this.close();
  }

  /** For a file that has been brought to the disk already. */
  close(): void {
    this.#isOpen = false;
    closeSync(this.descriptor);
  }

  /** Takes the name `path`, and the place of the file that has it. */
  rename(path: string): void {
    renameSync(this.path, path);
    forgetTemporary(this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
    forgetTemporary(this.path);
    if (this.#isOpen) this.close();
  }
}

/** As much of a name as leaves room for more: file systems count octets, 255 of them. */
const headOf = (name: string): string =>
  Buffer.from(name)
    .subarray(0, 180)
    .toString('utf8')
    .replace(/\ufffd+$/, '');

/**
 * Gives a complete file the name `path` if that is free: link() is the one call that does both at once.
 *
 * @returns false when the name is taken
 */
export function claimName(temporary: string, path: string): boolean {
  try {
    return nameIsOurs(() => linkSync(temporary, path));
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].some((code) => isSystemError(error, code))) throw error;
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
