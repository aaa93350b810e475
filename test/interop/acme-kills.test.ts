import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { noBind, startBind } from '../support/bind.js';
import { noPebble, type Pebble, startPebble } from '../support/pebble.js';
import { binDirectory, callOf, run, runBeside, session } from '../support/session.js';
import { isWhole } from '../support/whole.js';

/**
 * csr-submit leaves nothing behind, whenever it is killed: no files, no records, no programs, no port; and the account and
 * the order are taken up again.
 */
const kills = isWhole ? 200 : 5;

/** As many go to one CA: pebble keeps every order, and lists three on a page, of which csr-submit walks 64. */
const BATCH = 50;

/** A hook that takes its time, and keeps a list of what is up. */
const slowHook = `#!/bin/sh
case $1 in
  present) touch "up-$4"; sleep 0.2 ;;
  cleanup) rm -f "up-$4" ;;
esac
`;

/** Starts a submission in a process group of its own. */
function start({ folder, args }: Pebble, ...more: readonly string[]): ChildProcess {
  const call = [...args, '--account', 'account.key', '--agree-tos', ...more, '-o', 'chain.pem', 'a.csr'];
  return spawn(...callOf(join(binDirectory, 'csr-submit'), call), { cwd: folder, stdio: 'ignore' });
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

/** True when nothing listens on a port of loopback. */
async function isClosed(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return !isOpen;
}

/** Node.js does not hear SIGPIPE: a pipe that is closed is an error of a write, which the next test is about. */
const signals = ['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGHUP', 'SIGPIPE'] as const;

async function killMany(t: Test, first: number): Promise<void> {
  const folder = t.testdir();
  const bind = await startBind(folder);
  t.teardown(bind.stop);
  const pebble = await startPebble(folder, { env: { PEBBLE_VA_ALWAYS_VALID: '1' } });
  t.teardown(pebble.stop);
  const { httpPort } = pebble;
  const files = join(folder, 'www/.well-known/acme-challenge');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(folder, 'hook'), slowHook);
  chmodSync(join(folder, 'hook'), 0o755);
  run('csr-gen', ['-a', 'a.valami.hu', '-a', 'b.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.csr'], {
    cwd: folder,
  });
  const ways = [
    ['--hook', join(folder, 'hook')],
    ['--webroot', 'www'],
    ['--nsupdate', `127.0.0.1:${bind.port}`, '--tsig', 'tsig.key'],
    ['--listen', `127.0.0.1:${httpPort}`],
  ] as const;
  const left = async (): Promise<readonly string[]> => [
    ...readdirSync(files),
    ...readdirSync(folder).filter((name) => name.startsWith('up-')),
    ...bind.texts('_acme-challenge.a.valami.hu', '_acme-challenge.b.valami.hu').split('\n').filter(Boolean),
    ...processesOf(join(folder, 'hook')).split('\n').filter(Boolean),
    ...((await isClosed(httpPort)) ? [] : ['a listener']),
  ];
  const orders = (): number => pebble.words().split('order-plz').length - 1;

  // The usual length of a call by each way, from which the moments are taken.
  const lengths: number[] = [];
  for (const way of ways) {
    const before = process.hrtime.bigint();
    t.same(await once(start(pebble, ...way), 'exit'), [0, null], `${way[0]}: a call that is let be`);
    lengths.push(Number((process.hrtime.bigint() - before) / 1_000_000n));
  }

  const ends = new Map<string, number>();
  const last = Math.min(first + BATCH, kills);
  for (let i = first; i < last; i++) {
    const signal = signals[i % signals.length] ?? 'SIGTERM';
    const turn = i % ways.length;
    const [way, length] = [ways[turn] ?? ways[0], lengths[turn] ?? 1000];
    const moment = ((i * 0.618034) % 1) * length;
    const end = String(await killed(start(pebble, ...way), signal, moment));
    ends.set(end, (ends.get(end) ?? 0) + 1);
    const what = `${way[0]}, ${signal} after ${Math.round(moment)} ms of ${length}`;
    t.ok(end === signal || end === '0', `${what}: died of it, or was done`, { end });
    // The next call takes down the proofs of one that got SIGKILL.
    if (signal !== 'SIGKILL') t.same(await left(), [], `${what}: nothing is left`);
    const before = orders();
    const call = [...pebble.args, '--account', 'account.key', ...way, 'a.csr'];
    const next = await runBeside('csr-submit', call, { cwd: folder });
    t.equal(next.status, 0, `${what}: the next call`, next);
    t.equal(
      orders() - before,
      next.stderr.includes('takes up an order') ? 0 : 1,
      `${what}: an order that is open is taken up, and no other made`,
    );
    t.same(await left(), [], `${what}: nothing is left by the next call`);
  }
  t.comment(`${last - first} kills: ${[...ends].map(([end, count]) => `${count} ended by ${end}`).join(', ')}`);
  t.ok(
    [...ends].some(([end]) => end !== '0'),
    'some met a call at work',
  );
  t.match(pebble.words(), /There are now 1 accounts/);
  t.notMatch(pebble.words(), /There are now 2 accounts/, 'one account through it all');
}

/** Two CAs at a time: most of a call is waiting. */
t.test('kills at random moments', { skip: noPebble || noBind, timeout: 0, jobs: 2 }, async (t) => {
  for (let first = 0; first < kills; first += BATCH) {
    t.test(`from ${first + 1} on`, { timeout: 0 }, (t) => killMany(t, first));
  }
});

t.test('pipes that are closed', { skip: noPebble }, async (t) => {
  const pebble = await startPebble(t.testdir(), { env: { PEBBLE_VA_ALWAYS_VALID: '1' } });
  t.teardown(pebble.stop);
  const { folder, args, httpPort } = pebble;
  run('csr-gen', ['-a', 'a.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.csr'], { cwd: folder });
  const loud = "#!/bin/sh\ntrap '' PIPE\necho $1 $4\necho $1 >> log\n";
  writeFileSync(join(folder, 'loud'), loud);
  chmodSync(join(folder, 'loud'), 0o755);
  mkdirSync(join(folder, 'www'));
  const call = `csr-submit ${args.join(' ')} --account account.key --agree-tos a.csr`;
  session(
    t,
    folder,
    `
    # The chain is not read: all has been taken down by then, and that is quiet.
    $ (${call} --webroot www; echo $? > status) 2> words | true; cat status; sed '/ made /d' words
    0
    # What is said to people is not read.
    $ (${call} --hook ./loud -o chain.pem; echo $? > status) 2>&1 | true; cat status log
    0
    present
    cleanup
    $ (${call} --listen ${httpPort} -o chain.pem; echo $? > status) 2>&1 | true; cat status
    0
    $ find www -mindepth 1
    `,
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
