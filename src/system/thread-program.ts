import process from 'node:process';

/**
 * The file a worker thread runs: the module that asks, or in the standalone executable the copy of it that is inside.
 *
 * @param own the module's `__filename`
 * @param path its path under src/, without the ending
 */
export const threadProgram = (own: string, path: string): string =>
  process.versions['bun'] === undefined ? own : `/$bunfs/root/${path}.js`;
