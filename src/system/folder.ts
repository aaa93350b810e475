import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSystemError } from './error.js';

/**
 * Makes a folder, and those above it that are missing. mkdirSync's own `recursive` never returns from a file system that
 * has no room for new names, such as /proc.
 *
 * @throws the error of the system: ENOTDIR where a file has the name
 */
export function makeFolder(path: string, mode: number): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
    // Another process may have made it meanwhile; where it is a file, this is the error that says so.
    readdirSync(path);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
