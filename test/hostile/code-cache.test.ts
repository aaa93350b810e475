import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { codeFiles, exists, foreignCode, matches, nodeKeepsCode } from '../support/code-cache.js';
import { binDirectory, findProgram, isStandalone, run } from '../support/session.js';
import { some } from '../support/whole.js';

/** Attacks on the compiled code that is kept between starts: who can put code there has it run by the user. */

const stranger = 65_534;
const isRoot = process.geteuid?.() === 0;

type Attack = (path: string, beside: string) => void;

/** Moves a file or a folder, and leaves a link to it. */
const linkAway: Attack = (path, beside) => {
  renameSync(path, beside);
  symlinkSync(beside, path);
};

/** Things others may have done to a file of code, and to the folders it is in. */
const plants: Readonly<Record<string, Attack>> = {
  'a file that others can write to': (path) => chmodSync(path, 0o606),
  'a file that the group can write to': (path) => chmodSync(path, 0o660),
  'a file that has another name': linkSync,
  'a symbolic link': linkAway,
  'a folder that others can write to': (path) => chmodSync(dirname(path), 0o777),
  'a folder of builds that others can write to': (path) => chmodSync(join(path, '../..'), 0o707),
  'a folder of places that the group can write to': (path) => chmodSync(join(path, '../../..'), 0o770),
  'a folder that is a symbolic link': (path, beside) => linkAway(dirname(path), beside),
  ...(isRoot && {
    'a file of another user': (path: string) => chownSync(path, stranger, stranger),
    'a folder of another user': (path: string) => chownSync(dirname(path), stranger, stranger),
  }),
};

/** Things that make a folder for caches one that we keep nothing in. */
const placesNotOurs: Readonly<Record<string, (home: string, caches: string) => void>> = {
  'a home without a folder for caches': (_, caches) => rmdirSync(caches),
  'a folder for caches that others can write to': (_, caches) => chmodSync(caches, 0o777),
  'a home that the group can write to': (home) => chmodSync(home, 0o770),
  ...(isRoot && {
    'a folder for caches of another user': (_: string, caches: string) => chownSync(caches, stranger, stranger),
    'a home of another user, which sudo has left as it was': (home: string) => chownSync(home, stranger, stranger),
    'a folder that a symbolic link of another user leads to': (home: string, caches: string) => {
      linkAway(caches, join(home, 'beside'));
      lchownSync(caches, stranger, stranger);
    },
  }),
};

const model = t.testdir({ '.cache': {} });
if (!isStandalone) matches(t, { HOME: model });

/** A folder for caches in a home of ours, with the code of one start in it. */
function filled(t: Test): { HOME: string; caches: string; path: string } {
  const HOME = t.testdir({});
  const caches = join(HOME, '.cache');
  t.equal(run('cp', ['-a', join(model, '.cache'), HOME]).status, 0);
  return { HOME, caches, path: codeFiles(caches)[0] ?? '' };
}

if (!isStandalone) {
  t.test('single bits are flipped', async (t) => {
    const { HOME, path } = filled(t);
    const whole = readFileSync(path);
    for (const i of some([...Array(60).keys()], 10)) {
      const flipped = Buffer.from(whole);
      const at = Math.floor(((i + 0.5) * whole.length) / 60);
      flipped[at] = (whole[at] ?? 0) ^ (1 << (i % 8));
      writeFileSync(path, flipped);
      matches(t, { HOME });
      t.notOk(readFileSync(path).equals(flipped), `octet ${at}: the file is made again`);
    }
  });

  t.test('a program that is replaced by one as long, while its code is kept', async (t) => {
    const HOME = t.testdir({ '.cache': {}, app: {} });
    const app = join(HOME, 'app');
    const { status } = run('cp', ['-a', binDirectory, join(dirname(binDirectory), 'dist'), app]);
    t.equal(status, 0);
    const call = () =>
      run('node', [join(app, 'bin/wildcard-match'), '--host', 'a.valami.hu', '*.valami.hu'], { env: { HOME } });
    for (let i = 0; i < 2; i++) t.match(call(), { status: 0, stdout: '*.valami.hu\n', stderr: '' });
    const program = join(app, 'dist/wildcard-match.cjs');
    const { length } = readFileSync(program);
    rmSync(program);
    writeFileSync(program, "console.log('the new one');".padEnd(length));
    for (let i = 0; i < 2; i++) t.match(call(), { status: 0, stdout: 'the new one\n', stderr: '' });
  });

  const skip = nodeKeepsCode && 'Node.js reads the code itself';
  t.test(
    'foreign code in a file that only we can have written is run: the attacks below can succeed',
    { skip },
    async (t) => {
      const { HOME, path } = filled(t);
      writeFileSync(path, foreignCode());
      const result = run('wildcard-match', ['--host', 'alma.valami.hu', '*.valami.hu'], { env: { HOME } });
      t.match(result.stdout, 'taken over');
    },
  );

  for (const [name, plant] of Object.entries(plants)) {
    t.test(`foreign code is not run in ${name}`, { skip }, async (t) => {
      const { HOME, path } = filled(t);
      writeFileSync(path, foreignCode());
      plant(path, join(HOME, 'beside'));
      matches(t, { HOME });
    });
  }

  const strace = findProgram('strace') === undefined && 'strace is not installed';
  t.test('a quota that is spent, while code is kept', { skip: strace }, async (t) => {
    for (const calls of ['fsync', '?rename,?renameat,?renameat2', '?mkdir,?mkdirat']) {
      const HOME = t.testdir({ '.cache': {} });
      const traced = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=EDQUOT`];
      const call = ['wildcard-match', '--host', 'alma.valami.hu', '*.valami.hu'];
      const found = run('strace', [...traced, ...call], { env: { HOME } });
      t.match(found, { status: 0, stdout: '*.valami.hu\n', stderr: '' }, calls);
      matches(t, { HOME });
    }
  });

  for (const [name, spoil] of Object.entries(placesNotOurs)) {
    t.test(`nothing is made in ${name}`, async (t) => {
      const HOME = t.testdir({ '.cache': {} });
      spoil(HOME, join(HOME, '.cache'));
      matches(t, { HOME });
      t.notOk(exists(join(HOME, '.cache/pkiutils')));
      t.notOk(exists(join(HOME, 'beside/pkiutils')));
    });
  }
}
