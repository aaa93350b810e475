import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Source, type StandardInput, sourceOf, sourcesOf } from '../../input/source.js';

/** An input of cert-info. */
export interface Input extends Source {
  /** True for a file that was found in a folder, not named. */
  readonly isFound: boolean;
}

/** Those who are told what could not be read. */
interface Listener {
  error(source: string, error: unknown): void;
}

/**
 * The inputs that operands name.
 *
 * @param isRecursive true where an operand may be a folder, and stands for the files below it
 */
export function inputsOf(
  operands: readonly string[],
  stdin: StandardInput,
  isRecursive: boolean,
  listener: Listener,
): Iterable<Input> {
  const named = sourcesOf(operands, stdin).map((source) => ({ ...source, isFound: false }));
  return isRecursive ? withFolders(named, stdin, listener) : named;
}

function* withFolders(named: readonly Input[], stdin: StandardInput, listener: Listener): Generator<Input, void> {
  for (const input of named) {
    const isFolder = input.name !== '-' && statSync(input.name, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isFolder) yield input;
    else for (const path of filesBelow(input.name, listener)) yield { ...sourceOf(path, stdin, ''), isFound: true };
  }
}

/** The regular files below a folder, in the order of their names. Links lead to files, but to no other folder: there are circles. */
function* filesBelow(folder: string, listener: Listener): Generator<string, void> {
  for (const entry of entriesOf(folder, listener)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, listener);
    else if (entry.isFile() || (entry.isSymbolicLink() && isFileBehind(path))) yield path;
  }
}

function entriesOf(folder: string, listener: Listener): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    listener.error(folder, error);
    return [];
  }
}

function isFileBehind(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // It leads nowhere.
    return false;
  }
}
