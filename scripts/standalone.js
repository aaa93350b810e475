// usage: npm run build:standalone [-- FOLDER]
// Makes FOLDER/pkiutils (build/pkiutils), one executable with all commands and their runtime in it: for machines
// without Node.js. `pkiutils --install DIR` makes the links.
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onDemand } from './on-demand.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
const folder = resolve(process.argv[2] ?? join(root, 'build'));
const target = join(folder, 'pkiutils');

mkdirSync(folder, { recursive: true });
const { status } = spawnSync(
  onDemand('bun'),
  [
    'build',
    '--compile',
    '--minify',
    '--bytecode',
    // CommonJS would put the path of this folder into the executable.
    '--format=esm',
    // What lies in the directory a command is started in has no say in what it does.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    `--define=PKIUTILS_VERSION=${JSON.stringify(manifest.version)}`,
    // Otherwise it would be the path here. What runs in threads is a file of its own inside the executable.
    '--define=__filename=""',
    `--outfile=${target}.new`,
    'src/standalone/main.ts',
    'src/inspect/parallel.ts',
    'src/commands/csr-gen/batch-worker.ts',
  ],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
if (status !== 0) {
  rmSync(`${target}.new`, { force: true });
  process.exit(1);
}
renameSync(`${target}.new`, target);
console.log(`${target}: ${Math.round(statSync(target).size / 2 ** 20)} MiB`);
