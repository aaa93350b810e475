// usage: node scripts/fuzz.js [SECONDS [FAMILY...]]
// Coverage-guided fuzzing of the parsers and of every command's main path (test/fuzz/guided.ts), by jsfuzz: it keeps an
// input that reaches code no other has reached, and mutates those. SECONDS (60) is for all families together, two running
// at a time. What is found stays in build/fuzz for the next run; a crash becomes a file in test/corpus/crashes, which
// test/fuzz/parsers.test.ts replays ever after.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { onDemand } from './on-demand.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = join(root, 'build/fuzz');
const crashes = join(root, 'test/corpus/crashes');
const jsfuzz = onDemand('jsfuzz');

/**
 * Our modules, counting what is reached of them; the libraries are let be. jsfuzz would count in everything, and make it so
 * at every start, in seconds.
 *
 * @type {import('esbuild').Plugin}
 */
const oursAreCounted = {
  name: 'ours-are-counted',
  setup(bundle) {
    const { createInstrumenter } = createRequire(jsfuzz)('istanbul-lib-instrument');
    const instrumenter = createInstrumenter({ compact: true, esModules: true });
    bundle.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', target: 'node20.19' });
      return { contents: instrumenter.instrumentSync(code, path), loader: 'js' };
    });
  },
};

/** The target in one file, CommonJS as jsfuzz wants it, and what loads it unseen by jsfuzz's own counting. */
async function makeTarget() {
  const bundle = join(work, 'bundle.cjs');
  await build({
    entryPoints: [join(root, 'test/fuzz/guided.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    outfile: bundle,
    plugins: [oursAreCounted],
  });
  const load = `const text = require('node:fs').readFileSync(${JSON.stringify(bundle)}, 'utf8');
    new Function('require', 'module', 'exports', text)(require, module, exports);`;
  writeFileSync(join(work, 'target.js'), load);
  return bundle;
}

/** The families of readers the target knows. */
const familiesOf = (target) => Object.keys(createRequire(import.meta.url)(target).families);

/** Fuzzes one family for some seconds. True when nothing broke. */
async function fuzz(family, seconds) {
  const folder = join(work, family);
  const corpus = join(folder, 'corpus');
  const crash = join(folder, 'crash');
  mkdirSync(corpus, { recursive: true });
  rmSync(crash, { force: true });
  for (const kind of ['seeds', 'crashes']) {
    const from = join(root, 'test/corpus', kind);
    for (const name of readdirSync(from)) copyFileSync(join(from, name), join(corpus, name));
  }
  // Its versifier, which learns a text's grammar, does not come back from some of our inputs.
  const args = [jsfuzz, '../target.js', corpus, '--exact-artifact-path', crash, '--timeout', '20', '--no-versifier'];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    // A group of its own, to end the worker with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PKIUTILS_FUZZ_TARGET: family,
      ...(existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {}),
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  // Without jsfuzz its worker ends by itself, and says how far it came; a worker that hangs does not.
  const timers = [
    setTimeout(() => child.kill('SIGKILL'), seconds * 1000),
    setTimeout(() => process.kill(-child.pid, 'SIGKILL'), seconds * 1000 + 15_000),
  ];
  await once(child, 'close');
  timers.map(clearTimeout);
  const [, reached] = [...said.matchAll(/^#\d+ \w+ +cov: (\d+)/gm)].at(-1) ?? [];
  const [, runs] = /^(\d+) inputs$/m.exec(said) ?? [];
  const broke = existsSync(crash);
  if (!broke && reached === undefined) {
    console.log(`${family.padEnd(16)} did not run\n${said}`);
    return false;
  }
  console.log(
    `${family.padEnd(16)} ${String(runs).padStart(8)} inputs, ${reached} counters reached${broke ? ', BROKEN' : ''}`,
  );
  if (!broke) return true;
  const input = readFileSync(crash);
  const kept = join(crashes, `${family}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`);
  writeFileSync(kept, input);
  console.log(`${said.split('='.repeat(65)).at(-1)?.trim()}\nkept as ${kept}`);
  return false;
}

const [seconds = '60', ...wanted] = process.argv.slice(2);
mkdirSync(work, { recursive: true });
const begun = performance.now();
const known = familiesOf(await makeTarget());
const families = wanted.length > 0 ? known.filter((family) => wanted.includes(family)) : known;
const left = Math.max(1, Number(seconds) - (performance.now() - begun) / 1000);
const each = left / Math.ceil(families.length / 2);
const queue = families.values();
let isSound = true;
const worker = async () => {
  for (const family of queue) isSound = (await fuzz(family, each)) && isSound;
};
await Promise.all([worker(), worker()]);
process.exitCode = isSound ? 0 : 1;
