// The parts benchmarks share: whole processes timed side by side, in turn, in one run. Machines differ and drift; the
// ratio of medians taken in turn is what is worth printing.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

// Certificates that this machine adds to those of Node.js are read at every start of it: 20 to 50 ms no other machine has.
delete process.env.NODE_EXTRA_CA_CERTS;

/** Wall-clock seconds of one run. @throws when the command fails: a benchmark of an error is none */
export function timeOnce({ command, input, cwd, env, status = 0 }) {
  const [program, ...args] = command;
  const start = process.hrtime.bigint();
  const result = spawnSync(program, args, {
    input,
    cwd,
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'],
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (result.error) throw result.error;
  if (result.status !== status) throw new Error(`${command.join(' ')}: exit ${result.status}: ${result.stderr}`);
  return seconds;
}

/**
 * One run, with what it took of the processors beside the clock: on a busy machine, or where the disk is waited for, that is
 * what stays the same. The shell counts it, its children's children too.
 * @returns {{ seconds: number, cpu: number }}
 */
export function usageOnce({ command, cwd }) {
  const start = process.hrtime.bigint();
  const counted = ['sh', '-c', '"$@" >/dev/null && times', 'sh', ...command];
  const [program, ...args] = counted;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status}: ${stderr}`);
  // The second line is the children's: user and system, each as `1m2.345s`.
  const [user, system] = stdout.split('\n')[1].split(' ').map(secondsOf);
  return { seconds, cpu: user + system };
}

/**
 * The usage of one process by itself, as GNU time has it from the system: seconds of the processors, and the largest it has
 * been, in MiB.
 * @param fedWith a file that another process writes to its standard input, through a pipe
 * @returns {{ cpu: number, peak: number }}
 */
export function ownUsage({ command, cwd, fedWith }) {
  const timed = ['time', '-f', '%U %S %M', ...command];
  const [program, ...args] = fedWith === undefined ? timed : ['sh', '-c', 'cat "$0" | "$@"', fedWith, ...timed];
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status}: ${stderr}`);
  const [user, system, kibibytes] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { cpu: user + system, peak: kibibytes / 1024 };
}

function secondsOf(text) {
  const [minutes, seconds] = text.split('m');
  return Number(minutes) * 60 + Number.parseFloat(seconds);
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Times candidates `[{ name, command, input?, cwd?, env? }]` in turn, `runs` times after one warm-up.
 * @returns {{ name: string, seconds: number, fastest: number }[]} medians and minima
 */
export function compare(candidates, runs = 15) {
  const times = candidates.map(() => []);
  for (const candidate of candidates) timeOnce(candidate);
  for (let i = 0; i < runs; i++) {
    for (const [k, candidate] of candidates.entries()) times[k].push(timeOnce(candidate));
  }
  return candidates.map(({ name }, k) => ({ name, seconds: median(times[k]), fastest: Math.min(...times[k]) }));
}

/**
 * The usage of candidates `[{ name, command }]`, of the clock and of the processors, in turn.
 * @returns {{ name: string, seconds: number, cpu: number }[]} medians
 */
export function compareUsage(candidates, cwd, runs = 3) {
  const used = Array.from({ length: runs }, () => candidates.map(({ command }) => usageOnce({ command, cwd })));
  return candidates.map(({ name }, i) => ({
    name,
    seconds: median(used.map((run) => run[i].seconds)),
    cpu: median(used.map((run) => run[i].cpu)),
  }));
}

/** Prints the results of {@link compareUsage}, each beside the first. @param digits of the ratios */
export function printUsage(results, digits = 1) {
  const [first] = results;
  printTable(
    ['', 'seconds', '×', 'user+sys', '×'],
    results.map(({ name, seconds, cpu }) => [
      name,
      seconds.toFixed(2),
      (seconds / first.seconds).toFixed(digits),
      cpu.toFixed(2),
      (cpu / first.cpu).toFixed(digits),
    ]),
  );
}

/** True when a program can be started. */
export function isInstalled(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}

/** Prints rows of cells as aligned columns, numbers to the right. */
export function printTable(header, rows) {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => String(row[column]).length)));
  for (const row of all) {
    console.log(
      row.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join('  '),
    );
  }
}
