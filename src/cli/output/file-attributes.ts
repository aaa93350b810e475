import { fchownSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { UsageError } from '../../errors.js';
import { isSystemError } from '../../system/error.js';
import type { Report } from '../report.js';
import type { Destination } from './destination.js';

/** Owner and mode of a file that takes a place. */

const STICKY = 0o1000;
const OTHERS = 0o007;

/**
 * Gives a new file to the owner of the one it replaces.
 *
 * @throws {UsageError} only its owner, or root, could
 */
export function keepOwner(descriptor: number, { existing, given }: Destination): void {
  if (existing === undefined || isOurs(existing)) return;
  const { uid, gid } = existing;
  try {
    fchownSync(descriptor, uid, gid);
  } catch (error) {
    if (!isSystemError(error, 'EPERM')) throw error;
    throw new UsageError(`cannot keep the owner of ${given} (${uid}:${gid})`, 'write to another file, or as its owner');
  }
}

const isOurs = ({ uid, gid }: Stats): boolean => uid === process.geteuid?.() && gid === process.getegid?.();

/**
 * Judges the owner a file with a private key would get: in a folder like /tmp any user may have put a file of that name
 * there to be handed the key.
 *
 * @throws {UsageError}
 */
export function checkOwner({ existing, given, target }: Destination): void {
  if (existing === undefined || existing.uid === process.geteuid?.()) return;
  const folder = statSync(dirname(target));
  if ((folder.mode & STICKY) === 0 || folder.uid === existing.uid) return;
  throw new UsageError(
    `${given} belongs to another user (${existing.uid}) in a folder everybody writes to: it is not handed a private key`,
    'write to a folder of your own',
  );
}

/** How a file is to be readable. */
export interface ModeOptions {
  /** The permission bits asked for. */
  readonly mode: number | undefined;
  readonly holdsKey: boolean;
  readonly report: Report;
}

/**
 * The permission bits of a file: those asked for, or of the file it replaces, or the usual ones; with a private key in it
 * nothing for others.
 *
 * @throws {UsageError} others would get at a private key
 */
export function finalMode({ existing, given }: Destination, { mode: asked, holdsKey, report }: ModeOptions): number {
  if (asked !== undefined) {
    if (holdsKey && (asked & OTHERS) !== 0) {
      throw new UsageError(
        '--mode would let others at a private key',
        'leave the last digit 0, for example --mode 640',
      );
    }
    return asked;
  }
  if (existing === undefined) return holdsKey ? 0o600 : 0o666 & ~process.umask();
  const mode = existing.mode & 0o7777;
  if (!holdsKey || (mode & OTHERS) === 0) return mode;
  const kept = mode & ~OTHERS;
  report.notice(given, `holds a private key: mode ${octal(mode)} becomes ${octal(kept)}`);
  return kept;
}

const octal = (mode: number): string => mode.toString(8).padStart(3, '0');
