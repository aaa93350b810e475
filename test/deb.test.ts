import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { findProgram, run } from './support/session.js';

/** The Debian package: installed into a folder with nothing else in it than the C library, used there, and removed. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { bin, man, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: object;
  man: readonly string[];
  version: string;
};
const build = join(root, 'build');
const [name] = existsSync(build) ? readdirSync(build).filter((each) => each.endsWith('.deb')) : [];
const archive = join(build, name ?? '');
const whyNot = (): string | false => {
  if (name === undefined) return 'npm run build:deb makes it';
  if (findProgram('dpkg-deb') === undefined) return 'dpkg is not installed';
  return process.getuid?.() === 0 ? false : 'only root can change its root';
};

t.test('what is in it', { skip: name === undefined ? 'npm run build:deb makes it' : false }, async (t) => {
  const { stdout: control } = run('dpkg-deb', ['-f', archive]);
  t.match(control, `Package: pkiutils\nVersion: ${version}\n`);
  const { stdout: list } = run('dpkg-deb', ['-c', archive]);
  const lines = list.trim().split('\n');
  const has = (path: string) => lines.some((line) => line.includes(` ./${path}`));
  for (const command of ['pkiutils', ...Object.keys(bin)])
    t.ok(has(`usr/bin/${command} -> ../lib/pkiutils/pkiutils`), command);
  for (const page of man) t.ok(has(`usr/share/man/man${page.at(-1)}/${page.replace('man/', '')}.gz`), page);
  for (const command of Object.keys(bin)) t.ok(has(`usr/share/bash-completion/completions/${command}`), command);
  for (const path of ['pkiutils/pkiutils.mk', 'doc/pkiutils/copyright', 'doc/pkiutils/changelog.gz'])
    t.ok(has(`usr/share/${path}`));
  for (const file of ['renew@.service', 'renew@.timer']) t.ok(has(`usr/share/doc/pkiutils/examples/${file}`));
  t.same(
    lines.filter((line) => !/ root\/root /.test(line)),
    [],
    'all of it is root’s',
  );
});

t.test(
  'lintian finds no error',
  { skip: findProgram('lintian') && name ? false : 'lintian is not installed' },
  async (t) => {
    const { stdout } = run('lintian', ['--fail-on=error', '--allow-root', archive]);
    t.same(
      stdout.split('\n').filter((line) => line.startsWith('E:')),
      [],
    );
  },
);

t.test('installed, used and removed where there is no Node.js', { skip: whyNot() }, async (t) => {
  const top = mkdtempSync(join(tmpdir(), 'pkiutils-deb-'));
  t.teardown(() => rmSync(top, { recursive: true, force: true }));
  for (const folder of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'tmp', 'etc', 'dev', 'proc']) {
    mkdirSync(join(top, folder), { recursive: true });
  }
  const libc = `Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36\nMaintainer: x <x@x.hu>\nDescription: x\n`;
  writeFileSync(
    join(top, 'var/lib/dpkg/status'),
    libc.replace('amd64', run('dpkg', ['--print-architecture']).stdout.trim()),
  );
  const dpkg = (...args: string[]) => run('dpkg', [`--root=${top}`, '--force-not-root', ...args]);
  const installed = dpkg('-i', archive);
  t.equal(installed.status, 0, installed.stderr);
  // The libraries a Debian without anything has, by what the loader says.
  const { stdout: needs } = run('ldd', [join(top, 'usr/lib/pkiutils/pkiutils')]);
  for (const [path] of needs.matchAll(/\/\S+/g)) cpSync(path, join(top, path), { dereference: true });
  for (const device of ['null', 'urandom']) run('cp', ['-a', `/dev/${device}`, join(top, 'dev')]);
  // The runtime wants /proc, which is there for as long as the call takes.
  const script = 'mount -t proc proc "$1/proc" && exec chroot "$@"';
  const inside = (command: string, ...args: string[]) =>
    run('unshare', ['--mount', 'sh', '-c', script, 'sh', top, `/usr/bin/${command}`, ...args]);
  t.match(inside('cert-info', '--version').stdout, `cert-info (pkiutils) ${version}\n`);
  const made = inside(
    'csr-gen',
    '-q',
    '--cn',
    'a.hu',
    '-n',
    'ec:P-256',
    '-K',
    '/tmp/a.key',
    '--self-sign',
    '9',
    '-o',
    '/tmp/a.pem',
  );
  t.equal(made.status, 0, made.stderr);
  t.equal(inside('cert-info', '--names', '/tmp/a.pem').stdout, 'a.hu\n');
  t.equal(inside('key-match', '-q', '/tmp/a.key', '/tmp/a.pem').status, 0);
  t.equal(dpkg('-r', 'pkiutils').status, 0);
  t.notOk(existsSync(join(top, 'usr/lib/pkiutils')), 'nothing of it is left');
  t.notOk(existsSync(join(top, 'usr/bin/cert-info')));
});
