import type { Output } from '../output.js';
import { placeTogether } from '../output.js';
import type { Progress } from '../progress.js';

/** A file, and all that goes into it. */
export interface WholeFile {
  readonly output: Output;
  readonly data: string | Uint8Array;
}

/** So many files are open at a time and wait for the disk together, which takes hardly longer than one alone. */
const AT_ONCE = 16;

/** Writes files that belong together: all are complete on disk before the first one takes its place. */
export async function writeTogether(files: readonly WholeFile[], progress: Progress): Promise<void> {
  try {
    for (let at = 0; at < files.length; at += AT_ONCE) {
      if (at > 0) progress.update(at, at / files.length);
      const prepared = files.slice(at, at + AT_ONCE).map(async (file) => {
        file.output.write(file.data);
        await file.output.prepare();
      });
      // Writes under way come to their end before a failure of one throws all of them away.
      await Promise.allSettled(prepared);
      await Promise.all(prepared);
    }
    placeTogether(files.map(({ output }) => output));
  } finally {
    progress.clear();
    for (const { output } of files) output.abort();
  }
}
