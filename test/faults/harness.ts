import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { binDirectory } from '../support/session.js';
import { type FileState, makeInputs, OLD, statesOf, type Writer } from './writers.js';

/** Runs writers under faults, many at a time, each in a folder of its own. */

const preload = fileURLToPath(new URL('preload.cjs', import.meta.url));

/**
 * The test runner has its own module loaded into every Node.js process below it, which takes signals into its own hands:
 * the commands are to meet them alone. A umask of 000 forgives no forgotten mode.
 */
const prologue = `umask 000
export NODE_OPTIONS="\${PRELOAD:+--require=$PRELOAD}"
case $STDOUT in '') ;; closed) exec >&- ;; *) exec >"$STDOUT" ;; esac
exec "$@"`;

/** How often what is left to chance is tried: few times in every run, 200 with PKIUTILS_FAULTS=long. */
export const isLong = process.env['PKIUTILS_FAULTS'] === 'long';

export interface Fault {
  /** `KILL@3`: what the third step of {@link preload} meets. */
  readonly at?: string;
  /** A signal from outside, this many milliseconds after start. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: number };
  /** Words in front of the command: `prlimit --fsize=100`. */
  readonly prefix?: readonly string[];
  /** Where standard output goes: a file's name, or `closed`. */
  readonly stdout?: string;
  /** True to leave the steps alone: nothing is loaded into the command, no log is kept. */
  readonly unwatched?: boolean;
}

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly directory: string;
  readonly states: Readonly<Record<string, FileState>>;
  /** Files in the folder that are neither the writer's nor kept for it. */
  readonly strays: readonly string[];
  /** Names of the steps that were begun. */
  readonly steps: readonly string[];
  /** Files with a key in them that others could have read, with the mode they had. */
  readonly exposed: readonly string[];
  readonly milliseconds: number;
}

export class Harness {
  readonly root: string;
  #runs = 0;
  readonly #expected = new Map<string, Record<string, string>>();

  constructor(root: string) {
    this.root = root;
    mkdirSync(join(root, 'in'));
    makeInputs(join(root, 'in'));
  }

  /** A run without a fault: what the others are held to. */
  async learn(writer: Writer): Promise<Outcome> {
    const directory = this.folderFor(writer);
    const first = await this.run(writer, {}, directory);
    const texts: Record<string, string> = {};
    for (const [name, labels] of Object.entries(writer.makes)) {
      if (labels === undefined) texts[name] = readFileSync(join(directory, name), 'utf8');
    }
    this.#expected.set(writer.name, texts);
    return { ...first, states: this.statesIn(writer, directory) };
  }

  /** The state of a writer's files in a folder. */
  statesIn(writer: Writer, directory: string): Record<string, FileState> {
    return statesOf(writer, directory, this.#expected.get(writer.name) ?? {});
  }

  /** A folder as the writer finds it. */
  folderFor(writer: Writer): string {
    const directory = join(this.root, `${writer.name.replace(/\W+/g, '-')}.${this.#runs++}`);
    mkdirSync(directory);
    for (const name of writer.replaces ?? []) writeFileSync(join(directory, name), OLD, { mode: 0o600 });
    return directory;
  }

  async run(writer: Writer, fault: Fault, directory = this.folderFor(writer)): Promise<Outcome> {
    const log = `${directory}.log`;
    const words = [...(fault.prefix ?? []), ...writer.argv];
    const child = spawn('sh', ['-c', prologue, 'sh', ...words], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${binDirectory}${delimiter}${process.env['PATH']}`,
        LC_ALL: 'C.UTF-8',
        PRELOAD: fault.unwatched === true ? '' : preload,
        STDOUT: fault.stdout ?? '',
        FAULT: fault.at ?? '',
        FAULT_LOG: log,
      },
    });
    const started = performance.now();
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const { signal } = fault;
    const timer = signal && setTimeout(() => child.kill(signal.name), signal.after);
    const [status, died] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(timer);
    const files = readdirSync(directory);
    const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
    return {
      status,
      signal: died,
      stdout,
      stderr,
      directory,
      states: this.statesIn(writer, directory),
      strays: files.filter((name) => !(name in writer.makes) && writer.keeps?.test(name) !== true),
      steps: lines.flatMap((line) => /^step \d+ (.*)/.exec(line)?.[1] ?? []),
      exposed: lines.filter((line) => line.startsWith('open ')),
      milliseconds: performance.now() - started,
    };
  }
}

export const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** Runs jobs, two at a time: the machine's cores, not its patience, are the limit. */
export async function inPairs<T>(jobs: Iterable<T>, work: (job: T) => Promise<void>): Promise<void> {
  const queue = jobs[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all([worker(), worker()]);
}
