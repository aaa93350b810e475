import { copyFileSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { isStandalone, run } from '../support/session.js';
import { some } from '../support/whole.js';

/**
 * Calls that would lose a private key: a file that holds one which the new content does not hold is replaced with --force
 * only, and then kept beside it. Whatever a call does, every key there was before is there afterwards.
 */

const setup = `set -e; umask 077
    csr-gen -n ec:P-256 --cn Local-CA --ca --self-sign 3650 -K ca.key -o ca.pem
    for name in mail web; do
      csr-gen -n ec:P-256 --cn $name.valami.hu -K $name.key -o $name.csr
      csr-sign -q --ca ca.pem --ca-key ca.key -o $name.crt $name.csr
    done
    csr-gen -n ec:P-256 --cn mail.valami.hu -K renewed.key |
      csr-sign -q --ca ca.pem --ca-key ca.key --days 200 -o renewed.crt
    csr-gen -n ec:P-256 --cn mail.valami.hu -K early.key |
      csr-sign -q --ca ca.pem --ca-key ca.key --days 3 -o early.crt
    cat mail.key mail.crt > mail.pem
    printf secret > phrase
    pem-merge -q --p12 --passout file:phrase -o mail.p12 mail.key mail.crt
    pem-merge -q --passout file:phrase -o encrypted.pem mail.key mail.crt
    iconv -f utf-8 -t utf-16 mail.key > utf16.key
    sed 's/PRIVATE/RSA PUBLIC/' mail.key > labelled.key
    printf '\\036\\361\\265\\260\\0\\0\\0\\0and so on' > mail.pvk
    printf '\\007\\002\\0\\0\\0\\244\\0\\0RSA2 and so on' > mail.blob
    printf '\\376\\355\\376\\355\\0\\0\\0\\002' > mail.jks
    echo 'PuTTY-User-Key-File-3: ssh-ed25519' > mail.ppk
    echo '<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>' > mail.xml
    sed 5q mail.key | tr -d = | sed 's/END/EN/' > damaged.key
    base64 -w 0 < mail.key > mail.base64
    { echo 'data:'; echo "  tls.key: $(cat mail.base64)"; } > mail.yaml
    sed 's/^/  > /' mail.key > mail.quoted
    grep -v -e ----- mail.key > mail.bare; grep -v -e ----- mail.key | tr -d '\\n' | tr +/ -_ > mail.url
    base64 -d < mail.key > mail.der 2> /dev/null || sed 1d mail.key | sed '$d' | base64 -d > mail.der
    od -An -v -tx1 mail.der > mail.hex; od -An -v -tx1 mail.key > mail.pem-hex`;

const inputs = join(t.testdir({ in: {} }), 'in');
const { status: made, stderr: problem } = run('sh', ['-c', setup], { cwd: inputs });
if (made !== 0) throw new Error(problem);

/** A folder with copies of the inputs. */
function folder(t: Test): string {
  const directory = t.testdir({});
  for (const name of readdirSync(inputs)) copyFileSync(join(inputs, name), join(directory, name));
  return directory;
}

const regularFiles = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    lstatSync(join(directory, name)).isFile(),
  );

/** The files whose content is nowhere any more. */
function lostFiles(directory: string): string[] {
  const contents = new Set(regularFiles(directory).map((name) => readFileSync(join(directory, name), 'latin1')));
  return readdirSync(inputs).filter((name) => !contents.has(readFileSync(join(inputs, name), 'latin1')));
}

function runsIn(t: Test, directory: string, command: string): { status: number | null; stderr: string } {
  const { status, stderr } = run('sh', ['-c', command], { cwd: directory });
  t.notMatch(stderr, /internal error/, command);
  t.same(
    regularFiles(directory).filter((name) => name.endsWith('.tmp')),
    [],
    `no temporary file: ${command}`,
  );
  return { status, stderr };
}

const refused: readonly string[] = [
  'csr-gen -k mail.key --cn mail.valami.hu -o mail.key',
  'csr-gen -k web.key --cn mail.valami.hu -o mail.pem',
  'csr-gen -n ec:P-256 --cn mail.valami.hu -K new.key -o mail.key',
  'csr-sign --ca ca.pem --ca-key ca.key -o mail.key mail.csr',
  'csr-sign --ca ca.pem --ca-key ca.key -o ca.key mail.csr',
  'csr-check --profile internal --pass -o mail.key mail.csr',
  'cert-info --pem -o mail.key mail.crt',
  'key-conv web.key -o mail.key',
  'key-conv --public mail.key -o mail.pem',
  'pem-split --filter leaf mail.crt -o mail.key',
  'cert-info --json -o mail.pem mail.pem',
  'printf "mail.valami.hu\\n" | wildcard-match -o mail.key mail.valami.hu',
  'pem-merge mail.crt -o mail.key',
  'pem-merge --no-key mail.key mail.crt -o mail.pem',
  'pem-merge web.key web.crt -o mail.key',
  'pem-merge web.key web.crt -o mail.pem',
  'pem-merge early.key early.crt -o mail.pem',
  'pem-merge renewed.key renewed.crt -o mail.key',
  'pem-merge --p12 --passout file:phrase web.key web.crt -o mail.p12',
  'pem-merge web.key web.crt -o encrypted.pem',
  'pem-merge --split mail web.key web.crt',
  'pem-merge --check --split mail web.key web.crt',
  'pem-merge web.key web.crt -o utf16.key',
  'csr-gen -k web.key --cn web.valami.hu -o labelled.key',
  'csr-gen -k web.key --cn web.valami.hu -o damaged.key',
  'csr-gen -k web.key --cn web.valami.hu -o mail.der',
  ...some(['pvk', 'base64', 'blob', 'yaml', 'jks', 'quoted', 'ppk', 'bare', 'xml', 'url', 'hex', 'pem-hex'], 2).map(
    (form) => `cert-info --pem web.crt -o mail.${form}`,
  ),
  'ln -s mail.key link; csr-gen -k web.key --cn web.valami.hu -o link',
];

t.test('without --force', async (t) => {
  const directory = folder(t);
  for (const command of some(refused, 2)) {
    const { status, stderr } = runsIn(t, directory, command);
    t.equal(status, 2, `status of ${command}`);
    t.match(stderr, /holds a private key that would be lost\nhint: .*--force/, command);
    t.same(lostFiles(directory), [], `nothing is lost: ${command}`);
  }
  t.notOk(regularFiles(directory).includes('new.key'), 'a key whose request has no place is not left behind');
});

const forced: readonly (readonly [command: string, kept: RegExp])[] = [
  ['csr-gen -k mail.key --cn mail.valami.hu -o mail.key --force', /^mail\.key\.old-\d{8}T\d{6}Z$/],
  ['cert-info --pem -o mail.key mail.crt --force', /^mail\.key\.old-/],
  ['pem-merge web.key web.crt -o mail.pem --force', /^mail\.pem\.old-/],
  ['pem-merge --split mail web.key web.crt --force', /^mail\.key\.old-/],
  ['csr-gen -n ec:P-256 --cn a.hu -K mail.key -o a.csr --force', /^mail\.key\.old-/],
  ['csr-gen -n ec:P-256 --cn a.hu -K - -o mail.pem --force', /^mail\.pem\.old-/],
  ['key-conv web.key -o mail.key --force', /^mail\.key\.old-/],
  ['pem-split web.key -o mail.key --force', /^mail\.key\.old-/],
  ['ln -s mail.key part1.key; pem-split --prefix part --name index web.key --force', /^mail\.key\.old-/],
  ['echo \'{"CN":"mail"}\' | csr-gen -n ec:P-256 --batch --key-dir . --force', /^mail\.key\.old-/],
];

t.test('with --force the old one is kept', async (t) => {
  for (const [turn, [command, kept]] of some([...forced.entries()], 2)) {
    for (const link of some([false, true], 2, turn / 2)) {
      const directory = folder(t);
      const names = ['mail.key', 'mail.pem'];
      const before = link
        ? names.map((name) => `mkdir -p real && mv ${name} real/${name} && ln -s real/${name} ${name}`).join('; ')
        : 'chmod 640 mail.key mail.pem';
      const what = link ? `${command}, by a link` : command;
      const inputsOfCall = link ? command.replaceAll('-k mail.key', '-k web.key') : command;
      const { status, stderr } = runsIn(t, directory, `${before}; ${inputsOfCall}`);
      t.equal(status, 0, what, { stderr });
      t.match(stderr, /the old key is kept as \S+\.old-/, what);
      t.same(
        lostFiles(directory).filter((name) => /\.(key|pem)$/.test(name)),
        [],
        `nothing is lost: ${what}`,
      );
      const old = readdirSync(join(directory, link ? 'real' : '.')).filter((name) => kept.test(name));
      t.equal(old.length, 1, `kept under its real name: ${what}`);
      const path = join(directory, link ? 'real' : '.', old[0] ?? '');
      t.equal(statSync(path).mode & 0o777, 0o600, `private: ${what}`);
      if (link)
        for (const name of names) t.ok(lstatSync(join(directory, name)).isSymbolicLink(), `${name} stays a link`);
    }
  }
});

t.test('a renewal in place needs no --force and keeps no old key', async (t) => {
  for (const command of [
    'pem-merge renewed.key renewed.crt -o mail.pem',
    'pem-merge mail.key mail.crt --key-format sec1 -o mail.pem',
    'pem-merge mail.key mail.crt -o mail.key',
    'pem-merge --split mail renewed.key renewed.crt',
    'pem-merge --p12 --passout file:phrase renewed.key renewed.crt -o mail.p12',
    'pem-merge --passout file:phrase renewed.key renewed.crt -o encrypted.pem',
  ]) {
    const directory = folder(t);
    const { status, stderr } = runsIn(t, directory, command);
    t.equal(status, 0, command, { stderr });
    t.same(
      readdirSync(directory).filter((name) => name.includes('.old-')),
      [],
      command,
    );
  }
});

t.test('a link to nothing, a folder, a circle', async (t) => {
  const directory = folder(t);
  runsIn(t, directory, 'ln -s later.key dangling; mkdir sub; ln -s a b; ln -s b a');
  t.equal(runsIn(t, directory, 'csr-gen -n ec:P-256 --cn a.hu -K dangling --force -o a.csr').status, 0);
  t.equal(statSync(join(directory, 'later.key')).mode & 0o777, 0o600);
  t.same(
    readdirSync(directory).filter((name) => name.includes('.old-')),
    [],
  );
  for (const [command, message] of [
    ['csr-gen -n ec:P-256 --cn a.hu -K sub --force -o x.csr', 'csr-gen: sub is a directory\n'],
    ['csr-gen -n ec:P-256 --cn a.hu -K a -o x.csr', 'csr-gen: a: too many symbolic links encountered\n'],
    ['csr-gen -n ec:P-256 --cn a.hu -K z.key -o nodir/z.csr', 'csr-gen: nodir/z.csr: no such file or directory\n'],
    ['cert-info --pem mail.crt -o b', 'cert-info: b: too many symbolic links encountered\n'],
    [
      'ln -s sub here; csr-gen -n ec:P-256 --cn a.hu -K sub/x -o here/x',
      'csr-gen: --key-out and --output both name sub/x\nhint: -K - puts the key before the request\n',
    ],
    [
      'ln -s sub/x far; csr-gen -n ec:P-256 --cn a.hu -K far -o sub/x',
      'csr-gen: --key-out and --output both name far\nhint: -K - puts the key before the request\n',
    ],
    [
      'echo \'{"CN":"a.hu"}\' | csr-gen -n ec:P-256 --batch --key-dir sub -o here/a.hu.key',
      'csr-gen: -: line 1: its key would go to sub/a.hu.key, which --output names\n',
    ],
    [
      'csr-submit --server https://localhost:1 --no-check --agree-tos --webroot . --account sub/x -o far mail.csr',
      'csr-submit: --account and --output both name sub/x\n',
    ],
    [
      'ln -s site.crt site.key; pem-merge -q --split site mail.key mail.crt ca.pem',
      'pem-merge: site.key and site.crt are one file\nhint: a link leads from one to the other: remove it\n',
    ],
    [
      'ln -s part2.crt part1.key; pem-split -q --prefix part --name index mail.pem',
      'pem-split: part1.key and part2.crt are one file\nhint: a link leads from one to the other: remove it\n',
    ],
  ] as const) {
    t.same(runsIn(t, directory, command), { status: 2, stderr: message }, command);
  }
  t.notOk(regularFiles(directory).includes('z.key'), 'a request without a place leaves no key behind');
});

t.test('a key on its way to where others read is warned of', async (t) => {
  const directory = folder(t);
  const merge = 'pem-merge -q mail.key mail.crt ca.pem';
  const warning = /^pem-merge: standard output: warning: a private key goes into a file everybody can read\nhint: /;
  t.match(runsIn(t, directory, `umask 022; ${merge} > open.pem`).stderr, warning);
  t.equal(runsIn(t, directory, `umask 077; ${merge} > private.pem`).stderr, '');
  t.equal(runsIn(t, directory, `umask 022; ${merge} | cat > piped.pem`).stderr, '');
});

t.test('names of files', async (t) => {
  const directory = folder(t);
  const long = 'ű'.repeat(120);
  t.equal(runsIn(t, directory, `csr-gen -q -n ec:P-256 --cn a.hu -K ${long}.key -o ${long}.csr`).status, 0);
  t.ok(regularFiles(directory).includes(`${long}.key`));
  for (let i = 0; i < 2; i++) {
    runsIn(t, directory, `csr-gen -n ec:P-256 --cn a.hu -K ${long}.key -o ${long}.csr --force`);
  }
  const kept = readdirSync(directory).filter((name) => /^ű{90}\.old-\d{8}T\d{6}Z(?:-1)?$/.test(name));
  t.equal(kept.length, 2, 'the old ones under names cut short');
  const before = readdirSync(directory);
  const { status, stderr } = runsIn(t, directory, `cert-info --pem mail.crt -o "$(printf 'm\\351l.pem')"`);
  t.equal(status, 2);
  t.match(stderr, /-o: its value is not UTF-8/);
  t.same(readdirSync(directory), before, 'no file under another name');
});

const refuse = fileURLToPath(new URL('../support/refuse-calls.cjs', import.meta.url));
const without = (calls: string, command: string) => `REFUSE=${calls} NODE_OPTIONS=--require=${refuse} ${command}`;

t.test('where there are no hard links', { skip: isStandalone && 'nothing can be loaded into it' }, async (t) => {
  const directory = folder(t);
  const command = 'csr-gen -n ec:P-256 --cn a.hu -K mail.key -o a.csr';
  t.equal(runsIn(t, directory, without('linkSync', command)).status, 2, 'no key is replaced');
  t.equal(runsIn(t, directory, without('linkSync', `${command} --force`)).status, 0);
  t.same(lostFiles(directory), [], 'the old key is kept as a copy');
  const [old = ''] = readdirSync(directory).filter((name) => name.includes('.old-'));
  t.equal(statSync(join(directory, old)).mode & 0o777, 0o600);
});

t.test(
  'where the new file cannot take its place',
  { skip: isStandalone && 'nothing can be loaded into it' },
  async (t) => {
    const directory = folder(t);
    const mode = statSync(join(directory, 'mail.key')).mode;
    for (const command of [
      'csr-gen -n ec:P-256 --cn a.hu -K mail.key -o a.csr --force',
      'pem-merge web.key web.crt -o mail.pem --force',
      'pem-merge --split mail web.key web.crt --force',
      'key-conv web.key -o mail.key --force',
    ]) {
      const before = readdirSync(directory);
      const { status, stderr } = runsIn(t, directory, without('renameSync', command));
      t.equal(status, 2, command);
      t.match(stderr, /mail\.(key|pem): operation not permitted/, command);
      t.same(readdirSync(directory), before, `nothing is left behind: ${command}`);
      t.same(lostFiles(directory), [], command);
      t.equal(statSync(join(directory, 'mail.key')).mode, mode, 'and the old one is as it was');
    }
  },
);

t.test(
  "another user's file in a folder everybody writes to",
  { skip: process.getuid?.() !== 0 && 'root only' },
  async (t) => {
    const directory = folder(t);
    runsIn(t, directory, 'chmod 1777 .; : > bait.pem; chown 65534 bait.pem');
    const { status, stderr } = runsIn(t, directory, 'pem-merge -q mail.key mail.crt ca.pem -o bait.pem');
    t.equal(status, 2);
    t.match(stderr, /bait\.pem belongs to another user \(65534\) in a folder everybody writes to/);
    t.equal(statSync(join(directory, 'bait.pem')).size, 0);
  },
);
