import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { findProgram, run } from './support/session.js';
import { some } from './support/whole.js';

/** The line so far, and the words the shell offers, or some of them. */
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

/** A shell is asked for all lines at once; its answers are parted by this. */
const PART = '=====';

/** The answers a shell gives to every line of the table, one behind the other. */
function answers(stdout: string): string[][] {
  return stdout.split(`${PART}\n`).map((part) => part.split('\n').filter(Boolean));
}

const bash = findProgram('bash');
t.test('bash', { skip: bash ? false : 'bash is not installed' }, async (t) => {
  const cwd = t.testdir(files);
  // readline's part: words are split at = and : too, and the function is the one `complete` names.
  const script = `
    ask() {
      . "$share/\${1%% *}"
      set -- "$1" $(complete -p "\${1%% *}")
      COMP_LINE=$1 COMP_POINT=\${#1}
      read -ra COMP_WORDS <<<"$(sed 's/[=:]/ & /g' <<<"$COMP_LINE")"
      [[ $COMP_LINE == *' ' || $COMP_LINE == *[=:] ]] && COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      COMPREPLY=()
      [[ $3 == -F ]] && $4
      printf '%s\\n' "\${COMPREPLY[@]}"
    }
    share=$1
    shift
    for line; do ask "$line"; echo ${PART}; done`;
  const path = `${share}/bash-completion/completions`;
  const { stdout, stderr } = run('bash', ['--norc', '-c', script, 'bash', path, ...table.map(({ line }) => line)], {
    cwd,
  });
  const found = answers(stdout);
  for (const [i, { line, offered, all }] of table.entries()) {
    // bash puts the answer behind the last colon: that much is on the line.
    const lead = /:[^:\s]*$/.test(line) ? line.slice(line.lastIndexOf(' ') + 1, line.lastIndexOf(':') + 1) : '';
    const words = (found[i] ?? []).map((word) => lead + word);
    check(t, line, words, offered, all);
  }
  t.equal(stderr.replaceAll(/^.*compopt: not currently executing completion function\n/gm, ''), '', 'no complaint');
});

const fish = findProgram('fish');
t.test('fish', { skip: fish ? false : 'fish is not installed' }, async (t) => {
  const cwd = t.testdir({ ...files, home: {} });
  const script = `for line in $argv[2..]
      source $argv[1]/(string split -f1 ' ' $line).fish
      complete -C $line
      echo ${PART}
    end`;
  const path = `${share}/fish/vendor_completions.d`;
  const env = { HOME: `${cwd}/home`, XDG_CONFIG_HOME: `${cwd}/home` };
  const { stdout } = run('fish', ['--no-config', '-c', script, path, ...table.map(({ line }) => line)], { cwd, env });
  const found = answers(stdout);
  for (const [i, { line, offered, all }] of table.entries()) {
    const words = (found[i] ?? []).map((each) =>
      (each.split('\t')[0] ?? '').replace(/^--[a-z-]+=/, '').replace(/\/$/, ''),
    );
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
  for (const { line, offered } of some(
    table.filter((each) => each.offered.length === 1),
    3,
  )) {
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
