import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { findProgram, run } from './support/session.js';

/** What is on the line so far, and what the shell offers, or some of it. */
const table: readonly { line: string; offered: readonly string[]; all?: true }[] = [
  { line: 'csr-gen --key-', offered: ['--key-format', '--key-only', '--key-out', '--key-usage'] },
  { line: 'csr-gen --key-format p', offered: ['pkcs1', 'pkcs8'], all: true },
  { line: 'csr-gen --key-format=s', offered: ['sec1'], all: true },
  { line: 'csr-gen -n e', offered: ['ec:P-256', 'ed25519'] },
  { line: 'csr-gen -n ec:P-3', offered: ['ec:P-384'], all: true },
  { line: 'csr-gen --eku server', offered: ['serverAuth'], all: true },
  { line: 'csr-gen --key-usage digitalSignature,keyE', offered: ['digitalSignature,keyEncipherment'], all: true },
  { line: 'csr-check --explain-rule e_ec_c', offered: ['e_ec_curve'], all: true },
  { line: 'csr-check --profile n', offered: ['netlock'], all: true },
  { line: 'pem-merge --for ha', offered: ['haproxy'], all: true },
  { line: 'cert-info --color=a', offered: ['always', 'auto'], all: true },
  { line: 'cert-info --field ', offered: [], all: true },
  { line: 'cert-info mail', offered: ['mail.crt', 'mail.pem'], all: true },
  { line: 'cert-info -o mail.c', offered: ['mail.crt'], all: true },
  { line: 'cert-info --output=mail.c', offered: ['mail.crt'], all: true },
  { line: 'cert-info -- mail.c', offered: ['mail.crt'], all: true },
  { line: 'csr-gen --key-dir fo', offered: ['folder'] },
];
const files = { 'mail.crt': '', 'mail.pem': '', folder: {} };
const share = fileURLToPath(new URL('../share', import.meta.url));
const wordOf = (line: string): string => line.slice(0, line.indexOf(' '));

const bash = findProgram('bash');
t.test('bash', { skip: bash ? false : 'bash is not installed' }, async (t) => {
  const cwd = t.testdir(files);
  // readline's part: words are split at = and : too, and the function is the one `complete` names.
  const script = `
    . "$1"
    set -- $(complete -p "$2") "$3"
    COMP_LINE=\${!#} COMP_POINT=\${#COMP_LINE}
    read -ra COMP_WORDS <<<"$(sed 's/[=:]/ & /g' <<<"$COMP_LINE")"
    [[ $COMP_LINE == *' ' || $COMP_LINE == *[=:] ]] && COMP_WORDS+=('')
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    [[ $2 == -F ]] && $3
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  for (const { line, offered, all } of table) {
    const name = wordOf(line);
    const path = `${share}/bash-completion/completions/${name}`;
    const { stdout, stderr } = run('bash', ['--norc', '-c', script, 'bash', path, name, line], { cwd });
    // bash puts the answer behind the last colon: that much is on the line.
    const lead = /:[^:\s]*$/.test(line) ? line.slice(line.lastIndexOf(' ') + 1, line.lastIndexOf(':') + 1) : '';
    check(
      t,
      line,
      stdout
        .split('\n')
        .filter(Boolean)
        .map((word) => lead + word),
      offered,
      all,
    );
    t.equal(stderr.replaceAll(/^.*compopt: not currently executing completion function\n/gm, ''), '', 'no complaint');
  }
});

const fish = findProgram('fish');
t.test('fish', { skip: fish ? false : 'fish is not installed' }, async (t) => {
  const cwd = t.testdir({ ...files, home: {} });
  for (const { line, offered, all } of table) {
    const path = `${share}/fish/vendor_completions.d/${wordOf(line)}.fish`;
    const script = 'source $argv[1]; complete -C $argv[2]';
    const env = { HOME: `${cwd}/home`, XDG_CONFIG_HOME: `${cwd}/home` };
    const { stdout } = run('fish', ['--no-config', '-c', script, path, line], { cwd, env });
    const words = stdout
      .split('\n')
      .filter(Boolean)
      .map((each) => (each.split('\t')[0] ?? '').replace(/^--[a-z-]+=/, '').replace(/\/$/, ''));
    check(t, line, words, offered, all);
  }
});

const zsh = findProgram('zsh');
t.test('zsh', { skip: zsh ? false : 'zsh is not installed' }, async (t) => {
  const cwd = t.testdir({ ...files, home: {} });
  // A terminal of its own, in which a person types the line and a tab: the one way to ask zsh.
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1=; fpath=($1 \\$fpath); autoload -Uz compinit; compinit -u -D; setopt no_beep; print re''ady"
    zpty -r -m shell seen '*ready*'
    zpty -w -n shell "$2"$'\\t'
    zpty -w -n shell $'\\C-a'"print -r -- THE''LINE "$'\\C-e'" END"$'\\n'
    zpty -r -m shell seen '*THELINE *END*'
    print -r -- "$seen"`;
  for (const { line, offered } of table.filter((each) => each.offered.length === 1)) {
    const { stdout } = run('zsh', ['-f', '-c', script, 'zsh', `${share}/zsh/site-functions`, line], {
      cwd,
      env: { HOME: `${cwd}/home`, TERM: 'dumb' },
    });
    const answer = stdout.split('\n').find((text) => text.startsWith('THELINE ')) ?? '';
    t.match(answer, offered[0] ?? '', `${line} → ${offered[0]}`);
  }
});

function check(t: Test, line: string, words: readonly string[], offered: readonly string[], all?: true): void {
  if (all) t.same([...words].sort(), [...offered].sort(), line);
  else for (const word of offered) t.ok(words.includes(word), `${line} → ${word}`, { words });
}
