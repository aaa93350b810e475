import { closeSync, constants, copyFileSync, fsyncSync, linkSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { isSystemError } from './error.js';
import { forgetTemporary, keepTemporary } from './signals.js';

/** Files that are made under a name of their own beside the one they are to have. */

/** A new, empty file beside `target`, 0600, that signals remove until {@link forgetTemporary}. */
export function createTemporary(target: string): { path: string; descriptor: number } {
  const unique = `${process.pid.toString(36)}${process.hrtime.bigint().toString(36)}`;
  const path = join(dirname(target), `.${headOf(basename(target))}.${unique}.tmp`);
  keepTemporary(path);
  try {
    return { path, descriptor: openSync(path, 'wx', 0o600) };
  } catch (error) {
    forgetTemporary(path);
    throw error;
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
