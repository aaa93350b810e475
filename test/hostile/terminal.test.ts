import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { binDirectory, findProgram, run } from '../support/session.js';

/** The view of a person at a terminal, and what must never be seen there. script(1) gives us the terminal. */

const script = findProgram('script');
const skip = script === undefined ? 'script is not installed' : false;
const directory = t.testdir({ phrase: 'a long passphrase\n' });
const passphrase = 'a long passphrase';

/** Runs a shell command on a terminal, types each answer when its question is shown, and gives all that was shown. */
async function onTerminal(command: string, answers: readonly (readonly [question: string, typed: string])[]) {
  const child = spawn(
    script ?? '',
    ['-qec', `unset NODE_OPTIONS; ${command}; echo "status $?"; stty -a`, '/dev/null'],
    {
      cwd: directory,
      env: {
        PATH: `${binDirectory}${delimiter}${process.env['PATH']}`,
        LC_ALL: 'C.UTF-8',
        TERM: 'dumb',
        SHELL: '/bin/sh',
      },
    },
  );
  let shown = '';
  let answered = 0;
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [question, typed] = answers[answered] ?? [];
    const at = question === undefined ? -1 : shown.indexOf(question, from);
    if (question === undefined || typed === undefined || at === -1) return;
    answered++;
    from = at + question.length;
    child.stdin.write(typed);
  });
  await once(child, 'close');
  const status = Number(/status (\d+)/.exec(shown)?.[1]);
  return { shown, status, echoes: /[^-]echo\b/.test(shown) && !/-echo\b/.test(shown), answered };
}

t.test('passphrases', { skip }, async (t) => {
  const made = run('sh', ['-c', 'csr-gen -n ec:P-256 --key-only -K enc.key --passout file:phrase'], { cwd: directory });
  t.equal(made.status, 0, made.stderr);
  const ask = 'passphrase of enc.key';
  const use = 'csr-gen -k enc.key --cn a.hu -o a.csr';

  const right = await onTerminal(use, [[ask, `${passphrase}\r`]]);
  t.equal(right.status, 0, 'is asked for and taken', right);
  t.notOk(right.shown.includes(passphrase), 'without echo');
  t.ok(right.echoes, 'and the terminal echoes again');

  const wrong = await onTerminal(use, [
    [ask, 'something else\r'],
    [ask, `${passphrase}\r`],
  ]);
  t.equal(wrong.status, 0, 'again after a wrong one', wrong);
  t.notMatch(wrong.shown, /something else|a long/);

  const interrupted = await onTerminal(use, [[ask, 'half of\x03']]);
  t.equal(interrupted.status, 130, '^C is SIGINT', interrupted);
  t.notMatch(interrupted.shown, /half of/);
  t.ok(interrupted.echoes, '^C leaves the terminal as it was');

  const quit = await onTerminal(`${use} 2> /dev/null`, [[ask, 'half of\x1c']]);
  t.equal(quit.status, 131, '^\\ is SIGQUIT', quit);
  t.ok(quit.echoes, '^\\ leaves the terminal as it was');

  // The shell of script(1) has no other to go back to: nothing stops, and the question comes again.
  const stopped = await onTerminal(use, [
    [ask, 'half of\x1a'],
    [ask, `${passphrase}\r`],
  ]);
  t.equal(stopped.status, 0, '^Z is no part of a passphrase', stopped);

  const erased = await onTerminal(use, [[ask, `${passphrase.replace('passphrase', 'phrase')} \x17passphrase\r`]]);
  t.equal(erased.status, 0, '^W takes back a word', erased);

  const twice = await onTerminal('csr-gen -n ed25519 --key-only -K new.key --passout prompt', [
    ['new passphrase', 'brand new words\r'],
    ['the same again', 'brand new words\r'],
  ]);
  t.equal(twice.status, 0, 'for a new key twice', twice);
  t.notMatch(twice.shown, /brand new/);
  t.match(readFileSync(join(directory, 'new.key'), 'utf8'), /^-----BEGIN ENCRYPTED PRIVATE KEY/);

  const killed = await onTerminal(`sh -c 'csr-gen -k enc.key --cn a.hu & p=$!; (sleep 1; kill $p) & wait $p'`, []);
  t.ok(killed.echoes, 'a kill leaves the terminal as it was', killed);
  const ended = await onTerminal(`sh -c 'csr-gen -k enc.key --cn a.hu & p=$!; (sleep 1; kill -QUIT $p) & wait $p'`, []);
  t.ok(ended.echoes, 'and so does SIGQUIT', ended);
});

t.test('a private key is not shown', { skip }, async (t) => {
  run('sh', ['-c', 'csr-gen -n ec:P-256 --cn a.hu --self-sign 9 -K a.key -o a.pem'], { cwd: directory });
  const calls = [
    'csr-gen --cn a.hu -n ec:P-256 -K -',
    'csr-gen --cn a.hu -n ec:P-256 -K /dev/tty -o b.csr',
    'csr-gen --cn a.hu -n ec:P-256 -K /dev/stdout -o b.csr',
    'csr-gen --cn a.hu -n ec:P-256 -K - -o /dev/tty',
    'csr-gen -n ec:P-256 --key-only -K -',
    'pem-merge a.key a.pem',
    'pem-merge -o /dev/stdout a.key a.pem',
    'pem-merge -o /dev/tty a.key a.pem',
  ];
  for (const call of calls) {
    const { shown, status } = await onTerminal(call, []);
    t.equal(status, 2, call, { shown });
    t.match(shown, /a private key is never written to a terminal/, call);
    t.notMatch(shown, /PRIVATE KEY/, call);
  }
  t.notOk(existsSync(join(directory, 'b.csr')), 'nor is a request made for it');
});
