// usage: npm run bench [-- NAME...]
// Runs the benchmarks beside this file, all or those named, each a process of its own, and writes what they print to
// bench/RESULTS.md: a section each, the others' sections kept. They print ratios and never fail.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const report = join(here, 'RESULTS.md');
const names = readdirSync(here)
  .filter((file) => file.endsWith('.js') && file !== 'run.js')
  .map((file) => file.slice(0, -3));
const wanted = process.argv.slice(2);

/** The sections of the report that is there, by name. */
function sectionsBefore() {
  if (!existsSync(report)) return new Map();
  const parts = readFileSync(report, 'utf8').split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim()]));
}

/** Runs one benchmark; what it prints is shown as it comes. */
async function run(name) {
  const child = spawn(process.execPath, [join(here, `${name}.js`)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data) => {
    process.stdout.write(data);
    text += data;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) console.error(`bench: ${name} ended with ${status}`);
  return { text: text.trim(), status };
}

const firstLine = (program, ...args) =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout?.split('\n')[0]?.trim() || `${program} is not installed`;

/** The machine a section was measured on. */
function setting() {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} × ${processor?.model ?? 'unknown processor'}, ${memory} GiB`,
    `Node.js ${process.version}, ${firstLine('openssl', 'version')}, ${firstLine('certtool', '--version')}`,
  ].join('; ');
}

const sections = sectionsBefore();
for (const name of wanted.length > 0 ? wanted : names) {
  if (!names.includes(name)) {
    console.error(`bench: no benchmark ${name}; there are ${names.join(', ')}`);
    process.exitCode = 2;
    continue;
  }
  console.log(`\n== ${name}`);
  const { text, status } = await run(name);
  if (status === 0) sections.set(name, `${setting()}\n\n\`\`\`\n${text}\n\`\`\``);
}

const body = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `## ${name}\n\n${text}\n`);
writeFileSync(
  report,
  `# Benchmarks

Written by \`npm run bench\`: medians of whole processes, ours and the peers taken in turn in one run. Machines differ; the
ratios are what to compare.

${body.join('\n')}`,
);
