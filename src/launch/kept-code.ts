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
  const fresh: { path: string; script: Script; source: Source }[] = [];
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
    const script = new Script(source.text, { filename, cachedData });
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

/** A module as V8 is to read it, and what tells the file it was read from, from any that takes its place. */
interface Source {
  readonly text: string;
  /** Of {@link STAMP} octets. */
  readonly stamp: Buffer;
}

const STAMP = 96;

/** Text of this length V8 keeps apart from its young generation. */
const LARGE = 128 * 1024;

/**
 * The source of a module as a function. The build leaves no character beyond ASCII in it, and it becomes text once, not in
 * parts that are joined: on the heap a start has, another copy would be reason enough to collect garbage.
 */
function readModule(filename: string): Source {
  const descriptor = openSync(filename, 'r');
  try {
    const { size, ino, mtimeMs, ctimeMs } = fstatSync(descriptor);
    const end = HEAD.length + size;
    const octets = Buffer.allocUnsafeSlow(Math.max(LARGE, end + TAIL.length));
    octets.write(HEAD, 'latin1');
    readSync(descriptor, octets, HEAD.length, size, 0);
    octets.write(TAIL, end, 'latin1');
    octets.fill('\n', end + TAIL.length);
    const stamp = `${size} ${ino} ${mtimeMs} ${ctimeMs}`.padEnd(STAMP);
    return { text: octets.toString('latin1'), stamp: Buffer.from(stamp, 'latin1') };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The code of a source in a file of ours that has this one name. V8 looks at the head of it and runs the rest as it is: so
 * the file holds the code twice, and code that differs from its copy is none. To compare them takes a tenth of a
 * millisecond, a checksum in JavaScript ten times that, and to load the one of `node:zlib` more. It begins with the stamp of
 * the source, of which V8 compares the length alone: a start while the program is replaced meets another as long.
 */
function readCode(path: string, { stamp }: Source): Buffer | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile() || stats.nlink !== 1 || !isOurs(stats)) return undefined;
      const length = (stats.size - STAMP) / 2;
      if (!Number.isSafeInteger(length) || length <= 0) return undefined;
      const first = Buffer.allocUnsafeSlow(STAMP + length);
      const isRead = readSync(descriptor, first, 0, first.length, null) === first.length;
      const code = first.subarray(STAMP);
      const isOfSource = isRead && stamp.equals(first.subarray(0, STAMP));
      return isOfSource && isNextIn(descriptor, code) ? code : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** True when a file goes on with these octets, and ends: page after page of one piece of memory, as new ones take longer. */
function isNextIn(descriptor: number, octets: Buffer): boolean {
  const piece = Buffer.allocUnsafeSlow(PIECE);
  for (let at = 0; at < octets.length; at += PIECE) {
    const wanted = octets.subarray(at, at + PIECE);
    const size = readSync(descriptor, piece, 0, wanted.length, null);
    if (!wanted.equals(piece.subarray(0, size))) return false;
  }
  return true;
}

const PIECE = 64 * 1024;

/**
 * Writes the code as {@link readCode} reads it, whole or not at all, also when power fails. `TemporaryFile` does that for all
 * others; here it would be loaded at every start.
 */
function writeCode(path: string, code: Buffer, { stamp }: Source): void {
  const temporary = `${path}.${process.pid}`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    writeSync(descriptor, Buffer.concat([stamp, code, code]));
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}
