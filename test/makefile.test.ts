import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { binDirectory, findProgram, run, session } from './support/session.js';
import { isWhole, some } from './support/whole.js';

const make = findProgram('make');
const skip = make ? false : 'make is not installed';
const rules = fileURLToPath(new URL('../share/pkiutils.mk', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const office = t.testdir({});
session(t, office, '$ csr-gen --cn Local-CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem');

/** A directory with a CA, the rules and a Makefile. */
function serverRoom(t: Test, makefile: string): string {
  const directory = t.testdir({ Makefile: makefile });
  cpSync(rules, join(directory, 'pkiutils.mk'));
  for (const name of ['ca.key', 'ca.pem'])
    cpSync(join(office, name), join(directory, name), { preserveTimestamps: true });
  return directory;
}

t.test("the README's Makefile", { skip }, async (t) => {
  const [, fragment = ''] = /```make\n([\s\S]*?)```/.exec(readme) ?? [];
  const directory = serverRoom(t, fragment.replace('share/pkiutils.mk', 'pkiutils.mk'));
  const contents = (name: string) => readFileSync(join(directory, name), 'utf8');
  const runs = (...args: string[]) => run('make', ['-s', ...args], { cwd: directory });

  t.equal(runs().status, 0, 'make');
  session(
    t,
    directory,
    `
    $ cert-info --names mail.pem
    mail.valami.hu
    *.valami.hu
    $ head -1 mail.pem
    -----BEGIN RSA PRIVATE KEY-----
    $ stat -c %a mail.key mail.pem
    600
    600
    $ make -q
    `,
  );

  const [key, merged] = [contents('mail.key'), contents('mail.pem')];
  t.match(runs('renew-mail'), { status: 0, stdout: '', stderr: '' }, 'renew-mail');
  t.equal(contents('mail.pem'), merged, 'a certificate that lives on is left alone');
  const renewal = runs('renew-mail', 'PKI_RENEW_DAYS=91', 'PKI_RELOAD=echo reloaded');
  t.match(renewal, { status: 0, stdout: /^reloaded$/m }, 'renewal');
  t.not(contents('mail.pem'), merged, 'one that expires soon is renewed');
  t.equal(contents('mail.key'), key, 'with the key it had');
  t.equal(runs('-q').status, 0, 'and make has nothing left to do');

  writeFileSync(join(directory, 'ca.pem'), 'damaged');
  const [crt, pem] = [contents('mail.crt'), contents('mail.pem')];
  t.not(runs('renew-mail', 'PKI_RENEW_DAYS=91').status, 0, 'a step that fails stops make');
  t.same([contents('mail.crt'), contents('mail.pem')], [crt, pem], 'and what was there is still there');
  rmSync(join(directory, 'mail.crt'));
  t.not(runs('mail.crt').status, 0);
  t.notOk(existsSync(join(directory, 'mail.crt')), 'no half-made file');
  rmSync(join(directory, 'ca.pem'));
  t.not(runs('mail.crt').status, 0);
  t.notOk(existsSync(join(directory, 'ca.csr')), 'a missing CA is not made up');
});

t.test('a refused request leaves no file', { skip }, async (t) => {
  const directory = serverRoom(
    t,
    `PKI_CSR_FLAGS_bad = --cn bad.internal
include pkiutils.mk
`,
  );
  t.not(run('make', ['-s', 'bad.csr'], { cwd: directory }).status, 0);
  t.same(readdirSync(directory).sort(), ['Makefile', 'bad.key', 'ca.key', 'ca.pem', 'pkiutils.mk']);
});

t.test('many hosts, in parallel, interrupted, and again', { skip }, async (t) => {
  const hosts = Array.from({ length: isWhole ? 20 : 5 }, (_, i) => `host${i + 1}`);
  const directory = serverRoom(
    t,
    `PKI_HOSTS = ${hosts.join(' ')}
PKI_KEY_FLAGS = -n ec:P-256
PKI_CSR_FLAGS = --cn $*.valami.hu
PKI_FOR = haproxy
all: $(PKI_HOSTS:=.pem)
renew: $(PKI_HOSTS:%=renew-%)
include pkiutils.mk
`,
  );
  const made = (ending: string) =>
    readdirSync(directory).filter((name) => name.startsWith('host') && name.endsWith(ending));
  const times = (ending: string) => made(ending).map((name) => [name, statSync(join(directory, name)).mtimeMs]);

  const first = spawn('make', ['-s', isWhole ? '-j4' : '-j2'], {
    cwd: directory,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PATH: `${binDirectory}:${process.env['PATH']}` },
  });
  const exit = once(first, 'exit');
  await new Promise<void>((resolve) => {
    const watcher = watch(directory, () => {
      if (made('.pem').length < (isWhole ? 5 : 1)) return;
      watcher.close();
      resolve();
    });
  });
  process.kill(-(first.pid ?? 0), 'SIGINT');
  t.not((await exit)[0], 0, 'make was interrupted');
  t.ok(made('.pem').length < hosts.length, `in between: ${made('.pem').length} of ${hosts.length} are there`);
  t.same(
    readdirSync(directory).filter((name) => name.endsWith('.tmp')),
    [],
    'nothing half made',
  );
  for (const name of some(made('.pem'), 2)) {
    t.equal(run('pem-merge', ['--check', '-q', name], { cwd: directory }).status, 0, `${name} is whole`);
  }

  const keys = times('.key');
  const second = run('make', ['-s', '-j4'], { cwd: directory });
  t.equal(second.status, 0, 'make again', { stderr: second.stderr });
  t.equal(made('.pem').length, hosts.length, 'all are there');
  t.same(
    times('.key').filter(([name]) => keys.some(([before]) => before === name)),
    keys,
    'no key was made again',
  );

  const before = times('.pem');
  t.match(run('make', [], { cwd: directory }), { status: 0, stdout: /Nothing to be done for 'all'/ });
  t.equal(run('make', ['-s', '-j4', 'renew'], { cwd: directory }).status, 0, 'no renewal is due');
  t.same(times('.pem'), before, 'nothing is rebuilt');
});

t.test('names nobody declared, names that are none, flags that change', { skip }, async (t) => {
  const directory = serverRoom(
    t,
    `PKI_KEY_FLAGS = -n ec:P-256
PKI_PROFILE = internal
PKI_CSR_FLAGS = --cn $*.valami.hu --org $(ORG)
PKI_CSR_FLAGS_mail = -a '*.valami.hu'
ORG = Valami
all: mail.pem
include pkiutils.mk
`,
  );
  const runs = (...args: string[]) => run('make', ['-s', ...args], { cwd: directory });
  const before = readdirSync(directory);
  for (const target of ['renew-typo', 'typo.key', 'typo.pem']) {
    t.match(runs(target), { status: 2, stderr: new RegExp(`No rule to make target '${target}'`) }, target);
  }
  for (const name of ['-o', 'a;touch', '$(touch)', 'a/b', '.a', "a'b"]) {
    t.match(runs(`PKI_HOSTS=${name.replaceAll('$', '$$$$')}`), { status: 2, stderr: /is no name for files/ }, name);
  }
  for (const [host, file, ...more] of [
    ['ca', 'ca.pem'],
    ['account', 'account.key', 'PKI_ACME=--server letsencrypt'],
    ['list', 'list.pem', 'PKI_CRL=list.pem'],
  ] as const) {
    const stderr = new RegExp(`PKI: "${host}" would have ${file}, which is the CA's or the account's`);
    t.match(runs(`PKI_HOSTS=${host}`, ...more), { status: 2, stderr }, host);
  }
  t.same(readdirSync(directory), before, 'no key was made for any');

  const subject = () => run('cert-info', ['-f', 'subject', 'mail.csr'], { cwd: directory }).stdout;
  const key = () => readFileSync(join(directory, 'mail.key'), 'utf8');
  t.equal(runs().status, 0);
  const first = key();
  t.equal(runs('-q').status, 0, 'the same flags: nothing to do');
  t.equal(runs('ORG=Another').status, 0);
  t.match(subject(), /O=Another/, 'other flags: another request');
  t.equal(key(), first, 'for the same key');
  t.equal(runs('-q', 'ORG=Another').status, 0);
});

t.test('revoked, suspended, released', { skip }, async (t) => {
  const directory = serverRoom(
    t,
    `PKI_HOSTS = a b c
PKI_KEY_FLAGS = -n ec:P-256
PKI_PROFILE = internal
PKI_CSR_FLAGS_a = --cn a.internal
PKI_CSR_FLAGS_b = --cn b.internal
PKI_CSR_FLAGS_c = --cn c.internal
PKI_SIGN_FLAGS = --crl-url http://ca.internal/ca.crl
include pkiutils.mk
`,
  );
  const status = 'cert-status --offline --json --issuer ca.pem --crl ca.crl a.crt b.crt c.crt | jq -r .status | xargs';
  session(
    t,
    directory,
    `
    $ make -s -j4 a.crt b.crt c.crt ca.crl && ${status}
    good good good
    $ make -s -j4 suspend-a revoke-b suspend-c PKI_REASON=keyCompromise && ${status}
    suspended revoked suspended
    $ make -s release-a && ${status}
    good revoked suspended
    $ make -s release-b
    2> crl-gen: b.crt: CN=b.internal is revoked, which is for good
    2> ...
    ? 2
    $ make -s refresh-crl PKI_HOLD_LIMIT=0h PKI_CRL_FLAGS=-q && ${status}
    good revoked revoked
    $ cert-info -f number ca.crl
    06
    $ make -s revoke-nobody
    2> /No rule to make target .revoke-nobody./
    ? 2
    `,
  );
});
