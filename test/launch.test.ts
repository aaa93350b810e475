import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isStandalone, run } from './support/session.js';

// The executable has its compiled code inside.
if (!isStandalone) {
  t.test('compiled code is kept for the next start', async (t) => {
    const HOME = t.testdir();
    const cache = join(HOME, '.cache/pkiutils');
    const matches = (env: Record<string, string> = {}) =>
      t.match(
        run('wildcard-match', ['--host', 'alma.valami.hu', '*.valami.hu'], { env: { HOME, ...env } }),
        { status: 0, stdout: '*.valami.hu\n', stderr: '' },
        'the command does its work',
      );
    const codeFiles = () =>
      readdirSync(cache).flatMap((folder) => readdirSync(join(cache, folder)).map((name) => join(cache, folder, name)));

    matches({ NODE_DISABLE_COMPILE_CACHE: '1' });
    t.throws(() => statSync(cache), { code: 'ENOENT' }, 'not when it is not wanted');

    for (const args of [['--help'], ['--version'], ['--no-such-option']])
      run('wildcard-match', args, { env: { HOME } });
    t.same(codeFiles(), [], 'nor for a call that runs little of it: the next one would find no more');

    matches();
    t.equal(statSync(cache).mode & 0o777, 0o700, 'for nobody else');
    const path = codeFiles().find((each) => each.endsWith('wildcard-match.cjs.code')) ?? '';
    const inode = statSync(path).ino;
    matches();
    t.equal(statSync(path).ino, inode, 'the next start finds it');

    writeFileSync(path, 'damaged');
    matches();
    t.not(readFileSync(path, 'latin1'), 'damaged', 'what is damaged is made again');

    chmodSync(cache, 0o777);
    writeFileSync(path, 'anybody');
    matches();
    t.equal(readFileSync(path, 'latin1'), 'anybody', 'a folder others can write to is left alone');

    matches({ HOME: '/dev/null' });
    matches({ HOME: '' });
    matches({ XDG_CACHE_HOME: join(HOME, 'other') });
    t.ok(statSync(join(HOME, 'other/pkiutils')).isDirectory(), 'XDG_CACHE_HOME');
  });
}
