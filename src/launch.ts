import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import process from 'node:process';
import { Script } from 'node:vm';
import { makeFolder } from './system/folder.js';

declare const PKIUTILS_BUILD: string;

/**
 * What bin/ runs: a command, with the code V8 has made of it before. A start then skips the compiling, which is a fifth of
 * it. Node.js 22.8 has such a cache of its own; this one works on Node.js 20 too, and was measured 3 to 10 ms quicker
 * there than `module.enableCompileCache` on Node.js 24. Where it cannot be kept nothing is lost but the time.
 */
export function launch(command: string): void {
  const folder = cacheFolder();
  const load = folder === undefined ? require : keepCodeIn(folder);
  load(`./${command}.cjs`);
}

const asksForWords = new Set(['-h', '--help', '--version', '--list-rules', '--explain-rule']);

/** clipboardy is really imported, which a script of our own compiling cannot do. */
const isCacheable = (id: string): boolean => id.startsWith('./') && id !== './cli-clipboard.cjs';

/** A `require` for the files of dist/, of which it keeps the code: Node's own would look about for a millisecond each. */
function keepCodeIn(folder: string): (id: string) => unknown {
  const fresh: { path: string; script: Script }[] = [];
  const loaded = new Map<string, { exports: unknown }>();
  // At the end the functions that were called are compiled too, and are kept with the rest. A call that was wrong, or
  // asked for help, has called few: the next one keeps more.
  const keep = (status: number) => {
    if (status === 2 || process.argv.some((argument) => asksForWords.has(argument.split('=', 1)[0] as string))) return;
    for (const { path, script } of fresh) write(path, script);
  };
  const load = (id: string): unknown => {
    if (!isCacheable(id)) return require(id);
    const known = loaded.get(id);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(id, module);
    const filename = `${__dirname}/${id.slice(2)}`;
    const path = `${folder}/${id.slice(2)}.code`;
    const cachedData = readIfThere(path);
    const script = new Script(readModule(filename), { filename, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) {
      if (fresh.length === 0) process.on('exit', keep);
      fresh.push({ path, script });
    }
    script.runInThisContext()(module.exports, load, module, filename, __dirname);
    return module.exports;
  };
  return load;
}

const HEAD = '(function(exports,require,module,__filename,__dirname){';
const TAIL = '\n})';

/** Text of this length V8 keeps apart from its young generation. */
const LARGE = 128 * 1024;

/**
 * The source of a module as a function. The build leaves no character beyond ASCII in it, and it becomes text once, not in
 * parts that are joined: on the heap a start has, another copy would be reason enough to collect garbage.
 */
function readModule(filename: string): string {
  const descriptor = openSync(filename, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const source = Buffer.alloc(Math.max(LARGE, HEAD.length + size + TAIL.length), '\n');
    source.write(HEAD, 'latin1');
    readSync(descriptor, source, HEAD.length, size, 0);
    source.write(TAIL, HEAD.length + size, 'latin1');
    return source.toString('latin1');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Where code is kept: what lies there is run, so it must be a folder of the user's that nobody else can write to. Every
 * build and runtime has its own in it.
 */
function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME: cache, HOME: home, NODE_DISABLE_COMPILE_CACHE: off, NODE_V8_COVERAGE: covered } = process.env;
  const parent = cache?.startsWith('/') ? cache : home?.startsWith('/') ? `${home}/.cache` : undefined;
  if (parent === undefined || off || covered) return undefined;
  const base = `${parent}/pkiutils`;
  const folder = `${base}/${PKIUTILS_BUILD}-${process.version}-${process.arch}`;
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found === undefined) makeFolder(folder, 0o700);
    return isOurs(statSync(base)) && isOurs(found ?? statSync(folder)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** sudo may leave HOME as it was: root must not run what a user has put there. */
const isOurs = ({ uid, mode }: Stats): boolean => uid === process.geteuid?.() && (mode & 0o022) === 0;

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, also when power fails: V8 does not look at every byte. */
function write(path: string, script: Script): void {
  const temporary = `${path}.${process.pid}`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    writeSync(descriptor, script.createCachedData());
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}
