import { readFileSync } from 'node:fs';
import t from 'tap';
import { type Command, optionTable } from '../../src/cli/command.js';
import { habitHint } from '../../src/cli/habits.js';
import { type OptionSpec, parseArguments } from '../../src/cli/options.js';
import { parseKeyAlgorithm } from '../../src/crypto/key-algorithm.js';
import { isPkiError } from '../../src/errors.js';
import { run } from '../support/session.js';

/** The words people who know openssl type, and the one line that says how it is spelt here. */

const { bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { bin: object };
const commands = new Map<string, Command>();
for (const name of Object.keys(bin)) {
  const module = (await import(`../../src/commands/${name}.ts`)) as { command: Command };
  commands.set(name, module.command);
}

const tableOf = (name: string) => {
  const command = commands.get(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return optionTable(command);
};

t.test('habits', async (t) => {
  const rows: readonly [command: string, given: string, hint: string][] = [
    ['csr-gen', '-subj', 'here that is -s or --subject DN'],
    ['csr-gen', '--subj', 'here that is -s or --subject DN'],
    ['csr-gen', '-newkey', 'here that is -n or --new-key ALG'],
    ['csr-gen', '-nodes', 'a new key is not encrypted unless --passout says so'],
    ['csr-gen', '-noout', 'nothing is printed but what is asked for'],
    ['csr-gen', '-in', 'a FILE is an operand: its name alone, or - for standard input'],
    ['csr-gen', '-out', 'here that is -o or --output FILE'],
    ['csr-gen', '-days', 'here that is --self-sign DAYS'],
    ['csr-sign', '-days', 'it has two dashes here: --days'],
    ['csr-gen', '--organization', 'here that is --org NAME'],
    ['csr-gen', '--locality', 'here that is --city NAME'],
    ['csr-gen', '--ou', 'here that is --unit NAME'],
    ['csr-gen', '-key', 'it has two dashes here: --key'],
    ['csr-sign', '-CAkey', 'here that is --ca-key FILE'],
    ['cert-info', '-text', 'here that is -l or --long'],
    ['cert-info', '-enddate', 'here that is -f or --field FIELD,...'],
    ['csr-check', '-enddate', 'cert-info --field not_after prints it'],
    ['cert-info', '-connect', 'cert-fetch HOST fetches what a server presents'],
    ['pem-merge', '-export', 'here that is --p12'],
  ];
  for (const [command, given, hint] of rows) t.equal(habitHint(given, tableOf(command)), hint, `${command} ${given}`);
  t.equal(habitHint('--frobnicate', tableOf('csr-gen')), undefined);
});

t.test('with one dash they are refused as a whole', async (t) => {
  const table = tableOf('csr-gen');
  for (const args of [['-out', 'x'], ['-newkey', 'rsa:2048'], ['-nodes'], ['-subj', '/CN=a'], ['-keyout', 'k']]) {
    t.throws(() => parseArguments(table, args), { message: `unknown option ${args[0]}` });
  }
  t.match(parseArguments(table, ['--cn', 'a', '--', '-out']).operands, ['-out']);
  t.throws(() => parseArguments(table, ['-o', '-out']), { message: '-o needs a value, found -out' });
});

t.test('they stand for no letters of ours in a row', async (t) => {
  for (const [name, command] of commands) {
    const letters = Object.values<OptionSpec>(optionTable(command)).flatMap(({ short, value }) =>
      short === undefined || value !== undefined ? [] : [short],
    );
    for (const word of ['in', 'out', 'key', 'req', 'new', 'md', 'CA', 'text', 'hash', 'name']) {
      t.notOk(
        [...word].every((letter) => letters.includes(letter)),
        `${name} -${word}`,
      );
    }
  }
});

t.test('kinds of key as others call them', async (t) => {
  const rows = {
    rsa4096: 'rsa:4096',
    'RSA-3072': 'rsa:3072',
    4096: 'rsa:4096',
    ecdsa: 'ec:P-256',
    'P-256': 'ec:P-256',
    p384: 'ec:P-384',
    prime256v1: 'ec:P-256',
    secp521r1: 'ec:P-521',
    'ec-384': 'ec:P-384',
    'ed-25519': 'ed25519',
  };
  const hintFor = (text: string): string | undefined => {
    try {
      parseKeyAlgorithm(text);
    } catch (error) {
      if (isPkiError(error)) return error.hint;
    }
    return undefined;
  };
  for (const [text, meant] of Object.entries(rows)) {
    t.equal(hintFor(text), `did you mean ${meant}?`, text);
    parseKeyAlgorithm(meant);
  }
  t.match(hintFor('dsa'), /^rsa:2048 \(to/);
});

t.test('on the command line', async (t) => {
  const dir = t.testdir();
  const rows: readonly [args: string, words: string][] = [
    ['-newkey rsa:2048 -nodes', 'unknown option -newkey\nhint: here that is -n or --new-key ALG'],
    ['--locality Budapest', 'unknown option --locality\nhint: here that is --city NAME'],
    ['-n rsa4096 --cn a.hu -K k', 'rsa4096 is not a kind of key\nhint: did you mean rsa:4096?'],
    [
      'mail.valami.hu -K k',
      'mail.valami.hu: no such file or directory\nhint: for a request with this name: --cn mail.valami.hu',
    ],
  ];
  for (const [args, words] of rows) {
    const { status, stderr } = run('csr-gen', args.split(' '), { cwd: dir });
    t.equal(stderr, `csr-gen: ${words}\n`, args);
    t.equal(status, 2);
  }
});

t.test('one label is a name in a self-signed certificate', async (t) => {
  const dir = t.testdir();
  const { stdout } = run(
    'sh',
    [
      '-c',
      `csr-gen -q --cn myhost -n ec:P-256 -K k --self-sign 9 | cert-info --names
       csr-gen -q --cn localhost -k k --self-sign 9 | cert-info --names
       csr-gen -q --cn myhost -k k | cert-info --names
       csr-gen -q --cn 'Local CA' --ca -k k --self-sign 9 | cert-info --names`,
    ],
    { cwd: dir },
  );
  t.equal(stdout, 'myhost\nlocalhost\n');
});
