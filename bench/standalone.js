// usage: npm run bench -- standalone; node bench/standalone.js [RUNS]
// The parts of the start of the executable, beside an empty program in the same runtime, Node.js and openssl: time,
// work of the processors, pages, threads; with its file in memory, and, where that is allowed, with the system's caches
// emptied before each run. `npm run build:standalone` makes the executable.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onDemand } from '../scripts/on-demand.js';
import { isInstalled, median, printTable, timeOnce } from './support/measure.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const executable = join(root, 'build/pkiutils');
if (!existsSync(executable)) {
  console.log('left out: npm run build:standalone makes the executable');
  process.exit();
}
const runs = Number(process.argv[2] ?? 15);
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const milliseconds = (seconds) => (seconds * 1e3).toFixed(1);

/** One run, as GNU time has it from the system. */
function measured(command) {
  const args = ['-f', '%e %U %S %R %F %M', ...command];
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync('time', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status}: ${stderr}`);
  const [, user, system, minor, major, kibibytes] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds, cpu: user + system, minor, major, peak: kibibytes / 1024 };
}

/** The threads a command starts beside its first; undefined without strace. */
function threadsOf(command) {
  if (!isInstalled('strace')) return undefined;
  const log = join(cwd, 'threads.log');
  spawnSync('strace', ['-f', '-qq', '-o', log, '-e', 'trace=clone,clone3', ...command], { cwd, stdio: 'ignore' });
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => / clone3?\(/.test(line)).length;
}

/** Empties the system's caches; false where that is not allowed. */
function emptyCaches() {
  spawnSync('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}

/** The candidates in turn, the medians of each figure; what is new in `before` is done ahead of every single run. */
function inTurn(candidates, times, before = () => {}) {
  const all = candidates.map(() => []);
  for (let i = 0; i < times; i++) {
    for (const [k, { command }] of candidates.entries()) {
      before();
      all[k].push(measured(command));
    }
  }
  return all.map((figures) =>
    Object.fromEntries(
      ['seconds', 'cpu', 'minor', 'major', 'peak'].map((name) => [name, median(figures.map((each) => each[name]))]),
    ),
  );
}

/** A program that does nothing, made as ours is. */
function emptyProgram() {
  writeFileSync(join(cwd, 'empty.js'), 'export {};\n');
  const args = ['build', '--compile', '--minify', '--bytecode', '--format=esm', '--outfile=empty', 'empty.js'];
  spawnSync(onDemand('bun'), args, { cwd, stdio: 'ignore' });
  return join(cwd, 'empty');
}

try {
  const prepare = (name, ...args) => timeOnce({ command: [process.execPath, join(root, 'bin', name), ...args], cwd });
  prepare('csr-gen', '--cn', 'a.valami.hu', '--self-sign', '90', '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.crt');
  prepare('csr-gen', '--cn', 'a.valami.hu', '-k', 'a.key', '-o', 'a.csr');
  const candidates = [
    { name: 'openssl x509 -text', command: ['openssl', 'x509', '-noout', '-text', '-in', 'a.crt'] },
    { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
    { name: 'an empty program', command: [emptyProgram()] },
    { name: 'cert-info --version', command: [executable, 'cert-info', '--version'] },
    { name: 'cert-info', command: [executable, 'cert-info', 'a.crt'] },
    { name: 'csr-check', command: [executable, 'csr-check', '--profile', 'internal', 'a.csr'] },
    { name: 'csr-gen', command: [executable, 'csr-gen', '--cn', 'a.hu', '-n', 'ec:P-256', '-K', '-'] },
  ].filter(({ command: [program] }) => isInstalled(program));

  const megabytes = (path) => `${Math.round(statSync(path).size / 2 ** 20)} MiB`;
  console.log(
    `the executable: ${megabytes(executable)}; an empty program in the same runtime: ${megabytes(join(cwd, 'empty'))}`,
  );
  for (const { command } of candidates) measured(command);
  const warm = inTurn(candidates, runs);
  console.log(`\nits file in memory, medians of ${runs}`);
  printTable(
    ['command', 'median ms', '× openssl', 'user+sys ms', 'minor faults', 'peak MiB', 'threads'],
    candidates.map(({ name, command }, k) => [
      name,
      milliseconds(warm[k].seconds),
      (warm[k].seconds / warm[0].seconds).toFixed(2),
      (warm[k].cpu * 1e3).toFixed(0),
      warm[k].minor,
      warm[k].peak.toFixed(0),
      threadsOf(command) ?? '',
    ]),
  );
  if (emptyCaches()) {
    const cold = inTurn(candidates, 5, emptyCaches);
    console.log("\nthe system's caches emptied before each run, medians of 5");
    printTable(
      ['command', 'median ms', '× openssl', 'major faults'],
      candidates.map(({ name }, k) => [
        name,
        milliseconds(cold[k].seconds),
        (cold[k].seconds / cold[0].seconds).toFixed(2),
        cold[k].major,
      ]),
    );
  } else console.log("\nthe system's caches may not be emptied here");
} finally {
  rmSync(cwd, { recursive: true });
}
