import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { findProgram, run } from './support/session.js';
import { some } from './support/whole.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  bin: Record<string, string>;
  man: string[];
};

/** The variables npm needs to reach its registry here (certificates, proxies), without the settings of the `npm test` we run in. */
const surroundings = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => !/^(?:npm_|NODE_OPTIONS$)/i.test(entry[0])),
);

const npm = (cwd: string, ...args: string[]) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { cwd, env: surroundings });

/** Runs a command as a user would whose PATH holds nothing of the checkout. */
const installed = (prefix: string, name: string, args: string[], stdin = '') =>
  run(join(prefix, 'bin', name), args, {
    cwd: prefix,
    stdin,
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  });

/** Two installations take turns with the commands. */
function checkInstallation(t: Test, prefix: string, turn: number): void {
  for (const name of some(Object.keys(manifest.bin), 2, turn)) {
    const { status, stdout, stderr } = installed(prefix, name, ['--version']);
    t.equal(status, 0, `${name} runs`, { stderr });
    t.equal(stdout.split('\n')[0], `${name} (pkiutils) ${manifest.version}`);
  }
  for (const page of manifest.man) {
    const file = page.replace(/^man\//, '');
    const path = join(prefix, 'share/man', `man${file.at(-1)}`, file);
    t.match(readFileSync(path, 'utf8'), /^\.Dd /m, `${file} is where man(1) looks`);
  }
}

t.test('the packed tarball, installed into an empty prefix, does the whole job', async (t) => {
  const directory = t.testdir({ prefix: {} });
  const packed = npm(root, 'pack', '--ignore-scripts', '--pack-destination', directory);
  t.equal(packed.status, 0, 'npm pack', { stderr: packed.stderr });
  const prefix = join(directory, 'prefix');
  const tarball = join(directory, `${manifest.name}-${manifest.version}.tgz`);
  const install = npm(directory, 'install', '--global', '--prefix', prefix, tarball);
  t.equal(install.status, 0, 'npm install', { stderr: install.stderr });
  checkInstallation(t, prefix, 0);

  const ok = (name: string, args: string[], stdin = '') => {
    const result = installed(prefix, name, args, stdin);
    t.equal(result.status, 0, `${name} ${args.join(' ')}`, { stderr: result.stderr });
    return result.stdout;
  };
  ok('csr-gen', ['--cn', 'CA', '--ca', '--self-sign', '30', '-n', 'ec:P-256', '-K', 'ca.key', '-o', 'ca.pem']);
  const request = ok('csr-gen', ['--cn', 'a.valami.hu', '-n', 'ec:P-256', '-K', 'a.key']);
  const accepted = ok('csr-check', ['--pass'], request);
  const certificate = ok('csr-sign', ['--ca', 'ca.pem', '--ca-key', 'ca.key'], accepted);
  ok('pem-merge', ['-o', 'a.pem', 'a.key', '-'], certificate);
  t.equal(ok('cert-info', ['--names', 'a.pem']), 'a.valami.hu\n');
  t.equal(ok('wildcard-match', ['--cert', 'a.pem'], 'a.valami.hu\nb.valami.hu\n'), 'a.valami.hu\n');
});

const man = findProgram('man');
t.test('npm install -g . links the checkout', async (t) => {
  const prefix = t.testdir();
  const install = npm(root, 'install', '--global', '--ignore-scripts', '--prefix', prefix, '.');
  t.equal(install.status, 0, 'npm install -g .', { stderr: install.stderr });
  checkInstallation(t, prefix, 1);
  await t.test('man finds the pages', { skip: man ? false : 'man is not installed' }, async (t) => {
    const pages = manifest.man.map((page) => page.replace(/^man\//, ''));
    const asked = pages.flatMap((page) => page.split(/\.(?=\d$)/).reverse());
    const { status, stdout, stderr } = run('man', ['-M', join(prefix, 'share/man'), '-w', ...asked]);
    t.equal(status, 0, 'man -w', { stderr });
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((path) => basename(path));
    t.same(found.sort(), pages.sort());
  });
});
