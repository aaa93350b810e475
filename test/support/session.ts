import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

/** The folder the commands under test are found in; PKIUTILS_BIN chooses another build. */
export const binDirectory = process.env['PKIUTILS_BIN'] ?? fileURLToPath(new URL('../../bin', import.meta.url));

/** True when the standalone executable is under test: its runtime lacks Ed448, brainpool and the like. */
export const isStandalone = existsSync(join(binDirectory, 'pkiutils'));

/** Ed448 where what is under test can make it. */
export const ed448 = isStandalone ? [] : (['ed448'] as const);

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output before it was taken for UTF-8. */
  readonly bytes: Buffer;
}

const environment = (extra: RunOptions['env']) => ({
  PATH: `${binDirectory}${delimiter}${process.env['PATH']}`,
  HOME: process.env['HOME'],
  LC_ALL: 'C.UTF-8',
  ...extra,
});

/**
 * The call of a program that keeps the module out of it that `tap` has every Node.js process below it load. Without `tap`
 * there is none to keep out.
 */
export const callOf = (program: string, args: readonly string[]): [program: string, args: readonly string[]] =>
  process.env['NODE_OPTIONS'] === undefined ? [program, args] : ['env', ['-u', 'NODE_OPTIONS', program, ...args]];

/** Runs a program (ours are found first) to its end. */
export function run(program: string, args: readonly string[] = [], options: RunOptions = {}): RunResult {
  const result = spawnSync(...callOf(program, args), {
    cwd: options.cwd,
    input: options.stdin ?? '',
    env: environment(options.env),
    maxBuffer: 1 << 30,
  });
  // A program may end before it has read its input, or without reading any.
  if (result.error !== undefined && (result.error as NodeJS.ErrnoException).code !== 'EPIPE') throw result.error;
  const { status, signal, stdout, stderr } = result;
  return { status, signal, bytes: stdout, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}

/** {@link run} while the event loop goes on: for commands that ask servers of this process. */
export async function runBeside(
  program: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(...callOf(program, args), {
    cwd: options.cwd,
    env: environment(options.env),
  });
  const gathered = async (stream: NodeJS.ReadableStream): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  };
  const exited = once(child, 'exit');
  child.stdin.on('error', () => {}).end(options.stdin ?? '');
  const [bytes, words] = await Promise.all([gathered(child.stdout), gathered(child.stderr)]);
  await exited;
  const { exitCode: status, signalCode: signal } = child;
  return { status, signal, bytes, stdout: bytes.toString('utf8'), stderr: words.toString('utf8') };
}

/**
 * Plays a transcript of a shell session in `cwd` and compares what is said, line by line:
 *
 *     $ csr-gen --cn a.hu -K a.key > a.csr
 *     $ csr-gen --cn a.hu -K a.key
 *     2> csr-gen: a.key exists, a key file is never overwritten
 *     2> ...
 *     ? 2
 *
 * Lines behind a command are its standard output, with `2> ` its standard error, `? N` its exit status when it is not 0.
 * `...` stands for any lines, `/…/` for a line that matches, `# ` is a comment.
 */
export function session(t: Test, cwd: string, transcript: string, options: Omit<RunOptions, 'cwd'> = {}): void {
  for (const step of parseTranscript(transcript)) {
    const result = run('sh', ['-c', step.command], { ...options, cwd });
    const problems = [
      ...differences('stdout', result.stdout, step.stdout),
      ...differences('stderr', result.stderr, step.stderr),
      ...(result.status === step.status
        ? []
        : [`exit status ${result.status ?? result.signal}, expected ${step.status}`]),
    ];
    if (problems.length === 0) t.pass(step.command);
    else t.fail(step.command, { problems, stdout: result.stdout, stderr: result.stderr });
  }
}

interface Step {
  readonly command: string;
  readonly stdout: string[];
  readonly stderr: string[];
  status: number;
}

function parseTranscript(transcript: string): Step[] {
  const steps: Step[] = [];
  for (const raw of transcript.split('\n')) {
    const line = raw.replace(/^ {0,6}/, '');
    const step = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), stdout: [], stderr: [], status: 0 });
    else if (line === '' || line.startsWith('# ')) continue;
    else if (step === undefined) throw new Error(`a transcript starts with a command, found: ${line}`);
    else if (line.startsWith('2> ')) step.stderr.push(line.slice(3));
    else if (line.startsWith('? ')) step.status = Number(line.slice(2));
    else step.stdout.push(line);
  }
  return steps;
}

function differences(stream: string, text: string, expected: readonly string[]): string[] {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  if (matches(lines, expected)) return [];
  return [`${stream}: expected\n${expected.join('\n')}\n${stream}: found\n${lines.join('\n')}`];
}

function matches(lines: readonly string[], expected: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return lines.length === 0;
  if (first === '...') return lines.some((_, i) => matches(lines.slice(i), rest)) || rest.length === 0;
  const [line, ...others] = lines;
  return line !== undefined && matchesLine(line, first) && matches(others, rest);
}

function matchesLine(line: string, expected: string): boolean {
  return /^\/.*\/$/.test(expected) ? new RegExp(expected.slice(1, -1), 'u').test(line) : line === expected;
}

/** The path of a program on this machine, or undefined: interop tests skip visibly without their peer. */
export function findProgram(name: string): string | undefined {
  const path = run('sh', ['-c', 'command -v "$1"', 'sh', name], {
    env: { PATH: `${process.env['PATH']}${delimiter}/usr/sbin${delimiter}/sbin` },
  }).stdout.trim();
  return path === '' ? undefined : path;
}

/** A path inside test/fixtures. */
export const fixture = (name: string): string => fileURLToPath(new URL(join('..', 'fixtures', name), import.meta.url));
