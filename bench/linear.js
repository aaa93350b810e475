// Is every parser's cost in proportion to its input, however the input is shaped? The hostile shapes of test/support/shapes
// at 1, 10 and 100 times a base size. Printed is the CPU time per byte, and two exponents of the size, 1 being in proportion
// and 2 quadratic: of the time, from 800 kB to 8 MB, and of the operations of our code, counted, from 30 to 300 kB. Time
// alone is no proof: memory that no cache of the processor holds any more costs a few times as much, at any size.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));

// V8 collects young garbage by copying all that lives: of an input that grows, more and more. With room for everything a
// run makes it has nothing to collect in it, and what is measured is the work.
const room = ['--expose-gc', '--min-semi-space-size=1024', '--max-semi-space-size=1024'];
if (globalThis.gc === undefined) {
  const { status } = spawnSync(process.execPath, [...room, self, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { outputFiles } = await build({
  stdin: {
    contents: `
      export { exponentOf, OperationCounter } from '../test/support/operations.js';
      export { texts } from '../test/support/shapes/texts.js';
      export { objects } from '../test/support/shapes/objects.js';
      export { judgements } from '../test/support/shapes/judgements.js';`,
    resolveDir: join(root, 'src'),
    loader: 'ts',
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
});

/** The shapes and their parsers, under a name. */
function load(name) {
  const module = { exports: {} };
  new Function('require', 'module', 'exports', `${outputFiles[0].text}\n//# sourceURL=${name}`)(
    createRequire(import.meta.url),
    module,
    module.exports,
  );
  const { texts, objects, judgements } = module.exports;
  return { ...module.exports, shapes: [...texts, ...objects, ...judgements] };
}

const { shapes, exponentOf, OperationCounter } = load('timed');
// What was loaded before is not counted, and runs as fast as ever.
const counter = new OperationCounter((url) => url === 'counted');
const { shapes: counted } = load('counted');

/** CPU time so far in milliseconds: other programs of the machine are no part of it. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of the fastest of some runs; a refusal is an answer too. */
function time(read) {
  let fastest = Number.POSITIVE_INFINITY;
  const begun = cpuTime();
  for (let i = 0; i < 3 || (i < 10 && cpuTime() - begun < 400); i++) {
    gc();
    const start = cpuTime();
    try {
      read();
    } catch (error) {
      if (!(Symbol.for('pkiutils.error') in error)) throw error;
    }
    fastest = Math.min(fastest, cpuTime() - start);
  }
  return fastest;
}

const BASE = 80_000;
/** Seconds the largest size may be expected to take: what is quadratic is seen before. */
const PATIENCE = 20;
const line = (cells) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(43) : cell.padStart(10))).join(''));
const wanted = process.argv[2];

line(['nanoseconds per byte', '80 kB', '800 kB', '8 MB', 'of time', 'of work']);
for (const [i, { name, make }] of shapes.entries()) {
  if (wanted !== undefined && !name.includes(wanted)) continue;
  time(make(BASE).read);
  const sizes = [];
  const costs = [];
  for (const factor of [1, 10, 100]) {
    // Twice as much for ten times the size is memory, ten times as much an algorithm.
    if (((costs.at(-1) * 1e6) / sizes.at(-1)) * 10 * BASE * factor > PATIENCE * 1e9) break;
    const { size, read } = make(BASE * factor);
    sizes.push(size);
    costs.push(time(read));
  }
  const works = [30_000, 300_000].map((about) => {
    const { size, read } = counted[i].make(about);
    return { size, operations: counter.of(read) };
  });
  line([
    name,
    ...[0, 1, 2].map((at) => (at in costs ? ((costs[at] * 1e6) / sizes[at]).toFixed(2) : '-')),
    // Of some there is a largest size.
    sizes.at(-1) === sizes.at(-2) ? '-' : exponentOf(sizes.slice(-2), costs.slice(-2)).toFixed(2),
    exponentOf(
      works.map(({ size }) => size),
      works.map(({ operations }) => operations),
    ).toFixed(2),
  ]);
}
