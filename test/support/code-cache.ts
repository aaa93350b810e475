import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import type { Test } from 'tap';
import { binDirectory, run } from './session.js';

/** True where the code is kept by Node.js itself, in its own form. */
export const nodeKeepsCode = 'enableCompileCache' in module;

/** The files of compiled code below a folder for caches, the largest, which is the command's own, first. */
export function codeFiles(caches: string): string[] {
  const entries = readdirSync(join(caches, 'pkiutils'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort((a, b) => lstatSync(b).size - lstatSync(a).size);
}

/** Runs a command that does its work whatever becomes of the compiled code. */
export function matches(t: Test, env: Readonly<Record<string, string>>): void {
  const found = run('wildcard-match', ['--host', 'alma.valami.hu', '*.valami.hu'], { env });
  t.match(found, { status: 0, stdout: '*.valami.hu\n', stderr: '' }, 'the command does its work');
}

export const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const WRAPPED = '(function(exports,require,module,__filename,__dirname){'.length + '\n})'.length;

/** Code that V8 takes for that of wildcard-match on Node.js 20, as it is kept, and that prints `taken over` instead. */
export function foreignCode(): Buffer {
  const program = join(dirname(binDirectory), 'dist/wildcard-match.cjs');
  const own = readFileSync(program, 'latin1');
  const length = Math.max(128 * 1024, own.length + WRAPPED);
  const code = new Script("(function(){console.log('taken over')})".padEnd(length)).createCachedData();
  const { size, ino, mtimeMs, ctimeMs } = lstatSync(program);
  const stamp = Buffer.from(`${size} ${ino} ${mtimeMs} ${ctimeMs}`.padEnd(96));
  return Buffer.concat([stamp, code, code]);
}
