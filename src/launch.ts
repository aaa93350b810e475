import { mkdirSync, statSync } from 'node:fs';
import process from 'node:process';

/**
 * What bin/ runs: the command, with V8's code cache where the runtime keeps one (Node.js ≥ 22.8): a start then skips
 * most of the compiling. What is in the cache is run as code, so it is looked for only in a folder that belongs to the
 * user and to nobody else; the runtime's own default is in /tmp. Without such a folder nothing is lost but the time.
 */
function enableCompileCache(): void {
  // Older versions have none: node:module need not be loaded to find that out.
  if (Number.parseInt(process.versions.node, 10) < 22) return;
  const module = process.getBuiltinModule('node:module');
  if (!('enableCompileCache' in module) || typeof module.enableCompileCache !== 'function') return;
  const folder = process.env['NODE_COMPILE_CACHE'] === undefined ? cacheFolder() : undefined;
  if (folder !== undefined) module.enableCompileCache(folder);
}

function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  const parent = cache?.startsWith('/') ? cache : home?.startsWith('/') ? `${home}/.cache` : undefined;
  if (parent === undefined) return undefined;
  const folder = `${parent}/pkiutils`;
  try {
    const stats = statSync(folder, { throwIfNoEntry: false }) ?? made(folder);
    // sudo may leave HOME as it was: root must not run what a user has put there.
    return stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}

function made(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return statSync(folder);
}

enableCompileCache();
