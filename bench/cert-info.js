// Streams of certificates: a hundred thousand generated ones, each unlike the others, and twenty thousand real ones, through
// cert-info and its peers, in turn, in one run; and what cert-info needs of memory as the stream grows. All but the line of --jobs are pinned to one core where taskset is there.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { certificateFile, rootsFile } from './support/certificates.js';
import { compare, isInstalled, printTable } from './support/measure.js';

const here = dirname(fileURLToPath(import.meta.url));
const certInfo = join(dirname(here), 'bin/cert-info');
const COUNT = Number(process.env.BENCH_CERTIFICATES ?? 100_000);
const REAL = Number(process.env.BENCH_REAL ?? 20_000);
const RUNS = Number(process.env.BENCH_RUNS ?? 3);

const file = certificateFile(COUNT);
// PKI.js is some fifty times slower: a tenth of them is enough to see how fast it is.
const tenth = certificateFile(COUNT / 10);
const pin = isInstalled('taskset') ? ['taskset', '-c', '0'] : [];
const ours = (...args) => [...pin, process.execPath, certInfo, ...args];

console.log(`medians of ${RUNS}, one core, Node.js ${process.versions.node}`);
measure(`${COUNT} generated certificates`, file, COUNT, tenth);
const roots = rootsFile(REAL);
measure(`${REAL} real certificates: the roots of Debian and Node.js, shuffled and repeated`, roots, REAL);

/** Prints how fast each program reads a file. */
function measure(title, path, count, part) {
  const candidates = [
    { name: 'cert-info', command: ours(path) },
    { name: 'cert-info --json', command: ours('--json', path) },
    ...(isInstalled('openssl')
      ? [{ name: 'openssl storeutl', command: [...pin, 'openssl', 'storeutl', '-noout', '-text', '-certs', path] }]
      : []),
    ...(isInstalled('certtool')
      ? [{ name: 'certtool -i', command: [...pin, 'certtool', '-i', '--infile', path] }]
      : []),
    ...(part === undefined
      ? []
      : [
          {
            name: 'PKI.js',
            count: count / 10,
            command: [...pin, process.execPath, join(here, 'support/pkijs-read.js'), part],
          },
        ]),
  ];
  console.log(`\n${title}`);
  const results = compare(candidates, RUNS);
  const peers = results.filter(({ name }) => name.startsWith('openssl') || name.startsWith('certtool'));
  const best = Math.min(...peers.map(({ seconds }) => seconds)) / count;
  const countOf = (index) => candidates[index].count ?? count;
  printTable(
    ['', 'seconds', 'a second', 'against the best peer'],
    results.map(({ name, seconds }, i) => [
      name,
      seconds.toFixed(2),
      Math.round(countOf(i) / seconds),
      peers.length === 0 ? '' : `${((best * countOf(i)) / seconds).toFixed(1)}x`,
    ]),
  );
}

console.log('\nthreads: four times as many, --json');
const large = repeated(file, 4);
const [one, two] = compare(
  [
    { name: '--jobs 1', command: [process.execPath, certInfo, '--json', '--jobs', '1', large] },
    { name: '--jobs 2', command: [process.execPath, certInfo, '--json', '--jobs', '2', large] },
  ],
  RUNS,
);
printTable(
  ['', 'seconds', 'against one'],
  [one, two].map(({ name, seconds }) => [name, seconds.toFixed(2), `${(one.seconds / seconds).toFixed(2)}x`]),
);

console.log('\npeak memory, --json');
const rows = [
  ['certificates', 'jobs', 'MiB'],
  [COUNT / 10, 1, peak('--json', '--jobs', '1', tenth)],
  [COUNT, 1, peak('--json', '--jobs', '1', file)],
  [COUNT * 10, 1, peak('--json', '--jobs', '1', ...Array.from({ length: 10 }, () => file))],
  [COUNT * 4, 2, peak('--json', '--jobs', '2', large)],
];
printTable(rows[0], rows.slice(1));

/** The largest resident size a call reaches, in MiB, as the process itself counts it at its end. */
function peak(...args) {
  const probe = join(here, 'support/peak-memory.cjs');
  const command = ['--require', probe, certInfo, ...args];
  const { stderr, status } = spawnSync(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`cert-info: exit ${status}: ${stderr}`);
  return Math.round(Number(/peak (\d+)/.exec(String(stderr))?.[1]) / 1024);
}

/** A file with another one in it several times. */
function repeated(path, times) {
  const target = path.replace(/\.pem$/, `-x${times}.pem`);
  if (existsSync(target)) return target;
  const bytes = readFileSync(path);
  const descriptor = openSync(target, 'w');
  for (let i = 0; i < times; i++) writeSync(descriptor, bytes);
  closeSync(descriptor);
  return target;
}
