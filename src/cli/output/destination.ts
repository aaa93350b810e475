import { accessSync, constants, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../../errors.js';
import { aboutFile } from '../../system/error.js';

/** The file a path leads to, looked up once: everything that is done to it afterwards is done to the same one. */
export interface Destination {
  /** The path as it was given: what messages call it. */
  readonly given: string;
  /** The path itself, or where it leads if it is a symbolic link. */
  readonly target: string;
  /** The file that is there now. */
  readonly existing: Stats | undefined;
  /** True for what is written in place: a FIFO, a device, a socket, and what /dev/stdout and /dev/fd/N stand for. */
  readonly isInPlace: boolean;
}

/**
 * Where `path` leads.
 *
 * @throws {PkiError} there is no way: a folder is missing or cannot be written to, links run in a circle
 */
export function destinationOf(path: string): Destination {
  if (path.includes('\ufffd')) {
    const hint = 'Node.js cannot spell it: write to a folder and a name in UTF-8, and move the file';
    throw new UsageError(`${path} is no UTF-8, the file would get another name`, hint);
  }
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    const target = existing?.isFile() === false ? undefined : fileBehind(path);
    if (target === undefined) return { given: path, target: path, existing, isInPlace: true };
    if (existing === undefined && path.endsWith('/')) throw new UsageError(`${path} is the name of a folder`);
    accessSync(dirname(target), constants.W_OK | constants.X_OK);
    return { given: path, target, existing, isInPlace: false };
  } catch (error) {
    throw aboutFile(error, path);
  }
}

/**
 * The end of a chain of symbolic links, also where nothing is yet. Undefined where it leads to a file that another has
 * open: replacing that would pull it from under them.
 */
function fileBehind(path: string): string | undefined {
  if (/^\/(dev|proc)\//.test(resolve(path))) return undefined;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  const next = readlinkSync(path);
  return fileBehind(isAbsolute(next) ? next : `${realpathSync(dirname(path))}/${next}`);
}

/**
 * True when a path leads to the file that --output names, by whatever folders and links: the second to be written would
 * replace the first. Devices may be named twice: what is written to /dev/null twice is gone twice.
 *
 * @param output the value of --output
 * @throws {PkiError} there is no way to one of them
 */
export function isOutputFile(path: string, output: string | undefined): boolean {
  if (output === undefined || output === '-') return false;
  const place = realPlace(output);
  return place !== undefined && place === realPlace(path);
}

/**
 * Asserts that no two of the paths lead to one file, by whatever folders and links.
 *
 * @throws {UsageError} the second to be written would replace the first
 * @throws {PkiError} there is no way to one of them
 */
export function requireDistinct(paths: readonly string[]): void {
  const taken = new Map<string, string>();
  for (const path of paths) {
    const place = realPlace(path);
    if (place === undefined) continue;
    const other = taken.get(place);
    if (other !== undefined) {
      throw new UsageError(`${other} and ${path} are one file`, 'a link leads from one to the other: remove it');
    }
    taken.set(place, path);
  }
}

/** The path of a file without links, also where nothing is yet; undefined for what is written in place. */
function realPlace(path: string): string | undefined {
  const { target, isInPlace } = destinationOf(path);
  return isInPlace ? undefined : join(realpathSync(dirname(target)), basename(target));
}
