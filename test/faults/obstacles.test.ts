import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { findProgram, run, session } from '../support/session.js';

// Places in which a file cannot be replaced, not by root either: named with the reason, and found by --check.

const isRoot = process.getuid?.() === 0;
const setup = `
  csr-gen -q -n ec:P-256 --cn a.hu --self-sign 9 -K a.key -o a.crt
  echo old > fixed; echo old > log; echo old > mounted; echo old > other; mkdir folder`;

const directory = t.testdir({});
const made = run('sh', ['-ec', setup], { cwd: directory });
if (made.status !== 0) throw new Error(made.stderr);

/** A reason not to try it here: it takes root, a program, and a file system that has it. */
function whyNot(program: string, trial: string): string | false {
  if (!isRoot) return 'only root may do that';
  if (findProgram(program) === undefined) return `${program} is not installed`;
  const { status, stderr } = run('sh', ['-c', trial], { cwd: directory });
  return status === 0 ? false : `not here: ${stderr.trim()}`;
}

const attributes = whyNot('chattr', 'chattr +i other && chattr -i other');

t.test('immutable and append-only', { skip: attributes }, async (t) => {
  t.teardown(() => run('chattr', ['-ia', ...['fixed', 'folder', 'log'].map((name) => join(directory, name))]));
  run('sh', ['-ec', 'chattr +i fixed folder; chattr +a log'], { cwd: directory });
  for (const file of ['fixed', 'log']) refuses(t, file, 'operation not permitted', 'immutable or append-only');
  session(
    t,
    directory,
    `
      $ pem-merge -q a.key a.crt -o folder/new
      2> pem-merge: folder/new: operation not permitted
      2> ...
      ? 2
    `,
  );
});

const mounts = whyNot('mount', 'mount --bind other mounted && umount mounted');

t.test('something is mounted on it', { skip: mounts }, async (t) => {
  t.teardown(() => run('umount', [join(directory, 'mounted')]));
  run('mount', ['--bind', 'other', 'mounted'], { cwd: directory });
  refuses(t, 'mounted', 'resource busy or locked', 'something is mounted on it');
});

/** Neither writing nor --check finds the file replaceable, and nothing is changed. */
function refuses(t: Test, file: string, reason: string, hint: string): void {
  for (const check of ['', '--check ']) {
    session(
      t,
      directory,
      `
      $ pem-merge -q ${check}a.key a.crt -o ${file}
      2> pem-merge: ${file}: ${reason}
      2> /^hint: .*${hint}/
      ? 2
      $ cat ${file}; ls -a | grep tmp
      old
      ? 1
      `,
    );
  }
}
