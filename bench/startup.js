// usage: npm run bench -- startup; node bench/startup.js [RUNS]
// Cold start: what a person feels. One-shot calls of commands beside `node -e 0` of the same version, on this Node.js and
// on the others we promise, which are fetched for it; then the standalone executable, where it is built, beside openssl and
// certtool. Each table is one run, its candidates taken in turn.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onDemand } from '../scripts/on-demand.js';
import { compare, isInstalled, printTable, timeOnce } from './support/measure.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const executable = join(root, 'build/pkiutils');
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const runs = Number(process.argv[2] ?? 21);
const milliseconds = (seconds) => (seconds * 1e3).toFixed(1);

/** The call of each command, and how many times `node -e 0` it may take on Node.js 20 and on later ones. */
const calls = [
  { name: 'wildcard-match', args: ['alma.valami.hu'], input: 'alma.valami.hu\n', aims: [1.15, 1.2] },
  // With a pattern that may lie on a public suffix the list of those is loaded.
  { name: 'wildcard-match *.', args: ['*.valami.hu'], input: 'alma.valami.hu\n', aims: [1.3, 1.3] },
  { name: 'cert-info', args: ['a.crt'], aims: [1.25, 1.5] },
  { name: 'pem-merge', args: ['b.key', 'b.crt', 'lower.pem', 'middle.pem'], aims: [1.3, 1.5] },
  { name: 'cert-verify', args: ['--profile', 'rfc5280', '--trust', 'ca.pem', 'a.crt'], aims: [1.35, 1.6] },
  { name: 'csr-check', args: ['a.csr'], aims: [1.4, 1.7] },
  { name: 'csr-gen', args: ['--cn', 'b.valami.hu', '-n', 'ec:P-256', '-K', '-'], aims: [1.6, 2.0] },
  { name: 'csr-sign', args: ['--ca', 'ca.pem', '--ca-key', 'ca.key', 'a.csr'], aims: [1.6, 2.0] },
];

const programOf = (name) => name.split(' ')[0];

function onNode(node) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const aim = Number(version.slice(1, 3)) < 22 ? 0 : 1;
  const candidates = [
    { name: 'node -e 0', command: [node, '-e', '0'], cwd },
    ...calls.map(({ name, args, input }) => ({
      name,
      command: [node, join(root, 'bin', programOf(name)), ...args],
      input,
      cwd,
    })),
  ];
  // The compile cache is written by the first run and used from the second on.
  for (const candidate of candidates) timeOnce(candidate);
  const results = compare(candidates, runs);
  const [floor] = results;
  console.log(`\nNode.js ${version}`);
  printTable(
    ['command', 'median ms', 'fastest ms', '× node -e 0', 'fastest ×', 'aim'],
    results.map(({ name, seconds, fastest }) => [
      name,
      milliseconds(seconds),
      milliseconds(fastest),
      (seconds / floor.seconds).toFixed(2),
      (fastest / floor.fastest).toFixed(2),
      calls.find((call) => call.name === name)?.aims[aim]?.toFixed(2) ?? '',
    ]),
  );
}

const newEcRequest =
  'req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=b.valami.hu';
const peers = [
  { name: 'openssl x509 -text', command: ['openssl', 'x509', '-noout', '-text', '-in', 'a.crt'] },
  { name: 'openssl req -verify', command: ['openssl', 'req', '-noout', '-verify', '-in', 'a.csr'] },
  { name: 'openssl req -newkey ec', command: ['openssl', ...newEcRequest.split(' ')] },
  { name: 'certtool -i', command: ['certtool', '-i', '--infile', 'a.crt'] },
];

function standalone() {
  const built = existsSync(executable);
  const candidates = [
    ...peers.filter(({ command: [program] }) => isInstalled(program)),
    ...(built
      ? calls.map(({ name, args, input }) => ({ name, command: [executable, programOf(name), ...args], input }))
      : []),
  ];
  const results = compare(
    candidates.map((candidate) => ({ cwd, ...candidate })),
    runs,
  );
  const secondsOf = (wanted) => results.find(({ name }) => name === wanted)?.seconds ?? Number.NaN;
  console.log(built ? '\nthe standalone executable' : '\npeers (npm run build:standalone adds the executable)');
  printTable(
    ['command', 'median ms', 'fastest ms', '× openssl x509', '× openssl req -newkey'],
    results.map(({ name, seconds, fastest }) => [
      name,
      milliseconds(seconds),
      milliseconds(fastest),
      (seconds / secondsOf('openssl x509 -text')).toFixed(2),
      (seconds / secondsOf('openssl req -newkey ec')).toFixed(2),
    ]),
  );
}

/** Another version of Node.js, or undefined where it cannot be had, and where it is this one. */
function otherNode(version) {
  if (process.version.startsWith(`v${version}.`)) return undefined;
  try {
    return onDemand(`node${version}`);
  } catch (error) {
    console.log(`\nNode.js ${version} is left out: ${error.message}`);
    return undefined;
  }
}

try {
  const prepare = (name, ...args) => timeOnce({ command: [process.execPath, join(root, 'bin', name), ...args], cwd });
  const subject = ['--org', 'A', '--city', 'B', '--country', 'HU'];
  prepare('csr-gen', '--cn', 'CA', '--ca', '--self-sign', '365', '-n', 'ec:P-256', '-K', 'ca.key', '-o', 'ca.pem');
  prepare('csr-gen', '--cn', 'a.valami.hu', ...subject, '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.csr');
  prepare('csr-sign', '--ca', 'ca.pem', '--ca-key', 'ca.key', '-o', 'a.crt', 'a.csr');
  // A leaf below two intermediates.
  for (const [name, profile, issuer] of [
    ['middle', 'ca', 'ca'],
    ['lower', 'ca', 'middle'],
    ['b', 'server', 'lower'],
  ]) {
    const certificate = profile === 'ca' ? `${name}.pem` : `${name}.crt`;
    prepare('csr-gen', '--cn', `${name}.valami.hu`, '-n', 'ec:P-256', '-K', `${name}.key`, '-o', `${name}.csr`);
    const by = ['--ca', `${issuer}.pem`, '--ca-key', `${issuer}.key`];
    prepare('csr-sign', '-q', '--profile', profile, ...by, '-o', certificate, `${name}.csr`);
  }

  onNode(process.execPath);
  for (const version of [22, 24, 26]) {
    const node = otherNode(version);
    if (node !== undefined) onNode(node);
  }
  standalone();
} finally {
  rmSync(cwd, { recursive: true });
}
