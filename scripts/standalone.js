// usage: npm run build:standalone [-- FOLDER]
// Makes FOLDER/pkiutils (build/pkiutils), one executable with all commands and their runtime in it: for machines
// without Node.js. `pkiutils --install DIR` makes the links.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { onDemand } from './on-demand.js';
import { pkijsIsPruned } from './pkijs-is-pruned.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
const folder = resolve(process.argv[2] ?? join(root, 'build'));
const target = join(folder, 'pkiutils');

// The bundles lie here for a moment, and what bun makes of them.
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(folder, '.standalone-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const source = (name) => join(root, 'src', `${name}.ts`);
const load = (name) => `['${name}', () => import(${JSON.stringify(source(`commands/${name}`))})]`;
writeFileSync(
  join(work, 'main.ts'),
  `import { start } from ${JSON.stringify(source('standalone/main'))};
   void start(new Map([${Object.keys(manifest.bin).map(load).join()}]));`,
);

// The entry, and what runs in threads: a file of its own inside the executable, by the path thread-program.ts knows.
const threads = ['show/parallel', 'commands/csr-gen/batch-worker'];
const entries = ['main', ...threads];
await build({
  entryPoints: Object.fromEntries([['main', join(work, 'main.ts')], ...threads.map((name) => [name, source(name)])]),
  outdir: work,
  bundle: true,
  // A call loads its own command: half of the start was spent on loading all of them.
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'es2023',
  minify: true,
  legalComments: 'none',
  // __filename would be the path here.
  define: { PKIUTILS_VERSION: JSON.stringify(manifest.version), __filename: '""' },
  plugins: [pkijsIsPruned],
});

const made = join(work, 'pkiutils');
const { status } = spawnSync(
  onDemand('bun'),
  [
    'build',
    '--compile',
    '--minify',
    '--bytecode',
    '--splitting',
    // CommonJS would put the path of this folder into the executable.
    '--format=esm',
    // The directory a command is started in has no say in its work.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    `--outfile=${made}`,
    ...entries.map((name) => `${name}.js`),
  ],
  { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] },
);
if (status !== 0) process.exit(1);
renameSync(made, target);
console.log(`${target}: ${Math.round(statSync(target).size / 2 ** 20)} MiB`);
