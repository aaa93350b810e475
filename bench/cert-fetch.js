// 200 TLS handshakes with a server on loopback, beside eight `openssl s_client` at a time, which is what people write; and
// the memory of one call for many hosts.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { compareUsage, isInstalled, printTable, printUsage, timeOnce } from './support/measure.js';

const HANDSHAKES = 200;
const RUNS = 3;
const here = dirname(fileURLToPath(import.meta.url));
const bin = join(dirname(here), 'bin');
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const ours = (name, ...args) => [process.execPath, join(bin, name), ...args];

/** The server, a process of its own: what it costs is no part of the figures. */
const serve = `
  const { createServer } = require('node:tls');
  const { readFileSync } = require('node:fs');
  const site = { key: readFileSync('site.key'), cert: readFileSync('site.pem') };
  createServer(site, (socket) => socket.on('error', () => {}).resume().end())
    .on('tlsClientError', () => {})
    .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

timeOnce({
  command: ours(
    'csr-gen',
    '-q',
    '-n',
    'ec:P-256',
    '--cn',
    'localhost',
    '--self-sign',
    '30',
    '-K',
    'site.key',
    '-o',
    'site.pem',
  ),
  cwd,
});
const server = spawn(process.execPath, ['-e', serve], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [line] = await once(server.stdout, 'data');
  const host = `127.0.0.1:${Number(line)}`;
  const list = (count) => {
    writeFileSync(join(cwd, `hosts-${count}`), `${host}\n`.repeat(count));
    return `hosts-${count}`;
  };
  const fetchAll = (count) => ours('cert-fetch', '-f', list(count));
  const candidates = [
    { name: 'cert-fetch -f', command: fetchAll(HANDSHAKES) },
    {
      name: 'xargs -P8 openssl s_client',
      command: [
        'sh',
        '-c',
        'xargs -P8 -I{} openssl s_client -connect {} -showcerts < "$1" 2>&1',
        'sh',
        list(HANDSHAKES),
      ],
    },
  ].filter((_, i) => i === 0 || isInstalled('openssl'));
  const results = compareUsage(candidates, cwd, RUNS);
  console.log(`${HANDSHAKES} handshakes, TLS 1.3, EC P-256, medians of ${RUNS}; Node.js ${process.version}`);
  printUsage(results);

  console.log('\npeak memory of one call');
  printTable(
    ['hosts', 'MiB'],
    [1000, 4000, 16000].map((count) => [count, peakOf(fetchAll(count))]),
  );
} finally {
  server.kill();
  rmSync(cwd, { recursive: true, force: true });
}

/** The largest resident size of a command, in MiB. */
function peakOf([program, ...args]) {
  const probe = join(here, 'support', 'peak-memory.cjs');
  const { status, stderr } = spawnSync(program, ['--require', probe, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr);
  return Math.round(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024);
}
