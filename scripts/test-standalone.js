// usage: npm run test:standalone [-- TEST...]
// The black-box tests on the standalone executable. It is copied out of the checkout, and the folders the tests work in lie
// outside too, so that neither the checkout nor any node_modules is in its reach.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
/** All that start commands, but for what is about the packages npm installs. */
const blackBox = [
  'test/commands',
  'test/interop',
  'test/trust/injection.test.ts',
  'test/trust/secrets.test.ts',
  'test/trust/terminal.test.ts',
  'test/faults/world.test.ts',
  'test/rules/rules.test.ts',
  'test/recipes.test.ts',
  'test/completion.test.ts',
  'test/make.test.ts',
  'test/terminal.test.ts',
  'test/clipboard.test.ts',
  'test/standalone.test.ts',
];

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
  process.exitCode = spawnSync('npx', ['tap', '--timeout=900', ...tests], { cwd: root, env, stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(fixtures, { force: true });
  rmSync(folder, { recursive: true });
}
