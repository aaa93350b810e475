import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { PkiError, UsageError } from '../errors.js';
import { systemErrorText } from '../system/error.js';
import type { ChallengeType, Proof } from './challenge.js';
import type { Responder } from './responder.js';

/** How long a cleanup may take, in milliseconds: the call is at its end by then. */
const CLEANUP_TIME = 30_000;

/** How long a program may take to die of SIGTERM. */
const GRACE = 2000;

/**
 * Any challenge by a program of the user's. It is started without a shell, in a process group of its own, as
 * `PROGRAM present|cleanup TYPE NAME VALUE`; ACME_* variables say the same. What it prints goes to standard error.
 */
export class Hook implements Responder {
  readonly types: readonly ChallengeType[] = ['dns-01', 'http-01', 'tls-alpn-01', 'dns-account-01', 'dns-persist-01'];
  readonly #program: string;
  /** Process groups that outlived their program: what it left running in the background. */
  readonly #groups = new Set<number>();

  constructor(program: string) {
    this.#program = program;
  }

  async prepare(): Promise<void> {
    const folders = this.#program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
    const reasons = folders.map((folder) => whyNotRunnable(join(folder, this.#program)));
    if (reasons.every((reason) => reason !== undefined)) {
      throw new UsageError(`--hook: ${this.#program}: ${reasons.at(-1)}`, 'a program that can be run, without options');
    }
  }

  async present(proof: Proof, signal: AbortSignal): Promise<void> {
    await this.#run('present', proof, signal);
  }

  async withdraw(proof: Proof): Promise<void> {
    await this.#run('cleanup', proof, AbortSignal.timeout(CLEANUP_TIME));
  }

  async close(): Promise<void> {
    for (const group of this.#groups) signalGroup(group, 'SIGTERM');
    this.#groups.clear();
  }

  async #run(action: 'present' | 'cleanup', proof: Proof, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw signal.reason;
    const { type, name, value, identifier, token } = proof;
    const child = spawn(this.#program, [action, type, name, value], {
      detached: true,
      stdio: ['ignore', 2, 2],
      env: {
        ...process.env,
        ACME_ACTION: action,
        ACME_TYPE: type,
        ACME_NAME: name,
        ACME_VALUE: value,
        ACME_IDENTIFIER: identifier.value,
        ACME_TOKEN: token,
      },
    });
    const end = await endOf(child, signal);
    const { pid } = child;
    if (pid !== undefined && signalGroup(pid, 0)) this.#groups.add(pid);
    if (signal.aborted) throw signal.reason;
    if (end !== 0)
      throw new PkiError('ACME_HOOK', `${action} for ${identifier.value}: ${end}`, { source: this.#program });
  }
}

/** @returns 0, or how else the program ended, in words */
function endOf(child: ChildProcess, signal: AbortSignal): Promise<0 | string> {
  return new Promise((resolve) => {
    let late: NodeJS.Timeout | undefined;
    const stop = () => {
      const { pid } = child;
      if (pid === undefined) return;
      signalGroup(pid, 'SIGTERM');
      late = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE);
    };
    const ended = (end: 0 | string) => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      resolve(end);
    };
    signal.addEventListener('abort', stop);
    child.once('error', (error) => ended(systemErrorText(error) ?? error.message));
    child.once('exit', (code, died) =>
      ended(code === 0 ? 0 : code === null ? `died of ${died}` : `exit status ${code}`),
    );
  });
}

function whyNotRunnable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return systemErrorText(error) ?? String(error);
  }
}

/** @returns false where there is no such group */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}
