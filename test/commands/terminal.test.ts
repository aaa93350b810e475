import process from 'node:process';
import t from 'tap';
import { binDirectory, findProgram, run } from '../support/session.js';

const tmux = findProgram('tmux');

t.test('at a terminal', { skip: tmux ? false : 'tmux is not installed' }, async (t) => {
  const cwd = t.testdir();
  const socket = `pkiutils-${process.pid}`;
  const control = (...args: string[]) => run('tmux', ['-L', socket, '-f', '/dev/null', ...args]);
  // The first session keeps the server alive between the others.
  control('new-session', '-d', '-s', 'keep', 'exec cat');
  t.teardown(() => control('kill-server'));

  /** The screen of a terminal of this width once a command has ended (or `until` it waits), with its colours. */
  const screen = (columns: number, command: string, keys?: string): string => {
    const line = `export PATH="${binDirectory}:$PATH" LC_ALL=C.UTF-8; cd '${cwd}'; ${command}; tmux -L ${socket} wait-for -S done; exec cat`;
    control(
      'new-session',
      '-d',
      '-s',
      'play',
      '-x',
      String(columns),
      '-y',
      '60',
      `exec sh -c '${line.replaceAll("'", "'\\''")}'`,
    );
    if (keys !== undefined) control('send-keys', '-t', 'play', keys);
    control('wait-for', 'done');
    const { stdout } = control('capture-pane', '-p', '-e', '-t', 'play');
    control('kill-session', '-t', 'play');
    return stdout.replace(/\n+$/, '\n');
  };

  t.equal(
    run('csr-gen', ['--cn', 'CA', '--ca', '--self-sign', '30', '-n', 'ec', '-K', 'ca.key', '-o', 'ca.pem'], { cwd })
      .status,
    0,
  );
  const later = '--at 2100-01-01';

  for (const columns of [80, 40]) {
    const shown = screen(columns, `cert-info ${later} ca.pem`);
    t.match(shown, /subject .*CN=CA/, `cert-info at ${columns} columns`);
    t.ok(shown.includes('\x1b['), 'in colour');
    // 30–37 are the user's own palette, readable on light and dark; white, black and backgrounds are not ours to set.
    const codes = [...shown.matchAll(/\x1b\[([\d;]+)m/g)].flatMap(([, list = '']) => list.split(';').map(Number));
    t.same(
      codes.filter((code) => [30, 37, 97].includes(code) || (code >= 40 && code <= 47)),
      [],
      'on any background',
    );
  }
  t.notOk(screen(80, `NO_COLOR=1 cert-info ${later} ca.pem`).includes('\x1b['), 'NO_COLOR');
  t.notOk(screen(80, `TERM=dumb cert-info ${later} ca.pem`).includes('\x1b['), 'TERM=dumb');
  for (const call of ['cert-verify --trust ca.pem', 'cert-status --offline', 'cert-info', 'cert-info --color=auto']) {
    const held = screen(80, `${call} ${later} -o held ca.pem; clear; cat held; rm -f held`);
    t.match(held, /CA/, `${call} writes to its file`);
    t.notOk(held.includes('\x1b['), 'without the colours of the terminal');
  }
  t.match(screen(80, `LC_ALL=C cert-info --timeline ca.pem`), /^[\x00-\x7f]*$/, 'a C locale gets ASCII bars');

  const long = 'csr-gen --cn a-name-that-is-long.valami.hu --self-sign 30 -n ec -K long.key -o long.pem';
  t.equal(run('sh', ['-c', long], { cwd }).status, 0);
  for (const columns of [80, 40]) {
    // A name that is too long goes on in the next line: the number of lines shows that nothing was.
    const bars = screen(columns, `LC_ALL=C NO_COLOR=1 cert-info --timeline ${later} ca.pem long.pem`);
    t.equal(bars.split('\n').length, 4, `the timeline fits ${columns} columns`, { bars });
    t.match(bars, /^[\x00-\x7f]*$/, 'in ASCII');
  }

  for (const [name, input] of [
    ['csr-check', 'a request'],
    ['pem-merge', 'a key and certificates'],
    ['cert-info', 'certificates, requests or keys'],
  ] as const) {
    const shown = screen(80, name, 'C-d');
    t.match(shown, `${name}: reading ${input} from the terminal`, `a bare ${name} says what it waits for`);
    t.match(shown, 'end it with Ctrl-D');
  }
  t.match(screen(80, 'csr-gen'), 'hint: name a file with --key-out', 'a bare csr-gen says what to do');
  const spec = screen(80, 'csr-gen -K a.key', 'C-d');
  t.match(spec, 'csr-gen: reading a description of the request');
  t.equal(spec.split('reading').length, 2, 'once');
  t.match(screen(80, 'csr-gen -k ca.key --san-file -', 'C-d'), 'csr-gen: reading --san-file from the terminal');
  t.match(screen(80, "wildcard-match '*.hu.hu'", 'C-d'), 'wildcard-match: reading the list of hosts from');
  t.match(screen(80, 'wildcard-match --host a.hu', 'C-d'), 'wildcard-match: reading the list of patterns from');
  t.match(screen(80, 'csr-gen --cn a.hu -K -'), 'a private key is never written to a terminal');
});
