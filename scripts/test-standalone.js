// usage: npm run test:standalone [-- TEST...]
// The black-box tests on the standalone executable. It is copied out of the checkout, and the folders the tests work in lie
// outside too, so that neither the checkout nor any node_modules is in its reach.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
/** All that start programs, but for what is about the package npm installs. */
const blackBox = readdirSync(join(root, 'test'), { recursive: true })
  .map((name) => join('test', name))
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('packaging.test.ts'))
  .filter((name) => readFileSync(join(root, name), 'utf8').includes("support/session.js'"));

const folder = mkdtempSync(join(tmpdir(), 'pkiutils-under-test-'));
const fixtures = join(root, '.tap/fixtures');
try {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  mkdirSync(join(folder, 'work'));
  mkdirSync(dirname(fixtures), { recursive: true });
  rmSync(fixtures, { recursive: true, force: true });
  symlinkSync(join(folder, 'work'), fixtures);
  const executable = join(bin, 'pkiutils');
  copyFileSync(join(root, 'build/pkiutils'), executable);
  spawnSync(executable, ['--quiet', '--install', bin], { stdio: 'inherit' });
  const env = { ...process.env, PKIUTILS_BIN: bin };
  const tests = wanted.length > 0 ? wanted : blackBox;
  const { status } = spawnSync(process.execPath, ['scripts/suite.js', ...tests], { cwd: root, env, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(fixtures, { force: true });
  rmSync(folder, { recursive: true });
}
