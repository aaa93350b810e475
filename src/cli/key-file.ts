import { chmodSync, closeSync, fsyncSync, linkSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { aboutFile, isSystemError } from '../system/error.js';
import { fsyncAsync } from '../system/fsync.js';
import { claimName, createTemporary, removeTemporary, syncDirectory } from '../system/temporary.js';
import { isTerminal } from '../system/terminal.js';
import { keyExists } from './output.js';
import { writeAll } from './sink.js';

/**
 * Files of newly made private keys: 0600 from birth, complete when they appear, never over a file that is there. With
 * `force` the old file is kept beside the new one as FILE.old-TIMESTAMP.
 */
export interface KeyFileOptions {
  readonly force: boolean;
  readonly now: Date;
}

/**
 * Throws if a new key could not go to `path`: before the work of making one.
 *
 * @throws {UsageError} a file is there and `force` is not set
 */
export function checkKeyDestination(path: string, { force }: KeyFileOptions): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing?.isFile() && !force && !isDevice(path)) throw keyExists(path);
  if (existing?.isDirectory()) throw new UsageError(`${path} is a directory`);
}

/**
 * Writes a new key, flushed to disk when this returns.
 *
 * @returns where an old key was kept, when there was one
 * @throws {UsageError} a file appeared at `path` meanwhile
 */
export function writeKeyFile(path: string, pem: string, options: KeyFileOptions): string | undefined {
  try {
    return writeNewKey(path, pem, options);
  } catch (error) {
    throw aboutFile(error, path);
  }
}

function writeNewKey(path: string, pem: string, options: KeyFileOptions): string | undefined {
  const bytes = Buffer.from(pem, 'utf8');
  if (isNoFile(path)) {
    writeInPlace(path, bytes);
    return undefined;
  }
  const temporary = createTemporary(path);
  try {
    writeAll(temporary.descriptor, bytes);
    fsyncSync(temporary.descriptor);
    closeSync(temporary.descriptor);
    return moveIntoPlace(temporary.path, path, options);
  } finally {
    removeTemporary(temporary.path);
    syncDirectory(dirname(path));
  }
}

/** What is written in place: a FIFO, a device, and what /dev/stdout and /dev/fd/N stand for, even if that is a file. */
const isNoFile = (path: string): boolean =>
  isDevice(path) || statSync(path, { throwIfNoEntry: false })?.isFile() === false;

const isDevice = (path: string): boolean => /^\/(dev|proc)\//.test(resolve(path));

/**
 * {@link writeKeyFile} for many at a time: the disk is waited for in the background, where waiting together costs little
 * more than waiting alone. That its directory is flushed too is left to the caller, once for many files.
 *
 * @throws {PkiError} a file is there
 */
export async function writeKeyFileAsync(
  path: string,
  pem: string,
  options: KeyFileOptions,
): Promise<string | undefined> {
  const bytes = Buffer.from(pem, 'utf8');
  try {
    const temporary = createTemporary(path);
    try {
      writeAll(temporary.descriptor, bytes);
      await fsyncAsync(temporary.descriptor);
      return moveIntoPlace(temporary.path, path, options);
    } finally {
      closeSync(temporary.descriptor);
      removeTemporary(temporary.path);
    }
  } catch (error) {
    throw aboutFile(error, path);
  }
}

function moveIntoPlace(temporary: string, path: string, options: KeyFileOptions): string | undefined {
  if (claimName(temporary, path)) return undefined;
  if (!options.force) throw keyExists(path);
  return replaceKeepingOld(temporary, path, options.now);
}

function replaceKeepingOld(temporary: string, path: string, now: Date): string {
  const old = keepOldKey(path, now);
  renameSync(temporary, path);
  return old;
}

/** Gives an existing file the second name FILE.old-TIMESTAMP, 0600, before something takes its place. */
export function keepOldKey(path: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  for (let attempt = 0; ; attempt++) {
    const old = `${path}.old-${stamp}${attempt === 0 ? '' : `-${attempt}`}`;
    try {
      linkSync(path, old);
      chmodSync(old, 0o600);
      return old;
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw aboutFile(error, path);
    }
  }
}

function writeInPlace(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, 'a');
  try {
    if (isTerminal(descriptor)) throw keyOnTerminal();
    writeAll(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

/** What a command says when a private key would be shown on a terminal. */
export function keyOnTerminal(): UsageError {
  return new UsageError(
    'a private key is never written to a terminal',
    'name a file with --key-out, or pipe the output',
  );
}
