import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import t from 'tap';
import { openKeyFile, openOutput } from '../../src/cli/output.js';
import { Report } from '../../src/cli/report.js';

const quiet = new Report('test', true);
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const now = new Date('2026-11-23T10:20:30Z');

const call = { force: false, now, report: quiet };

async function write(path: string, text: string, options: { mode?: string; key?: boolean } = {}): Promise<void> {
  const output = await openOutput(path, { ...call, mode: options.mode });
  if (options.key) output.holdsPrivateKeys([]);
  output.write(text);
  output.commit();
}

t.test('a file appears whole, with the right mode', async (t) => {
  const umask = process.umask(0o027);
  t.teardown(() => process.umask(umask));
  const directory = t.testdir();
  const table: readonly (readonly [what: string, before: number | undefined, options: object, after: string])[] = [
    ['new', undefined, {}, '640'],
    ['new, with a key', undefined, { key: true }, '600'],
    ['new, with --mode', undefined, { mode: '644' }, '644'],
    ['new key, with --mode', undefined, { mode: '640', key: true }, '640'],
    ['existing', 0o604, {}, '604'],
    ['existing, with a key', 0o644, { key: true }, '640'],
    ['existing, with --mode', 0o644, { mode: '600' }, '600'],
  ];
  for (const [i, [what, before, options, after]] of table.entries()) {
    const path = join(directory, `file-${i}`);
    if (before !== undefined) {
      writeFileSync(path, 'old');
      chmodSync(path, before);
    }
    await write(path, 'new', options);
    t.equal(readFileSync(path, 'utf8'), 'new', what);
    t.equal(modeOf(path), after, `mode: ${what}`);
  }
  t.equal(readdirSync(directory).length, table.length, 'no temporary file is left');
});

t.test('until commit, and after abort, nothing has changed', async (t) => {
  const directory = t.testdir({ file: 'old' });
  const path = join(directory, 'file');
  const output = await openOutput(path, call);
  t.same(readdirSync(directory), ['file'], 'nothing is opened before the first byte');
  output.write('new');
  t.equal(readFileSync(path, 'utf8'), 'old');
  const [temporary = ''] = readdirSync(directory).filter((name) => name.endsWith('.tmp'));
  t.equal(modeOf(join(directory, temporary)), '600', 'the temporary file is private from birth');
  output.abort();
  t.equal(readFileSync(path, 'utf8'), 'old');
  t.same(readdirSync(directory), ['file']);
});

t.test('refusals leave the old file', async (t) => {
  const directory = t.testdir({ file: 'old' });
  const path = join(directory, 'file');
  const output = await openOutput(path, { ...call, mode: '644' });
  output.holdsPrivateKeys([]);
  output.write('key');
  t.throws(() => output.commit(), { message: '--mode would let others at a private key' });
  output.abort();
  t.equal(readFileSync(path, 'utf8'), 'old');
  await t.rejects(openOutput(path, { ...call, mode: '9' }), { message: /not three octal digits/ });
  await t.rejects(openOutput('-', { ...call, mode: '600' }), { message: '--mode needs --output' });
  await t.rejects(write(join(directory, 'none/file'), 'x'), {
    message: 'no such file or directory',
    source: join(directory, 'none/file'),
  });
  await t.rejects(write(directory, 'x'), { message: 'is a directory', cause: { source: directory } });
});

t.test('links are followed and stay', async (t) => {
  const directory = t.testdir({ real: 'old', sub: {} });
  symlinkSync('real', join(directory, 'link'));
  symlinkSync('sub/later', join(directory, 'dangling'));
  await write(join(directory, 'link'), 'new');
  await write(join(directory, 'dangling'), 'made');
  t.equal(readFileSync(join(directory, 'real'), 'utf8'), 'new');
  t.equal(readFileSync(join(directory, 'sub/later'), 'utf8'), 'made');
  t.ok(lstatSync(join(directory, 'link')).isSymbolicLink());
});

t.test('what is no regular file is written in place', async (t) => {
  const directory = t.testdir();
  const fifo = join(directory, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const reader = execFile('cat', [fifo]);
  const through = once(reader.stdout as Readable, 'data');
  await write(fifo, 'through');
  const [read] = await through;
  t.equal(read, 'through');
  t.ok(lstatSync(fifo).isFIFO());
  await write('/dev/null', 'gone');
  t.ok(lstatSync('/dev/null').isCharacterDevice());
});

t.test('a key file is exclusive, private and keeps what it replaces', async (t) => {
  const directory = t.testdir({ folder: {} });
  const path = join(directory, 'a.key');
  const kept: string[] = [];
  const writeKey = (text: string, force: boolean) => {
    const file = openKeyFile(path, { ...call, force, sayKept: (old) => kept.push(old) });
    file.write(text);
    file.commit();
  };
  writeKey('one', false);
  t.equal(modeOf(path), '600');
  t.throws(() => writeKey('two', false), { message: /exists, a key file is never overwritten/ });
  t.equal(readFileSync(path, 'utf8'), 'one');

  const old = `${path}.old-20261123T102030Z`;
  writeKey('two', true);
  t.equal(readFileSync(old, 'utf8'), 'one');
  t.equal(modeOf(old), '600');
  t.equal(readFileSync(path, 'utf8'), 'two');
  writeKey('three', true);
  t.same(kept, [old, `${old}-1`], 'twice within a second');
  t.same(readdirSync(directory).sort(), [
    'a.key',
    'a.key.old-20261123T102030Z',
    'a.key.old-20261123T102030Z-1',
    'folder',
  ]);
  t.throws(() => openKeyFile(join(directory, 'folder'), call), { message: /is a directory/ });
});

t.test('a key file that appears while the key is made is not replaced', async (t) => {
  const path = join(t.testdir(), 'a.key');
  const [mine, other] = [openKeyFile(path, call), openKeyFile(path, call)];
  for (const [file, text] of [
    [other, 'other'],
    [mine, 'mine'],
  ] as const)
    file.write(text);
  other.commit();
  t.throws(() => mine.commit(), { message: /never overwritten/ });
  mine.abort();
  t.equal(readFileSync(path, 'utf8'), 'other');
  t.same(readdirSync(join(path, '..')), ['a.key']);
});
