// usage: node scripts/suite.js [TEST...]
// All tests, or the files and folders named, four at a time: more than the cores of a small machine, so that a test that
// waits for a program, a disk or a server keeps none of them idle. The output is TAP, or on a terminal tap's report of it.
import { spawn } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { bundledTests } from './bundled-tests.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** Those that take minutes when all of it is run begin first: none is left running alone in the end. */
const longest = [
  'test/interop/acme-kills.test.ts',
  'test/commands/reading.test.ts',
  'test/commands/bad-input.test.ts',
  'test/faults/world.test.ts',
  'test/interop/cert-info.test.ts',
  'test/interop/refused-objects.test.ts',
];

/** Those that tell modules apart run as they are written. */
const unbundled = ['test/hostile/proportion.test.ts'];

/** As long a test file may take. */
const SECONDS = 1200;

const isTest = (name) => name.endsWith('.test.ts');
const testsIn = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true })
        .filter(isTest)
        .map((name) => join(path, name))
    : [path];

const asked = process.argv.length > 2 ? process.argv.slice(2) : ['test'];
const files = [...new Set(asked.flatMap(testsIn).map((path) => relative(root, resolve(path))))].sort();
const ordered = [...longest.filter((file) => files.includes(file)), ...files.filter((file) => !longest.includes(file))];
const folder = await bundledTests(ordered.filter((file) => !unbundled.includes(file)));
process.on('exit', () => rmSync(folder, { recursive: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

t.setTimeout(0);
t.jobs = 4;
t.plan(ordered.length);
if (process.stdout.isTTY) {
  const report = spawn(join(root, 'node_modules/.bin/tap'), ['-'], { stdio: ['pipe', 'inherit', 'inherit'] });
  t.register();
  t.pipe(report.stdin);
}
const options = {
  cwd: root,
  buffered: true,
  timeout: SECONDS * 1000,
  env: { ...process.env, TAP_TIMEOUT: `${SECONDS}` },
};
for (const file of ordered) {
  const program = unbundled.includes(file)
    ? ['--import=./scripts/strip-types.js', file]
    : ['--enable-source-maps', join(folder, file.replace(/ts$/, 'js'))];
  // tap has each process it starts, and all below, load a module for its coverage reports.
  t.spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, ...program], { ...options, name: file });
}
