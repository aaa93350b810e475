import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { binDirectory, run } from '../support/session.js';

/** Signals while a command has a temporary file and waits for what may never come. */

t.test('a FIFO nobody writes to', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const directory = t.testdir({});
    const made = run('sh', ['-c', 'csr-gen -n ec:P-256 --cn a.hu -K a.key -o a.csr && mkfifo fifo'], {
      cwd: directory,
    });
    t.equal(made.status, 0, made.stderr);
    const temporary = () => readdirSync(directory).filter((name) => name.endsWith('.tmp'));
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(join(binDirectory, 'cert-info'), ['--json', '-o', 'out', 'a.csr', 'fifo'], {
      cwd: directory,
      stdio: 'ignore',
      env: { ...env, PATH: `${binDirectory}${delimiter}${env['PATH']}` },
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
