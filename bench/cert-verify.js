// Two thousand leaves under twenty intermediates: one call beside openssl for each and beside one call of openssl for all;
// and cold start with the system's anchors.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, compareUsage, isInstalled, printTable, printUsage, timeOnce } from './support/measure.js';

const LEAVES = 2000;
const INTERMEDIATES = 20;
const RUNS = 3;
const bundle = '/etc/ssl/certs/ca-certificates.crt';
const bin = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin');
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const ours = (name, ...args) => [process.execPath, join(bin, name), ...args];

try {
  const leaves = makeLeaves();
  printColdStart(leaves[0]);
  printMany(leaves);
} finally {
  rmSync(cwd, { recursive: true, force: true });
}

/** A leaf and its intermediate, the root one of the system's; and the same with that root alone. */
function printColdStart(leaf) {
  const roots = existsSync(bundle) ? readFileSync(bundle, 'latin1') : '';
  writeFileSync(join(cwd, 'system.pem'), `${roots}${readFileSync(join(cwd, 'root.pem'), 'latin1')}`);
  const call = ours('cert-verify', '-q', '--untrusted', 'middle-0.pem', leaf);
  const results = compare(
    [
      { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
      { name: 'cert-verify, one anchor', command: call, anchors: 'root.pem' },
      { name: "cert-verify, the system's", command: call, anchors: 'system.pem' },
    ].map(({ anchors, ...each }) => ({
      ...each,
      cwd,
      env: { ...process.env, SSL_CERT_DIR: '', SSL_CERT_FILE: anchors ?? '' },
    })),
    25,
  );
  const count = roots.split('-----BEGIN').length;
  console.log(`cold start: a leaf, its intermediate, ${count} anchors; Node.js ${process.version}`);
  printTable(
    ['', 'median ms', '× node -e 0'],
    results.map(({ name, seconds }) => [name, (seconds * 1e3).toFixed(1), (seconds / results[0].seconds).toFixed(2)]),
  );
}

function printMany(leaves) {
  const openssl = ['openssl', 'verify', '-CAfile', 'root.pem', '-untrusted', 'middles.pem'];
  const candidates = [
    {
      name: 'cert-verify, one call',
      command: ours('cert-verify', '--trust', 'root.pem', '--untrusted', 'middles.pem', ...leaves),
    },
    {
      name: 'openssl verify for each',
      command: ['sh', '-ec', `for leaf do ${openssl.join(' ')} "$leaf"; done`, 'sh', ...leaves],
    },
    { name: 'openssl verify, one call', command: [...openssl, ...leaves] },
  ].filter((_, i) => i === 0 || isInstalled('openssl'));
  const results = compareUsage(candidates, cwd, RUNS);
  console.log(`\n${LEAVES} leaves under ${INTERMEDIATES} intermediates, EC P-256, medians of ${RUNS}`);
  printUsage(results, 2);
}

/** A root, intermediates in one file, and leaves in a file each; gives the names of those. */
function makeLeaves() {
  const make = (name, ...args) => timeOnce({ command: ours(name, ...args), cwd });
  const ec = ['-n', 'ec:P-256'];
  make('csr-gen', ...ec, '--cn', 'Root', '--ca', '--self-sign', '3650', '-K', 'root.key', '-o', 'root.pem');
  const each = LEAVES / INTERMEDIATES;
  const groups = Array.from({ length: INTERMEDIATES }, (_, i) => {
    const ca = `middle-${i}`;
    make('csr-gen', ...ec, '--cn', ca, '-K', `${ca}.key`, '-o', `${ca}.csr`);
    const byRoot = ['--ca', 'root.pem', '--ca-key', 'root.key'];
    make('csr-sign', '-q', '--profile', 'ca', ...byRoot, '-o', `${ca}.pem`, `${ca}.csr`);
    const specs = Array.from({ length: each }, (_, k) => JSON.stringify({ CN: `host-${k}.${ca}.example.hu` }));
    writeFileSync(join(cwd, 'hosts.json'), `${specs.join('\n')}\n`);
    make('csr-gen', ...ec, '--batch', '--key-dir', 'keys', '-o', `all-${i}.csr`, 'hosts.json');
    make('csr-sign', '-q', '--ca', `${ca}.pem`, '--ca-key', `${ca}.key`, '-o', `all-${i}.pem`, `all-${i}.csr`);
    return readFileSync(join(cwd, `all-${i}.pem`), 'latin1').split(/(?=-----BEGIN)/);
  });
  const middles = groups.map((_, i) => readFileSync(join(cwd, `middle-${i}.pem`), 'latin1'));
  writeFileSync(join(cwd, 'middles.pem'), middles.join(''));
  return groups.flat().map((block, i) => {
    const leaf = `leaf-${i}.pem`;
    writeFileSync(join(cwd, leaf), block);
    return leaf;
  });
}
