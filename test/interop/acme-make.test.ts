import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { noPebble, startPebble } from '../support/pebble.js';
import { binDirectory, findProgram, run } from '../support/session.js';
import { isWhole } from '../support/whole.js';

const skip = findProgram('make') === undefined ? 'make is not installed' : noPebble;
const rules = fileURLToPath(new URL('../../share/pkiutils.mk', import.meta.url));

t.test('hosts by ACME, in parallel, interrupted, and again', { skip }, async (t) => {
  const pebble = await startPebble(t.testdir(), { env: { PEBBLE_VA_ALWAYS_VALID: '1' } });
  t.teardown(pebble.stop);
  const { folder } = pebble;
  const hosts = Array.from({ length: isWhole ? 20 : 5 }, (_, i) => `host${i + 1}`);
  const proofs = join(folder, 'www/.well-known/acme-challenge');
  mkdirSync(proofs, { recursive: true });
  cpSync(rules, join(folder, 'pkiutils.mk'));
  writeFileSync(
    join(folder, 'Makefile'),
    `
PKI_HOSTS = ${hosts.join(' ')}
PKI_KEY_FLAGS = -n ec:P-256
PKI_CSR_FLAGS = --cn $*.valami.hu
PKI_FOR = haproxy
PKI_ACME = ${pebble.args.join(' ')} --agree-tos --webroot www
all: $(PKI_HOSTS:=.pem)
renew: $(PKI_HOSTS:%=renew-%)
include pkiutils.mk
`,
  );
  const made = (ending: string) =>
    readdirSync(folder).filter((name) => name.startsWith('host') && name.endsWith(ending));
  const times = () => made('.pem').map((name) => [name, statSync(join(folder, name)).mtimeMs]);

  const first = spawn('make', ['-s', isWhole ? '-j4' : '-j2'], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, NODE_OPTIONS: '', PATH: `${binDirectory}:${process.env['PATH']}` },
  });
  const exit = once(first, 'exit');
  await new Promise<void>((resolve) => {
    const watcher = watch(folder, () => {
      if (made('.pem').length < (isWhole ? 4 : 1)) return;
      watcher.close();
      resolve();
    });
  });
  process.kill(-(first.pid ?? 0), 'SIGINT');
  t.not((await exit)[0], 0, 'make was interrupted');
  t.ok(made('.pem').length < hosts.length, `in between: ${made('.pem').length} of ${hosts.length} are there`);

  const second = run('make', ['-s', '-j4'], { cwd: folder });
  t.equal(second.status, 0, 'make again', { stderr: second.stderr });
  t.equal(made('.pem').length, hosts.length, 'all are there');
  for (const name of made('.pem').slice(0, isWhole ? 3 : 1)) {
    t.equal(run('pem-merge', ['--check', '-q', name], { cwd: folder }).status, 0, `${name} is whole`);
  }
  t.same(readdirSync(proofs), [], 'and no proof is left');

  const before = times();
  t.match(run('make', [], { cwd: folder }), { status: 0, stdout: /Nothing to be done for 'all'/ });
  t.equal(run('make', ['-s', '-j4', 'renew'], { cwd: folder }).status, 0, 'no renewal is due');
  t.same(times(), before, 'nothing is asked for again');
  const renewal = run('make', ['-s', 'renew-host1', 'PKI_DUE=--before 100w', 'PKI_RELOAD=echo reloaded'], {
    cwd: folder,
  });
  t.match(renewal, { status: 0, stdout: /^reloaded$/m, stderr: /--renews host1\.crt/ }, 'one that is due');
});
