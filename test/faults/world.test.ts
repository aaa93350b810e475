import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { PemScanner } from '../../src/pem/scanner.js';
import { findProgram, run } from '../support/session.js';
import { some } from '../support/whole.js';
import { Harness, inPairs, isLong, type Outcome } from './harness.js';
import { isNewKey, OLD, type Writer, writers } from './writers.js';

/** Faults as the world makes them: kills at any moment, full and read-only disks, a closed standard output, races. */

const harness = new Harness(t.testdir());
const typical = new Map<string, Outcome>();
/** PKIUTILS_FAULTS=long tries all; every run tries a few. */
const tries = isLong ? 200 : 3;
/** The writers share their code: outside a whole run the tests below take turns with them. */
const someWriters = (turn: number): readonly Writer[] => some(writers, 6, turn);

t.test('each writer, left alone', async (t) => {
  for (const writer of writers) {
    const outcome = await harness.learn(writer);
    t.equal(outcome.status, 0, `${writer.name}: ${outcome.stderr}`);
    typical.set(writer.name, outcome);
  }
});

const lengthOf = (writer: Writer): number => typical.get(writer.name)?.milliseconds ?? 100;

t.test(`kill -9 at ${tries} random moments`, async (t) => {
  for (const writer of someWriters(1)) {
    const found = new Map<string, number>();
    await inPairs(Array(tries), async () => {
      const after = Math.random() * lengthOf(writer) * 1.1;
      const { states, exposed, strays } = await harness.run(writer, { signal: { name: 'SIGKILL', after } });
      for (const [name, state] of Object.entries(states)) {
        if (state === 'broken') t.fail(`${writer.name}: killed after ${after} ms, ${name} is broken`);
        found.set(state, (found.get(state) ?? 0) + 1);
      }
      t.same(exposed, []);
      t.ok(
        strays.every((name) => name.endsWith('.tmp')),
        `${writer.name}: leaves ${strays.join()}`,
      );
    });
    t.comment(`${writer.name}: ${[...found].map(([state, times]) => `${state} ${times}×`).join(', ')}`);
  }
});

t.test('SIGINT and SIGTERM soon after start', async (t) => {
  for (const writer of someWriters(2)) {
    await inPairs(Array(Math.ceil(tries / 3)).keys(), async (i) => {
      const name = i % 2 === 0 ? 'SIGINT' : 'SIGTERM';
      const after = Math.random() * lengthOf(writer);
      const { signal, status, states, strays } = await harness.run(writer, { signal: { name, after } });
      const what = `${writer.name}: ${name} after ${after.toFixed(1)} ms`;
      t.ok(signal === name || status === 0, `${what}: dies of it, or was done`, { signal, status });
      t.same(strays, [], `${what}: no temporary file`);
      t.notOk(Object.values(states).includes('broken'), `${what}: files are whole`);
    });
  }
});

const prlimit = findProgram('prlimit');
t.test('a file-size limit', { skip: prlimit ? false : 'prlimit is not installed' }, async (t) => {
  for (const writer of someWriters(3)) {
    const before = Object.fromEntries(
      Object.keys(writer.makes).map((name) => [name, writer.replaces?.includes(name) ? 'old' : 'absent']),
    );
    // The log of steps would be cut, too: only the command is limited, to less than anything it writes.
    const outcome = await harness.run(writer, { prefix: [prlimit ?? '', '--fsize=10'], unwatched: true });
    t.equal(outcome.status, 2, `${writer.name}: exit status`);
    t.match(outcome.stderr, /: file too large$/m, writer.name);
    t.same(outcome.states, before, `${writer.name}: nothing has changed`);
    t.same(outcome.strays, [], `${writer.name}: no temporary file`);
  }
});

const strace = findProgram('strace');
t.test('a quota that is spent', { skip: strace ? false : 'strace is not installed' }, async (t) => {
  // File systems over a network tell of it as late as here.
  for (const [i, call] of ['fsync', '?rename,?renameat,?renameat2,?link,?linkat'].entries()) {
    const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:error=EDQUOT`];
    for (const writer of someWriters(i)) {
      const prefix = [strace ?? '', '-f', '-qq', '-o', '/dev/null', ...inject];
      const outcome = await harness.run(writer, { prefix, unwatched: true });
      const what = `${writer.name}: ${call}`;
      t.equal(outcome.status, 2, what);
      const named = Object.keys(writer.makes).some((name) =>
        outcome.stderr.includes(`: ${name}: disk quota exceeded\n`),
      );
      t.ok(named, `${what}: says which file and why`, { stderr: outcome.stderr });
      t.notOk(Object.values(outcome.states).includes('broken'), `${what}: files are whole`);
      t.same(outcome.strays, [], `${what}: no temporary file`);
    }
  }
});

/** Runs a writer on a file system of its own, mounted with `options`. */
async function onFileSystem(writer: Writer, options: string, remount: readonly string[] | undefined): Promise<Outcome> {
  const directory = harness.folderFor(writer);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]);
  try {
    for (const name of writer.replaces ?? []) writeFileSync(join(directory, name), OLD, { mode: 0o600 });
    if (remount === undefined) fill(directory);
    else execFileSync('mount', [...remount, directory]);
    return await harness.run(writer, { unwatched: true }, directory);
  } finally {
    execFileSync('umount', [directory]);
  }
}

function fill(directory: string): void {
  try {
    for (let i = 0; ; i++) writeFileSync(join(directory, `full-${i}`), Buffer.alloc(4096));
  } catch {
    // It is full.
  }
}

const faultyFileSystems = [
  ['a disk that is full', 'size=32k', undefined, /: no space left on device$/m],
  ['a file system that is read-only', 'size=64k', ['-o', 'remount,ro'], /: read-only file system$/m],
] as const;
const canMount = process.geteuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
for (const [what, options, remount, words] of faultyFileSystems) {
  t.test(what, { skip: canMount ? false : 'only root can mount one' }, async (t) => {
    for (const writer of someWriters(4)) {
      const outcome = await onFileSystem(writer, options, remount);
      t.equal(outcome.status, 2, `${writer.name}: exit status`);
      t.match(outcome.stderr, words, writer.name);
      const states = new Set(Object.values(outcome.states));
      t.notOk(states.has('new') || states.has('broken'), `${writer.name}: the old files, if any`);
      t.same(
        outcome.strays.filter((name) => !name.startsWith('full-')),
        [],
        `${writer.name}: no temporary file`,
      );
    }
  });
}

/** The words in front that make a command run as an ordinary user: root may write everywhere. */
const unprivileged =
  process.geteuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : ['env'];
const comesHere = spawnSync(unprivileged[0] ?? '', [...unprivileged.slice(1), process.execPath, '-p', '1'], {
  cwd: harness.root,
}).status;
const unprivilegedSkip = comesHere === 0 ? false : 'setpriv is missing, or an unprivileged user cannot come here';
t.test('a folder that may not be written to', { skip: unprivilegedSkip }, async (t) => {
  for (const writer of someWriters(5)) {
    const directory = harness.folderFor(writer);
    chmodSync(directory, 0o555);
    chmodSync(join(harness.root, 'in'), 0o755);
    for (const name of readdirSync(join(harness.root, 'in'))) chmodSync(join(harness.root, 'in', name), 0o644);
    const outcome = await harness.run(writer, { prefix: unprivileged, unwatched: true }, directory);
    chmodSync(directory, 0o755);
    t.equal(outcome.status, 2, `${writer.name}: exit status`);
    t.match(outcome.stderr, /: (permission denied|operation not permitted)$/m, writer.name);
    t.same(outcome.strays, [], `${writer.name}: no temporary file`);
    t.notOk(Object.values(outcome.states).includes('broken'), `${writer.name}: files are whole`);
  }
});

/** The same commands, writing to standard output. */
const printers = someWriters(0)
  // Split files are written, whatever else is said.
  .filter(({ argv }) => !argv.includes('--split'))
  .map((writer) => {
    const at = writer.argv.indexOf('-o');
    const argv = at === -1 ? [...writer.argv.slice(0, -1), '-'] : writer.argv.toSpliced(at, 2);
    return { ...writer, argv };
  });

t.test('standard output that is full', async (t) => {
  for (const printer of printers) {
    const { status, stderr, states } = await harness.run(printer, { stdout: '/dev/full' });
    t.equal(status, 2, printer.name);
    t.match(stderr, /: standard output: no space left on device$/m, printer.name);
    t.notOk(Object.values(states).includes('broken'), `${printer.name}: files are whole`);
  }
});

t.test('standard output that is closed', async (t) => {
  // Node.js opens /dev/null in its place before we run: nothing can be told from that. But no file may take its number and
  // receive what was meant for it.
  for (const writer of [...someWriters(1), ...printers]) {
    const { status, stderr, states } = await harness.run(writer, { stdout: 'closed' });
    t.ok(status === 0 || status === 2, writer.name);
    t.notMatch(stderr, /internal error/, writer.name);
    t.notOk(Object.values(states).includes('broken'), `${writer.name}: files are whole`);
  }
});

t.test('nobody reads standard output', async (t) => {
  for (const { argv, name } of printers) {
    // `true` is gone before anything is written.
    const script = `{ "$@"; echo $? >&3; } 3>status | true; cat status`;
    const directory = harness.folderFor({ ...writers[0], name } as Writer);
    const { stdout, stderr } = run('bash', ['-c', script, 'bash', ...argv.filter((word) => word !== '--force')], {
      cwd: directory,
    });
    t.equal(stdout, '0\n', `${name}: the status so far`);
    t.notMatch(stderr, /error|pipe/i, `${name}: no word about it`);
  }
});

t.test('several at once write one file', async (t) => {
  for (const writer of someWriters(6)) {
    const directory = harness.folderFor(writer);
    const unwatched = true;
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => harness.run(writer, { unwatched }, directory)));
    const won = outcomes.filter(({ status }) => status === 0);
    const last = await harness.statesIn(writer, directory);
    t.same(new Set(Object.values(last)), new Set(['new']), `${writer.name}: the files are whole`);
    if (!isNewKey(writer)) t.equal(won.length, 4, `${writer.name}: all succeed`, { outcomes });
    else {
      t.equal(won.length, 1, `${writer.name}: one key, one winner`);
      for (const { status, stderr } of outcomes) {
        t.ok(status === 0 || (status === 2 && stderr.includes('never overwritten')), `${writer.name}: ${stderr}`);
      }
    }
    t.same(
      readdirSync(directory).filter((name) => name.endsWith('.tmp')),
      [],
      `${writer.name}: no temporary file`,
    );
  }
});

t.test('an onlooker never sees a key file others can read', async (t) => {
  const makers = writers.filter(({ argv }) => argv[0] === 'csr-gen' || argv[0] === 'pem-merge');
  for (const writer of some(makers, 4)) {
    const directory = harness.folderFor(writer);
    const seen: string[] = [];
    const look = (_: string, name: string | null) => {
      const mode = statSync(join(directory, name ?? ''), { throwIfNoEntry: false })?.mode ?? 0;
      if ((mode & 0o077) !== 0 && holdsKey(join(directory, name ?? ''))) seen.push(`${name} ${mode.toString(8)}`);
    };
    const watcher = watch(directory, look);
    await harness.run(writer, { unwatched: true }, directory);
    watcher.close();
    t.same(seen, [], writer.name);
  }
});

function holdsKey(path: string): boolean {
  const scanner = new PemScanner();
  const items = [...scanner.push(readFileSync(path)), ...scanner.end()];
  return items.some((item) => item.kind === 'block' && item.label.endsWith('PRIVATE KEY'));
}

t.test('a long stream can be interrupted while its output is being written', async (t) => {
  const directory = t.testdir();
  mkdirSync(join(directory, 'out'));
  const pem = readFileSync(join(harness.root, 'in', 'mail.pem'));
  const big = Buffer.concat(Array(isLong ? 60_000 : 10_000).fill(pem));
  writeFileSync(join(directory, 'many.pem'), big);
  const script = `cert-info -o out/info many.pem & pid=$!
    shopt -s dotglob; until [ -e out/* ]; do :; done 2>/dev/null
    kill -INT $pid; wait $pid; echo $?; ls -A out`;
  const { stdout } = run('bash', ['-c', `set -m; ${script}`], { cwd: directory });
  t.equal(stdout, '130\n', 'dies of SIGINT and leaves nothing');
});
