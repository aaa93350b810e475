import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
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
    const unique = `${process.pid.toString(36)}-${process.hrtime.bigint().toString(36)}`;
    this.path = beside(target, (name) => `.${name}.${unique}.tmp`);
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

const TEMPORARY_NAME = /^\..*\.([0-9a-z]+)-[0-9a-z]+\.tmp$/s;

/** A file that was not written to for so long is no process's any more that is not found here: ten minutes. */
const ABANDONED = 600_000;
/** Nor any process's at all, whatever has its number by now: a day. */
const LONG_ABANDONED = 86_400_000;

/**
 * Removes from a folder the temporary files of processes that were killed. Those that write there may be on other machines,
 * or in other containers, where their numbers mean nothing here: such a file goes when it was not written to for a while.
 * Called before this process has any in the folder: its number may have been that of one that was killed.
 */
export function removeAbandoned(folder: string): void {
  for (const name of namesIn(folder)) {
    const [, owner] = TEMPORARY_NAME.exec(name) ?? [];
    if (owner === undefined) continue;
    const path = join(folder, name);
    try {
      const age = Date.now() - lstatSync(path).mtimeMs;
      if (age > (isOther(Number.parseInt(owner, 36)) ? LONG_ABANDONED : ABANDONED)) rmSync(path, { force: true });
    } catch {
      // Another call has removed it meanwhile, or it is not ours to remove.
    }
  }
}

/** The names in a folder; none where it cannot be listed, which may be written to all the same. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** True for the number of another process that runs. */
function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isSystemError(error, 'EPERM');
  }
}

/**
 * The path of a file in the same folder, its name made of the other's; of a name that would get too long the head is taken:
 * file systems count octets, 255 of them.
 */
export function beside(path: string, rename: (name: string) => string): string {
  const name = rename(basename(path));
  const fits = Buffer.byteLength(name) <= MOST_OCTETS ? name : rename(headOf(basename(path)));
  return join(dirname(path), fits);
}

const MOST_OCTETS = 255;

/** As much of a name as leaves room for more. */
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
    if (!refusals.some((code) => isSystemError(error, code))) throw error;
    // Some file systems have no hard links: an exclusive copy is the next best, the file just not complete at birth.
    return nameIsOurs(() => copyFileSync(temporary, path, constants.COPYFILE_EXCL)) && synced(path);
  }
}

/** Codes of systems that make no hard link, or none to this file. */
const refusals = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EACCES', 'EXDEV'];

function synced(path: string): true {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
  return true;
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
