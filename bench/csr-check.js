// usage: node bench/csr-check.js [REQUESTS]
// Requests judged a second with all rules on, RSA-2048 and EC: one process, start included, on one core where taskset is
// there; beside a loop of `openssl req -verify`, which checks the signature and nothing else, a process a request.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, isInstalled, printTable, timeOnce } from './support/measure.js';

const here = dirname(fileURLToPath(import.meta.url));
const bin = join(dirname(here), 'bin');
const cache = join(here, '.cache');
const total = Number(process.argv[2] ?? 3000);
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const oneCore = isInstalled('taskset') ? ['taskset', '-c', '0'] : [];

/**
 * Keys take longer to make than to judge: so some different ones are used in turn. A key that was met before costs less,
 * above all an RSA modulus, which is tested for primality once: streams of new keys are measured too.
 */
const kinds = [
  { kind: 'rsa', key: { algo: 'rsa', size: 2048 }, keys: 20, total },
  { kind: 'ec', key: { algo: 'ecdsa', size: 256 }, keys: 20, total },
  { kind: 'new-rsa', key: { algo: 'rsa', size: 2048 }, keys: 1000, total: 1000 },
  { kind: 'new-ec', key: { algo: 'ecdsa', size: 256 }, keys: 1000, total: 1000 },
];

/** Requests with so many keys; those of very many keys are made once, then cached. */
function makeRequests({ kind, key, keys }) {
  const cached = join(cache, `requests-${kind}-${keys}.csr`);
  if (existsSync(cached)) return readFileSync(cached, 'utf8');
  const names = [{ C: 'HU', L: 'Budapest', O: 'Valami' }];
  const spec = Array.from({ length: keys }, (_, i) =>
    JSON.stringify({ CN: `www${i}.valami.hu`, hosts: ['*.valami.hu'], names, key }),
  );
  const command = [
    process.execPath,
    join(bin, 'csr-gen'),
    '--batch',
    '--key-dir',
    `keys-${kind}`,
    '-o',
    'all.csr',
    '-',
  ];
  timeOnce({ command, cwd, input: `${spec.join('\n')}\n` });
  const text = readFileSync(join(cwd, 'all.csr'), 'utf8');
  if (keys >= 1000) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(cached, text);
  }
  return text;
}

/** Writes KIND.csr, and of twenty of its requests a file each. */
function writeRequests({ kind, key, keys, total }) {
  const requests = makeRequests({ kind, key, keys }).match(/-----BEGIN[\s\S]+?-----END.*\n/g);
  requests.slice(0, 20).forEach((text, i) => {
    writeFileSync(join(cwd, `${kind}${i}.csr`), text);
  });
  writeFileSync(join(cwd, `${kind}.csr`), Array.from({ length: total }, (_, i) => requests[i % keys]).join(''));
}

try {
  for (const each of kinds) writeRequests(each);
  const check = (...args) => [...oneCore, process.execPath, join(bin, 'csr-check'), ...args];
  const loop =
    'i=0; while [ $i -lt "$2" ]; do openssl req -verify -noout -in "$1$((i % 20)).csr" 2>/dev/null; i=$((i+1)); done';
  const peers = Math.min(total, 200);
  const candidates = kinds.flatMap(({ kind, total }) => [
    { name: `csr-check, ${kind}`, requests: total, command: check('-q', `${kind}.csr`) },
    { name: `csr-check --json, ${kind}`, requests: total, command: check('--json', `${kind}.csr`) },
    {
      name: `openssl req -verify, ${kind}`,
      requests: peers,
      command: [...oneCore, 'sh', '-c', loop, 'sh', kind, String(peers)],
      program: 'openssl',
    },
  ]);
  const available = candidates.filter(({ program = 'sh' }) => isInstalled(program));
  const results = compare(
    available.map((candidate) => ({ cwd, ...candidate })),
    3,
  );
  const rates = results.map(({ seconds }, i) => available[i].requests / seconds);
  const peerOf = (name) => {
    const kind = name.split(', ')[1];
    return rates[available.findIndex((each) => each.name === `openssl req -verify, ${kind}`)];
  };
  console.log(`${total.toLocaleString('en')} requests, Node.js ${process.version}, medians of whole processes in turn`);
  printTable(
    ['command', 'requests/s', '× openssl'],
    results.map(({ name }, i) => {
      const peer = peerOf(name);
      return [name, rates[i].toFixed(0), peer === undefined ? '' : (rates[i] / peer).toFixed(1)];
    }),
  );
} finally {
  rmSync(cwd, { recursive: true });
}
