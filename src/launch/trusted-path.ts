import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import process from 'node:process';

/** As many symbolic links as Linux follows in one path. */
const MAX_LINKS = 40;

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

const isOwn = ({ uid }: Stats): boolean => uid === process.geteuid?.();

/**
 * The path of a folder with its symbolic links resolved, if neither the folder nor anything on the way to it can be
 * exchanged by another user: all of it is ours or root's, and others may write to it only where the sticky bit keeps them
 * from names that are not theirs. Every link is walked by hand, since one that another user owns may point anywhere.
 *
 * @throws the error of the system, as when a part is missing
 */
export function trustedPath(folder: string): string | undefined {
  const left = ['', ...folder.split('/')];
  let path = '';
  for (let links = 0; left.length > 0; ) {
    const name = left.shift();
    if (name === '.' || (name === '' && path !== '')) continue;
    if (name === '..') {
      path = path.slice(0, path.lastIndexOf('/'));
      continue;
    }
    const next = name === '' ? '/' : `${path}/${name}`;
    const stats = lstatSync(next);
    if (!isOwn(stats) && stats.uid !== 0) return undefined;
    if (stats.isSymbolicLink()) {
      if (++links > MAX_LINKS) return undefined;
      const target = readlinkSync(next);
      if (target.startsWith('/')) path = '';
      left.unshift(...target.split('/'));
      continue;
    }
    if ((stats.mode & WRITABLE_BY_OTHERS) !== 0 && (stats.mode & STICKY) === 0) return undefined;
    if (name !== '') path = next;
  }
  return path;
}

/** True when a file, a folder or a link is ours and others cannot write to it. */
export const isOurs = (stats: Stats): boolean => isOwn(stats) && (stats.mode & WRITABLE_BY_OTHERS) === 0;
