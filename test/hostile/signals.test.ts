import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, watch } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { integer, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { binDirectory, run } from '../support/session.js';

/** Signals while a command has a temporary file and waits for what may never come, or computes for long. */

const { NODE_OPTIONS: _, ...inherited } = process.env;
const env = { ...inherited, PATH: `${binDirectory}${delimiter}${inherited['PATH']}` };

t.test('a FIFO nobody writes to', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const directory = t.testdir({});
    const made = run('sh', ['-c', 'csr-gen -n ec:P-256 --cn a.hu -K a.key -o a.csr && mkfifo fifo'], {
      cwd: directory,
    });
    t.equal(made.status, 0, made.stderr);
    const temporary = () => readdirSync(directory).filter((name) => name.endsWith('.tmp'));
    const child = spawn(join(binDirectory, 'cert-info'), ['--json', '-o', 'out', 'a.csr', 'fifo'], {
      cwd: directory,
      stdio: 'ignore',
      env,
    });
    const exit = once(child, 'exit');
    await new Promise<void>((resolve) => {
      const watcher = watch(directory, () => {
        if (temporary().length === 0) return;
        watcher.close();
        resolve();
      });
    });
    child.kill(signal);
    t.same(await exit, [null, signal], `${signal} ends it`);
    t.same(temporary(), [], 'and nothing is left');
  }
});

/** The CPU a process has used, in hundredths of a second; undefined when it has ended. */
function ticksOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}

/** An EncryptedPrivateKeyInfo whose key takes nearly ten million rounds of PBKDF2, and is none. */
function slowKey(): string {
  const kdf = sequence(octetString(Buffer.alloc(16)), integer(Buffer.from('98967f', 'hex')));
  const cipher = sequence(objectIdentifier('2.16.840.1.101.3.4.1.42'), octetString(Buffer.alloc(16)));
  const scheme = sequence(sequence(objectIdentifier('1.2.840.113549.1.5.12'), kdf), cipher);
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.5.13'), scheme);
  return encodePem('ENCRYPTED PRIVATE KEY', sequence(algorithm, octetString(Buffer.alloc(144))));
}

const long = {
  'many keys are made': ['csr-gen', '--batch', 'hosts', '-n', 'rsa:4096', '--key-dir', 'keys', '-o', 'all.csr'],
  'a key is derived': ['key-conv', '--passin', 'file:phrase', '--no-pass', '-o', 'new.key', 'slow.key'],
};

t.test('long computations', { skip: process.platform !== 'linux' && 'needs /proc' }, async (t) => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const [i, [what, [command = '', ...args]]] of Object.entries(long).entries()) {
    const hosts = Array.from({ length: 500 }, (_, number) => `{"CN": "h${number}.hu"}\n`).join('');
    const directory = t.testdir({ hosts, phrase: 'x\n', 'slow.key': slowKey(), keys: {} });
    chmodSync(join(directory, 'slow.key'), 0o600);
    const child = spawn(join(binDirectory, command), args, { cwd: directory, stdio: 'ignore', env });
    const exit = once(child, 'exit');
    // Far beyond the start of a command, far below the end of the work.
    while ((ticksOf(child.pid) ?? 60) < 60) await new Promise((resolve) => setImmediate(resolve));
    const signal = signals[i] ?? 'SIGINT';
    child.kill(signal);
    t.same(await exit, [null, signal], `${signal} ends it while ${what}`);
    const left = readdirSync(directory, { recursive: true }).map(String);
    // Of many, those that are done stay, each with its key whole.
    const unfinished = left.filter((name) => /\.tmp$|^new\.|^all\./.test(name));
    t.same(unfinished, [], 'and nothing half made is left');
    for (const name of left.filter((each) => each.endsWith('.key') && each.startsWith('keys'))) {
      t.ok(createPrivateKey(readFileSync(join(directory, name))), name);
    }
  }
});
