import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import process from 'node:process';
import { isOurs, trustedPath } from './trusted-path.js';

declare const PKIUTILS_BUILD: string;

/**
 * The folder the compiled code of this build is kept in, made if it is missing; undefined where there is none that only we
 * can write to, since what lies in it is run. sudo may leave HOME as it was: root neither runs what a user has put there
 * nor leaves a folder of its own in the way. So nothing is made but `pkiutils` and what is below it.
 *
 * It is `pkiutils/PLACE/BUILD` in the user's folder for caches, PLACE being the path of dist/.
 */
export function codeFolder(): string | undefined {
  const { XDG_CACHE_HOME: cache, HOME: home, NODE_DISABLE_COMPILE_CACHE: off, NODE_V8_COVERAGE: covered } = process.env;
  const caches = cache?.startsWith('/') ? cache : home?.startsWith('/') ? `${home}/.cache` : undefined;
  if (caches === undefined || off || covered) return undefined;
  try {
    const parent = trustedPath(caches);
    if (parent === undefined) return undefined;
    const all = `${parent}/pkiutils`;
    const place = `${all}/${encodeURIComponent(__dirname)}`;
    const build = `${PKIUTILS_BUILD}-${process.version}-${process.arch}`;
    const folder = `${place}/${build}`;
    if (!makeOurs(all, () => {}) || !makeOurs(place, () => removeStrays(all))) return undefined;
    return makeOurs(folder, () => removeOlder(place)) && isClosed(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** True when the path is a folder of ours; `afterwards` is called when it was missing and has been made. */
function makeOurs(path: string, afterwards: () => void): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) return found.isDirectory() && isOurs(found);
  mkdirSync(path, 0o700);
  afterwards();
  return isOurs(lstatSync(path));
}

/** True when others cannot even look into the folder: below it Node.js makes folders as wide as the umask lets it. */
const isClosed = (folder: string): boolean => (lstatSync(folder).mode & 0o077) === 0;

/** Removes the code of places where no commands are any more. */
function removeStrays(all: string): void {
  for (const name of readdirSync(all)) {
    if (name !== encodeURIComponent(__dirname) && !isPlace(name))
      rmSync(`${all}/${name}`, { recursive: true, force: true });
  }
}

function isPlace(name: string): boolean {
  try {
    return lstatSync(`${decodeURIComponent(name)}/launch.cjs`, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // The name is no path, or the path is one we may not look at, which is not ours then.
    return false;
  }
}

/** Removes the code of the builds that were at this place before. */
function removeOlder(place: string): void {
  for (const name of readdirSync(place)) {
    if (!name.startsWith(`${PKIUTILS_BUILD}-`)) rmSync(`${place}/${name}`, { recursive: true, force: true });
  }
}
