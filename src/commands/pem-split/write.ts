import { statSync } from 'node:fs';
import { requireDistinct } from '../../cli/output/destination.js';
import { type WholeFile, writeTogether } from '../../cli/output/together.js';
import { type OutputOptions, openOutput } from '../../cli/output.js';
import { Progress } from '../../cli/progress.js';
import { count } from '../../text/printable.js';
import type { SplitObject } from './split-object.js';

/** The beginning of the names of files: a folder that is there gets its slash. */
export function folderOf(prefix: string): string {
  const isFolder = !prefix.endsWith('/') && statSync(prefix, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? `${prefix}/` : prefix;
}

interface NamedObject {
  readonly part: SplitObject;
  readonly path: string;
  readonly data: string | Uint8Array;
}

/** Writes all of the files, or where one cannot be written none. */
export async function writeFiles(parts: readonly NamedObject[], options: OutputOptions): Promise<void> {
  const { report } = options;
  requireDistinct(parts.map(({ path }) => path));
  const files: WholeFile[] = [];
  for (const { part, path, data } of parts) {
    const output = await openOutput(path, options);
    if (part.isPrivate) output.holdsPrivateKeys(part.identity === undefined ? [] : [part.identity]);
    output.check();
    files.push({ output, data });
  }
  await writeTogether(files, new Progress('files', report.quiet));
  const [first, last] = [parts[0], parts.at(-1)];
  const names = first === last ? first?.path : `${first?.path} to ${last?.path}`;
  report.notice(undefined, `${count(files.length, 'file')}: ${names}`);
}
