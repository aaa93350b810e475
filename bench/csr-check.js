// usage: node bench/csr-check.js [REQUESTS]
// Requests judged a second with all rules on, RSA-2048 and EC: one process, start included, on one core where taskset is
// there; beside a loop of `openssl req -verify`, which checks the signature and nothing else, a process a request.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, isInstalled, printTable, timeOnce } from './support/measure.js';

const bin = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin');
const total = Number(process.argv[2] ?? 3000);
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const oneCore = isInstalled('taskset') ? ['taskset', '-c', '0'] : [];

/** Keys take longer to make than to judge: so many different ones are used in turn. */
const KEYS = 20;

function writeRequests(kind) {
  const requests = [];
  for (let i = 0; i < KEYS; i++) {
    const { privateKey } =
      kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(cwd, 'key'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const subject = ['--cn', `www${i}.valami.hu`, '--org', 'Valami', '--city', 'Budapest', '--country', 'HU'];
    const command = [process.execPath, join(bin, 'csr-gen'), ...subject, '-a', '*.valami.hu', '-k', 'key'];
    timeOnce({ command: [...command, '-o', `${kind}${i}.csr`], cwd });
    requests.push(readFileSync(join(cwd, `${kind}${i}.csr`), 'utf8'));
  }
  let text = '';
  for (let i = 0; i < total; i++) text += requests[i % KEYS];
  writeFileSync(join(cwd, `${kind}.csr`), text);
}

try {
  for (const kind of ['rsa', 'ec']) writeRequests(kind);
  const check = (...args) => [...oneCore, process.execPath, join(bin, 'csr-check'), ...args];
  const loop =
    'i=0; while [ $i -lt "$2" ]; do openssl req -verify -noout -in "$1$((i % 20)).csr" 2>/dev/null; i=$((i+1)); done';
  const peers = Math.min(total, 200);
  const candidates = ['rsa', 'ec'].flatMap((kind) => [
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
