// usage: npm run test:standalone [-- TEST...]
// The black-box tests on the standalone executable, copied to where no checkout and no node_modules is in reach.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const tests =
  wanted.length > 0
    ? wanted
    : [
        'test/commands',
        'test/interop',
        'test/make.test.ts',
        'test/terminal.test.ts',
        'test/clipboard.test.ts',
        'test/standalone.test.ts',
      ];

const folder = mkdtempSync(join(tmpdir(), 'pkiutils-under-test-'));
try {
  const executable = join(folder, 'pkiutils');
  copyFileSync(join(root, 'build/pkiutils'), executable);
  spawnSync(executable, ['--quiet', '--install', folder], { stdio: 'inherit' });
  const env = { ...process.env, PKIUTILS_BIN: folder };
  process.exitCode = spawnSync('npx', ['tap', ...tests], { cwd: root, env, stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
