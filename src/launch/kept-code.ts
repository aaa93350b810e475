import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import process from 'node:process';
import { Script } from 'node:vm';
import { isOurs } from './trusted-path.js';

const asksForWords = new Set(['-h', '--help', '--version', '--list-rules', '--explain-rule']);

/** clipboardy is really imported, which a script of our own compiling cannot do. */
const isCacheable = (id: string): boolean => id.startsWith('./') && id !== './cli-clipboard.cjs';

/**
 * Requires a file of dist/, and what that requires, with the code that is kept in `folder`: Node.js 20 has no
 * `module.enableCompileCache`.
 */
export function requireKept(folder: string, program: string): void {
  const fresh: { path: string; script: Script; source: Buffer }[] = [];
  const loaded = new Map<string, { exports: unknown }>();
  // At the end the functions that were called are compiled too, and are kept with the rest. A call that was wrong, or
  // asked for help, has called few: the next one keeps more.
  const keep = (status: number) => {
    if (status === 2 || process.argv.some((argument) => asksForWords.has(argument.split('=', 1)[0] as string))) return;
    for (const { path, script, source } of fresh) writeCode(path, script.createCachedData(), source);
  };
  const load = (id: string): unknown => {
    if (!isCacheable(id)) return require(id);
    const known = loaded.get(id);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(id, module);
    const filename = `${__dirname}/${id.slice(2)}`;
    const path = `${folder}/${id.slice(2)}.code`;
    const source = readModule(filename);
    const cachedData = readCode(path, source);
    const script = new Script(source.toString('latin1'), { filename, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) {
      if (fresh.length === 0) process.on('exit', keep);
      fresh.push({ path, script, source });
    }
    script.runInThisContext()(module.exports, load, module, filename, __dirname);
    return module.exports;
  };
  load(program);
}

const HEAD = '(function(exports,require,module,__filename,__dirname){';
const TAIL = '\n})';

/** Text of this length V8 keeps apart from its young generation. */
const LARGE = 128 * 1024;

/**
 * The source of a module as a function. The build leaves no character beyond ASCII in it, and it becomes text once, not in
 * parts that are joined: on the heap a start has, another copy would be reason enough to collect garbage.
 */
function readModule(filename: string): Buffer {
  const descriptor = openSync(filename, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const source = Buffer.alloc(Math.max(LARGE, HEAD.length + size + TAIL.length), '\n');
    source.write(HEAD, 'latin1');
    readSync(descriptor, source, HEAD.length, size, 0);
    source.write(TAIL, HEAD.length + size, 'latin1');
    return source;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The code of a source in a file of ours that has this one name. V8 looks at the head of it and runs the rest as it is: so
 * the file holds the code twice, and code that differs from its copy is none. To compare them takes a tenth of a
 * millisecond, a checksum in JavaScript ten times that, and to load the one of `node:zlib` more. It holds the source too,
 * of which V8 compares the length alone: a start while the program is replaced meets another of the same length.
 */
function readCode(path: string, source: Buffer): Buffer | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile() || stats.nlink !== 1 || !isOurs(stats)) return undefined;
      const kept = Buffer.allocUnsafeSlow(stats.size);
      const length = (stats.size - source.length) / 2;
      const isWhole = length > 0 && readSync(descriptor, kept, 0, stats.size, 0) === stats.size;
      const code = kept.subarray(0, length);
      const isSound = isWhole && code.equals(kept.subarray(length, 2 * length));
      return isSound && source.equals(kept.subarray(2 * length)) ? code : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/**
 * Writes the code as {@link readCode} reads it, whole or not at all, also when power fails. `TemporaryFile` does that for all
 * others; here it would be loaded at every start.
 */
function writeCode(path: string, code: Buffer, source: Buffer): void {
  const temporary = `${path}.${process.pid}`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    writeSync(descriptor, Buffer.concat([code, code, source]));
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}
