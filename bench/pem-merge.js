// Cold start with key, leaf and two intermediates, and a thousand pairs in one call beside a shell loop of openssl that
// checks the same: that key and certificate belong together and that the chain verifies.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, compareUsage, isInstalled, printTable, timeOnce } from './support/measure.js';

const PAIRS = 1000;
const here = dirname(fileURLToPath(import.meta.url));
const bin = join(dirname(here), 'bin');
const cwd = workshop();
const ours = (name, ...args) => [process.execPath, join(bin, name), ...args];
const out = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));

try {
  const inputs = (kind) => [`${kind}.key`, `${kind}.pem`, 'lower.pem', 'middle.pem'];
  const oneShots = compare(
    [
      { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
      { name: 'pem-merge, EC', command: ours('pem-merge', '-q', ...inputs('ec')) },
      { name: 'pem-merge, RSA', command: ours('pem-merge', '-q', ...inputs('rsa')) },
    ].map((each) => ({ cwd, ...each })),
    25,
  );
  const base = oneShots[0].seconds;
  console.log(`cold start: key, leaf, two intermediates; Node ${process.version}`);
  printTable(
    ['', 'median ms', '× node -e 0'],
    oneShots.map(({ name, seconds }) => [name, (seconds * 1e3).toFixed(1), (seconds / base).toFixed(2)]),
  );

  const many = [
    {
      name: 'pem-merge --split, one call',
      command: ours(
        'pem-merge',
        '-q',
        '--trust',
        'root.pem',
        '--split',
        join(out, 'p'),
        'pairs.pem',
        'lower.pem',
        'middle.pem',
      ),
    },
    { name: 'sh: openssl for each', command: ['sh', join(here, 'support', 'openssl-merge.sh'), out, String(PAIRS)] },
  ].filter(({ command }) => command[0] !== 'sh' || isInstalled('openssl'));
  const results = compareUsage(many, cwd);
  console.log(
    `\n${PAIRS} pairs: match, chain to the root, write; pem-merge flushes its ${3 * PAIRS} files to the disk`,
  );
  printTable(
    ['', 'seconds', 'pairs/s', '×', 'user+sys', '×'],
    results.map(({ name, seconds, cpu }) => [
      name,
      seconds.toFixed(2),
      (PAIRS / seconds).toFixed(0),
      (seconds / results[0].seconds).toFixed(1),
      cpu.toFixed(2),
      (cpu / results[0].cpu).toFixed(1),
    ]),
  );
} finally {
  rmSync(out, { recursive: true, force: true });
}

/** CAs, an EC and an RSA leaf, and a thousand EC pairs, made once and kept. */
function workshop() {
  const directory = join(here, '.cache', `pem-merge-${PAIRS}`);
  if (existsSync(directory)) return directory;
  const fresh = `${directory}.part`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const make = (name, ...args) => timeOnce({ command: [process.execPath, join(bin, name), ...args], cwd: fresh });
  const ec = ['-q', '-n', 'ec:P-256'];
  make('csr-gen', ...ec, '--cn', 'Root', '--ca', '--self-sign', '3650', '-K', 'root.key', '-o', 'root.pem');
  for (const [ca, issuer] of [
    ['middle', 'root'],
    ['lower', 'middle'],
  ]) {
    make('csr-gen', ...ec, '--cn', ca, '-K', `${ca}.key`, '-o', `${ca}.csr`);
    const by = ['--ca', `${issuer}.pem`, '--ca-key', `${issuer}.key`];
    make('csr-sign', '-q', '--profile', 'ca', ...by, `${ca}.csr`, '-o', `${ca}.pem`);
  }
  const byLower = ['--ca', 'lower.pem', '--ca-key', 'lower.key'];
  for (const [kind, algorithm] of [
    ['ec', 'ec:P-256'],
    ['rsa', 'rsa:2048'],
  ]) {
    make('csr-gen', '-q', '-n', algorithm, '--cn', `${kind}.hu`, '-K', `${kind}.key`, '-o', `${kind}.csr`);
    make('csr-sign', '-q', ...byLower, `${kind}.csr`, '-o', `${kind}.pem`);
  }
  const hosts = Array.from({ length: PAIRS }, (_, i) => `host-${i}.example.hu`);
  writeFileSync(join(fresh, 'hosts.json'), hosts.map((CN) => `${JSON.stringify({ CN })}\n`).join(''));
  mkdirSync(join(fresh, 'keys'));
  make('csr-gen', ...ec, '--batch', '--key-dir', 'keys', '-o', 'all.csr', 'hosts.json');
  make('csr-sign', '-q', ...byLower, 'all.csr', '-o', 'all.pem');
  const keys = hosts.map((host) => readFileSync(join(fresh, 'keys', `${host}.key`), 'utf8'));
  writeFileSync(join(fresh, 'pairs.pem'), keys.join('') + readFileSync(join(fresh, 'all.pem'), 'utf8'), {
    mode: 0o600,
  });
  mkdirSync(join(fresh, 'certificates'));
  const certificates = readFileSync(join(fresh, 'all.pem'), 'utf8').split(/(?<=-----END CERTIFICATE-----\n)/);
  for (const [i, host] of hosts.entries()) {
    writeFileSync(join(fresh, 'certificates', `${host}.pem`), certificates[i] ?? '');
  }
  renameSync(fresh, directory);
  return directory;
}
