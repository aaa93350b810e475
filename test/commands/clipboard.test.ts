import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { binDirectory, findProgram, isStandalone, run } from '../support/session.js';

const server = findProgram('Xvfb');

t.test('the clipboard of a display', { skip: server ? false : 'Xvfb is not installed' }, async (t) => {
  const cwd = t.testdir();
  const xvfb: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => xvfb.kill());
  const pipe = xvfb.stdio[3];
  if (!pipe) throw new Error('no pipe');
  const [number] = await once(pipe, 'data');
  const env = { DISPLAY: `:${String(number).trim()}` };

  const made = run('csr-gen', ['--cn', 'mail.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '--clip'], { cwd, env });
  t.match(made, { status: 0, stderr: 'csr-gen: the request is on the clipboard\n' }, 'csr-gen --clip');
  const pasted = run('csr-check', ['--clip', '--pass', '-q'], { cwd, env });
  t.equal(pasted.status, 0, 'csr-check --clip', { stderr: pasted.stderr });
  t.equal(pasted.stdout, made.stdout, 'the same request');

  const both = run('csr-gen', ['--cn', 'a.hu', '-n', 'ec:P-256', '-K', '-', '--clip'], { cwd, env });
  t.match(both.stdout, /PRIVATE KEY/, 'a key may go to standard output');
  t.equal(
    run('csr-check', ['--clip', '--pass', '-q'], { cwd, env }).stdout.includes('PRIVATE KEY'),
    false,
    'but never to the clipboard',
  );
});

t.test('without a display', async (t) => {
  const cwd = t.testdir();
  const made = run('csr-gen', ['--cn', 'mail.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '--clip'], { cwd });
  t.equal(made.status, 2);
  t.match(made.stdout, /^-----BEGIN CERTIFICATE REQUEST-----\n/, 'the request is on standard output all the same');
  t.match(made.stderr, 'csr-gen: the clipboard cannot be reached: there is no display');
  t.match(made.stderr, /^hint: .*xsel .*wl-clipboard/m, 'the packages are named');
  t.match(run('csr-check', ['--clip'], { cwd }), { status: 2, stdout: '' });
});

// The package brings an xsel of its own, the executable does not.
if (isStandalone) {
  t.test('no program for it', async (t) => {
    const { status, stderr } = run('/bin/sh', ['-c', 'PATH=$1 exec "$1/csr-check" --clip', 'sh', binDirectory], {
      env: { DISPLAY: ':0' },
    });
    t.equal(status, 2);
    t.match(stderr, /^hint: .*xsel .*wl-clipboard/m, 'the packages are named');
  });
}
