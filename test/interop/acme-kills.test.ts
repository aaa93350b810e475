import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { noPebble, type Pebble, startPebble } from '../support/pebble.js';
import { binDirectory, run } from '../support/session.js';
import { isWhole } from '../support/whole.js';

/**
 * csr-submit leaves nothing behind, whenever it is killed: no files, no records, no programs, no port; and the account and
 * the order are taken up again. PKIUTILS_KILLS is how often, a few times for each signal unless it is set.
 */
const kills = Number(process.env['PKIUTILS_KILLS'] ?? (isWhole ? 20 : 9));

/** A hook that takes its time, and keeps a list of what is up. */
const slowHook = `#!/bin/sh
case $1 in
  present) touch "up-$4"; sleep 0.2 ;;
  cleanup) rm -f "up-$4" ;;
esac
`;

/** Starts a submission in a process group of its own. */
function start({ folder, args }: Pebble, ...more: readonly string[]): ChildProcess {
  const call = [join(binDirectory, 'csr-submit'), ...args, '--account', 'account.key', '--agree-tos', ...more];
  return spawn('env', ['-u', 'NODE_OPTIONS', ...call, '-o', 'chain.pem', 'a.csr'], { cwd: folder, stdio: 'ignore' });
}

/** Kills it at a moment between its start and its end, unless it ends before. */
async function killed(child: ChildProcess, signal: NodeJS.Signals, moment: number): Promise<string | number | null> {
  const exit = once(child, 'exit');
  const timer = setTimeout(() => child.kill(signal), moment);
  const [code, died] = await exit;
  clearTimeout(timer);
  return died ?? code;
}

/** The processes whose command line names a path. */
const processesOf = (path: string): string => run('pgrep', ['-f', path]).stdout;

t.test('kills at random moments', { skip: noPebble, timeout: 0 }, async (t) => {
  // The validations take their time, so that many kills meet them.
  const pebble = await startPebble(t.testdir(), { env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_VA_ALWAYS_VALID: '1' } });
  t.teardown(pebble.stop);
  const { folder, httpPort } = pebble;
  const files = join(folder, 'www/.well-known/acme-challenge');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(folder, 'hook'), slowHook);
  chmodSync(join(folder, 'hook'), 0o755);
  run('csr-gen', ['-a', 'a.valami.hu', '-a', 'b.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.csr'], {
    cwd: folder,
  });
  const ways = [
    ['--webroot', 'www'],
    ['--listen', `127.0.0.1:${httpPort}`],
    ['--hook', join(folder, 'hook')],
  ] as const;

  // The usual length of a call, from which the moments are taken.
  const before = process.hrtime.bigint();
  t.same(await once(start(pebble, '--webroot', 'www'), 'exit'), [0, null], 'a call that is let be');
  const length = Number((process.hrtime.bigint() - before) / 1_000_000n);

  const ends = new Map<string, number>();
  for (let i = 0; i < kills; i++) {
    const signal = (['SIGTERM', 'SIGINT', 'SIGKILL'] as const)[i % 3] ?? 'SIGTERM';
    const way = ways[Math.floor(i / 3) % ways.length] ?? ways[0];
    const moment = ((i * 0.618034) % 1) * length;
    const end = String(await killed(start(pebble, ...way), signal, moment));
    ends.set(end, (ends.get(end) ?? 0) + 1);
    const what = `${way[0]}, ${signal} after ${Math.round(moment)} ms of ${length}`;
    t.ok(end === signal || end === '0', `${what}: died of it, or was done`, { end });
    if (signal === 'SIGKILL') {
      // It may leave what it had put up; the next call takes that down.
      const next = start(pebble, ...way);
      t.same(await once(next, 'exit'), [0, null], `${what}: the next call`);
    }
    t.same(readdirSync(files), [], `${what}: no file`);
    t.same(
      readdirSync(folder).filter((name) => name.startsWith('up-')),
      [],
      `${what}: no record`,
    );
    t.equal(processesOf(join(folder, 'hook')), '', `${what}: no program`);
    t.ok(existsSync(join(folder, 'account.key')), `${what}: the key of the account`);
  }
  t.comment(`${kills} kills: ${[...ends].map(([end, count]) => `${count} ended by ${end}`).join(', ')}`);
  t.ok((ends.get('SIGTERM') ?? 0) + (ends.get('SIGINT') ?? 0) > 0, 'some met a call at work');
  t.same(
    run('csr-submit', [...pebble.args, '--account', 'account.key', ...ways[0], 'a.csr'], { cwd: folder }).status,
    0,
  );
});

t.test('an order that is ready is taken up again, and no other is made', { skip: noPebble }, async (t) => {
  const pebble = await startPebble(t.testdir(), { env: { PEBBLE_VA_ALWAYS_VALID: '1' } });
  t.teardown(pebble.stop);
  const { folder } = pebble;
  mkdirSync(join(folder, 'www'));
  run('csr-gen', ['-a', 'a.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.csr'], { cwd: folder });
  // The hook is called when the order is there: that is when the call dies.
  writeFileSync(join(folder, 'deadly'), '#!/bin/sh\nkill -9 $PPID\n');
  chmodSync(join(folder, 'deadly'), 0o755);
  const call = [...pebble.args, '--account', 'account.key', '--agree-tos', 'a.csr'];
  const orders = () => pebble.words().split('order-plz').length - 1;
  t.equal(run('csr-submit', [...call, '--hook', './deadly'], { cwd: folder }).signal, 'SIGKILL');
  t.equal(orders(), 1);
  const again = run('csr-submit', [...call, '--webroot', 'www'], { cwd: folder });
  t.match(again, { status: 0, stderr: /^csr-submit: takes up an order that is pending\n$/ });
  t.equal(orders(), 1, 'no second order');
  t.match(readFileSync(join(folder, 'account.key'), 'utf8'), /BEGIN PRIVATE KEY/);
});

t.test('a hook that does not end', { skip: noPebble }, async (t) => {
  const pebble = await startPebble(t.testdir());
  t.teardown(pebble.stop);
  const { folder, args } = pebble;
  run('csr-gen', ['-a', 'a.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.csr'], { cwd: folder });
  writeFileSync(join(folder, 'endless'), '#!/bin/sh\necho $1 >> log\n[ $1 = cleanup ] || exec sleep 1000\n');
  chmodSync(join(folder, 'endless'), 0o755);
  const call = [...args, '--account', 'account.key', '--agree-tos', '--hook', './endless', '--timeout', '2s', 'a.csr'];
  const result = run('csr-submit', call, { cwd: folder });
  t.match(result, { status: 2, stderr: /gave up after 2 s of waiting for the proof for a\.valami\.hu/ });
  t.equal(readFileSync(join(folder, 'log'), 'utf8'), 'present\ncleanup\n', 'it is ended, and what it did is undone');
});
