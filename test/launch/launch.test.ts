import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { codeFiles, exists, matches, nodeKeepsCode } from '../support/code-cache.js';
import { isStandalone, run } from '../support/session.js';

/** Compiled code is kept for the next start. test/hostile/code-cache.test.ts attacks it. */

/** A home with a folder for caches, which a command does not make. */
function newHome(t: Test): { HOME: string; caches: string } {
  const HOME = t.testdir({ '.cache': {} });
  return { HOME, caches: join(HOME, '.cache') };
}

// The executable has its compiled code inside.
if (!isStandalone) {
  t.test('the next start finds it', async (t) => {
    const { HOME, caches } = newHome(t);
    matches(t, { HOME });
    t.equal(statSync(join(caches, 'pkiutils')).mode & 0o777, 0o700, 'for no other user');
    const inodes = () => codeFiles(caches).map((path) => statSync(path).ino);
    const first = inodes();
    t.not(first.length, 0);
    matches(t, { HOME });
    t.same(inodes(), first);
  });

  t.test('code that is damaged is made again', async (t) => {
    const { HOME, caches } = newHome(t);
    matches(t, { HOME });
    const [path = ''] = codeFiles(caches);
    const whole = readFileSync(path);
    for (const damaged of [
      Buffer.from('damaged'),
      Buffer.alloc(0),
      whole.subarray(0, -1),
      Buffer.alloc(whole.length),
    ]) {
      writeFileSync(path, damaged);
      matches(t, { HOME });
      t.notOk(readFileSync(path).equals(damaged));
    }
  });

  t.test('XDG_CACHE_HOME', async (t) => {
    const { HOME } = newHome(t);
    const other = t.testdir({ 'home/.cache': {}, other: {} });
    matches(t, { HOME, XDG_CACHE_HOME: join(other, 'other') });
    t.not(codeFiles(join(other, 'other')).length, 0);
  });

  t.test('none where it is not wanted or has no place', async (t) => {
    const { HOME, caches } = newHome(t);
    matches(t, { HOME, NODE_DISABLE_COMPILE_CACHE: '1' });
    t.notOk(exists(join(caches, 'pkiutils')));
    matches(t, { HOME: '/dev/null' });
    matches(t, { HOME: '' });
  });

  t.test('none of a call that runs little of it', { skip: nodeKeepsCode && 'Node.js keeps it itself' }, async (t) => {
    const { HOME, caches } = newHome(t);
    for (const args of [['--help'], ['--version'], ['--no-such-option']])
      run('wildcard-match', args, { env: { HOME } });
    t.same(codeFiles(caches), []);
  });

  t.test('the code of older builds, and of builds that are gone, is removed', async (t) => {
    const { HOME, caches } = newHome(t);
    const all = join(caches, 'pkiutils');
    const gone = ['0123456789abcdef-v20.0.0-x64', encodeURIComponent('/no/such/place/dist'), '%'];
    mkdirSync(all, { mode: 0o700 });
    for (const name of gone) mkdirSync(join(all, name));
    matches(t, { HOME });
    const [place = '', ...rest] = readdirSync(all);
    t.same(rest, [], 'places without a build');

    const [build = ''] = readdirSync(join(all, place));
    const otherRuntime = `${build.slice(0, 16)}-v20.0.0-none`;
    renameSync(join(all, place, build), join(all, place, build.replace(/^.{16}/, '0123456789abcdef')));
    mkdirSync(join(all, place, otherRuntime));
    matches(t, { HOME });
    t.same(readdirSync(join(all, place)).sort(), [build, otherRuntime].sort(), 'builds that were at this place before');
  });
}
