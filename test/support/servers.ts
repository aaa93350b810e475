import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';

/** A server under test: running, and stopped by {@link stop}. */
export interface RunningServer {
  /** Its words so far, on both streams. */
  words(): string;
  stop(): Promise<void>;
}

/**
 * A free port of the loopback interface, below those the system gives to connections: of these any may be taken again before
 * a server has it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/**
 * Starts a program and waits until its port answers.
 *
 * @throws when it ends, or does not answer in twenty seconds: with all it said
 */
export async function startServer(
  [program = '', ...args]: readonly string[],
  port: number,
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>> | undefined;
    /** The file of what it says, in `cwd`: servers that share a folder need one each. */
    readonly logName?: string;
    /** Words by which it says that it is ready, for those that a connection without a question confuses. */
    readonly ready?: RegExp;
  },
): Promise<RunningServer> {
  const path = `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin`;
  const logPath = join(options.cwd, options.logName ?? 'words.log');
  const log = openSync(logPath, 'a');
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { PATH: path, LC_ALL: 'C', ...options.env },
    // A file, not a pipe: node's pipes are sockets, which cannot be opened again as /dev/stderr.
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const words = () => readFileSync(logPath, 'utf8');
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`${program} ended (${code ?? signal})`)));
  });
  ended.catch(() => {});
  const server = { words, stop: () => stop(child) };
  try {
    const { ready } = options;
    const deadline = Date.now() + 20_000;
    await Promise.race([ended, ready === undefined ? answers(port, deadline) : says(words, ready, deadline)]);
  } catch (error) {
    await server.stop();
    throw new Error(`${program}: ${error instanceof Error ? error.message : error}\n${words()}`);
  }
  return server;
}

async function says(words: () => string, ready: RegExp, deadline: number): Promise<void> {
  while (!ready.test(words())) {
    if (Date.now() > deadline) throw new Error(`it does not say ${ready}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function answers(port: number, deadline: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      socket.destroy();
    }
  }
}

/** Ends the program and, as its group, all it started. */
async function stop(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  signalGroup(pid, 'SIGTERM');
  const late = setTimeout(() => signalGroup(pid, 'SIGKILL'), 5000);
  await exited;
  clearTimeout(late);
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Runs a client with nothing on standard input. The event loop goes on meanwhile: what it asks may be in this process. */
export function ask(
  program: string,
  args: readonly string[],
  cwd: string,
  timeout = 15_000,
): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd, timeout }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
    child.stdin?.end();
  });
}
