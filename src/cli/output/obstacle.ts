import { closeSync, constants, openSync, readFileSync, realpathSync } from 'node:fs';
import { PkiError } from '../../errors.js';
import { aboutFile, isSystemError } from '../../system/error.js';
import type { Destination } from './destination.js';

const IMMUTABLE = 'it, or its folder, may be immutable or append-only: lsattr shows it, chattr -ia takes that away';
const MOUNTED = 'something is mounted on it, as into a container: write to another file, and copy it with cat';

/** The way out of a system's error about a file that cannot be replaced, where there is one. */
export function replacementHint(error: unknown): string | undefined {
  if (isSystemError(error, 'EPERM')) return IMMUTABLE;
  return isSystemError(error, 'EBUSY') ? MOUNTED : undefined;
}

/**
 * Asserts, without writing, that a file can be replaced as far as its folder's permissions do not tell.
 *
 * @throws {PkiError} it is immutable or append-only, or something is mounted on it
 */
export function checkReplaceable({ given, target, existing }: Destination): void {
  if (existing === undefined) return;
  try {
    closeSync(openSync(target, constants.O_WRONLY));
  } catch (error) {
    // A file that cannot be written to can be replaced; with these two attributes it cannot, not by root either.
    if (isSystemError(error, 'EPERM')) throw aboutFile(error, given, IMMUTABLE);
  }
  if (isMountPoint(target)) throw new PkiError('SYSTEM', 'resource busy or locked', { source: given, hint: MOUNTED });
}

/** True where the kernel's list of mounts, which writes blanks and the like in octal, has the path; Linux has one. */
function isMountPoint(path: string): boolean {
  try {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const real = realpathSync(path).replace(/[ \t\n\\]/g, (blank) => `\\0${blank.charCodeAt(0).toString(8)}`);
    return mounts.some((line) => line.split(' ')[4] === real);
  } catch {
    return false;
  }
}
