// usage: npm run bench -- cert-status
// Revocation lists of 10^5, 10^6 and 10^7 entries, signed with EC P-256: a certificate's status by each, the signature
// verified, from a file, through a pipe and from a server on loopback, beside openssl, which looks at the list alone; and a
// list made. Of every command its own process is counted, not those that feed it.
import { spawn, spawnSync } from 'node:child_process';
import { createPrivateKey, createSign } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled, median, ownUsage, printTable } from './support/measure.js';

const SIZES = [100_000, 1_000_000, 10_000_000];
const RUNS = 5;
const here = dirname(fileURLToPath(import.meta.url));
const bin = join(dirname(here), 'bin');
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
/** A serial number of nine octets, of which four count up, a time, and the reason keyCompromise. */
const ENTRY = Buffer.from(
  `30280209400000000000000000170d3236313130313030303030305a300c300a0603551d1504030a0101`,
  'hex',
);
const ours = (name, ...args) => [process.execPath, join(bin, name), ...args];
const status = (list, ...options) =>
  ours('cert-status', '-q', '--max-size', '1G', '--issuer', 'ca.pem', '--crl', list, ...options, 'leaf.pem');

/** Serves the files of the working folder, as web servers do it, with their length. */
const SERVER = `
  const { createReadStream, statSync } = require('node:fs');
  const server = require('node:http').createServer((request, response) => {
    const file = '.' + request.url;
    response.writeHead(200, { 'Content-Length': statSync(file).size });
    createReadStream(file).pipe(response);
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

try {
  prepare();
  await printSizes();
  printPeers();
  printMaking();
} finally {
  rmSync(cwd, { recursive: true, force: true });
}

function sh(command) {
  const { status: code, stderr } = spawnSync('sh', ['-ec', command], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
  });
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
}

function prepare() {
  sh(`csr-gen --cn CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem
    csr-gen --cn leaf.valami.hu -n ec:P-256 -K leaf.key | csr-sign --ca ca.pem --ca-key ca.key -o leaf.pem
    crl-gen --ca ca.pem --ca-key ca.key --der -o empty.crl < /dev/null`);
  for (const size of SIZES) writeList(`${size}.crl`, size);
}

/** An empty list with entries put in, and signed again. */
function writeList(name, size) {
  const empty = readFileSync(join(cwd, 'empty.crl'));
  const skip = (at) => 2 + (empty[at + 1] > 0x80 ? empty[at + 1] & 0x7f : 0);
  const next = (at) => {
    const header = skip(at);
    const length = header === 2 ? empty[at + 1] : empty.readUIntBE(at + 2, header - 2);
    return at + header + length;
  };
  const tbs = skip(0);
  let front = tbs + skip(tbs);
  const fields = front;
  for (let field = 0; field < 5; field++) front = next(front);
  const back = empty.subarray(front, next(tbs));
  const algorithm = empty.subarray(next(tbs), next(next(tbs)));
  const piece = Buffer.alloc(ENTRY.length * 1000);
  const pieces = function* () {
    for (let i = 0; i < size; i++) {
      const at = (i % 1000) * ENTRY.length;
      ENTRY.copy(piece, at);
      piece.writeUInt32BE(i, at + 9);
      if (i % 1000 === 999) yield piece;
    }
  };
  const list = header(0x30, size * ENTRY.length);
  const content = front - fields + list.length + size * ENTRY.length + back.length;
  const signed = [header(0x30, content), empty.subarray(fields, front), list];
  const sign = createSign('sha256');
  for (const part of signed) sign.update(part);
  for (const part of pieces()) sign.update(part);
  const signature = sign.update(back).sign(createPrivateKey(readFileSync(join(cwd, 'ca.key'))));
  const tail = Buffer.concat([algorithm, header(0x03, signature.length + 1), Buffer.of(0), signature]);
  const file = openSync(join(cwd, name), 'w');
  for (const part of [header(0x30, signed[0].length + content + tail.length), ...signed]) writeSync(file, part);
  for (const part of pieces()) writeSync(file, part);
  for (const part of [back, tail]) writeSync(file, part);
  closeSync(file);
}

function header(tag, length) {
  if (length < 0x80) return Buffer.of(tag, length);
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(length);
  const first = octets.findIndex((octet) => octet !== 0);
  return Buffer.from([tag, 0x80 | (4 - first), ...octets.subarray(first)]);
}

async function printSizes() {
  const server = spawn(process.execPath, ['-e', SERVER], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = await once(server.stdout, 'data');
    const url = `http://127.0.0.1:${Number(port)}`;
    const ways = (name, file) => [
      { name, command: status(file, '--offline'), cwd },
      { name: '  by a pipe', command: status('-', '--offline'), cwd, fedWith: file },
      { name: '  from a server', command: status(`${url}/${file}`, '--no-proxy'), cwd },
    ];
    const candidates = [
      { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd },
      ...ways('a list of none', 'empty.crl'),
      ...SIZES.flatMap((size) => ways(`${size} entries`, `${size}.crl`)),
    ];
    const usage = inTurn(candidates);
    const base = (i) => usage[((i - 1) % 3) + 1];
    console.log(`a certificate's status by lists of all sizes, medians of ${RUNS}; Node.js ${process.version}`);
    printTable(
      ['', 'user+sys', 'above none', 'peak MiB', 'above node -e 0'],
      candidates.map(({ name }, i) => [
        name,
        usage[i].cpu.toFixed(2),
        i < 4 ? '' : (usage[i].cpu - base(i).cpu).toFixed(2),
        usage[i].peak.toFixed(0),
        (usage[i].peak - usage[0].peak).toFixed(0),
      ]),
    );
  } finally {
    server.kill();
  }
}

function printPeers() {
  if (!isInstalled('openssl')) return;
  const sizes = SIZES.slice(0, 2);
  const openssl = ['openssl', 'crl', '-inform', 'DER', '-noout', '-CAfile', 'ca.pem', '-in'];
  const candidates = sizes.flatMap((size) => [
    { name: `cert-status, ${size} entries`, command: status(`${size}.crl`, '--offline'), cwd },
    { name: 'openssl crl', command: [...openssl, `${size}.crl`], cwd },
  ]);
  const usage = inTurn(candidates);
  console.log('\nbeside openssl, which verifies the signature and looks for nothing');
  printTable(
    ['', 'user+sys', '×', 'peak MiB'],
    candidates.map(({ name }, i) => [
      name,
      usage[i].cpu.toFixed(2),
      (usage[i].cpu / usage[i - (i % 2)].cpu).toFixed(1),
      usage[i].peak.toFixed(0),
    ]),
  );
}

function printMaking() {
  const lines = Array.from(
    { length: SIZES[1] },
    (_, i) => `4${i.toString(16).padStart(15, '0')} 2026-11-01T00:00:00Z keyCompromise\n`,
  );
  writeFileSync(join(cwd, 'serials'), lines.join(''));
  const candidates = [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd },
    {
      name: 'crl-gen',
      command: ours('crl-gen', '--ca', 'ca.pem', '--ca-key', 'ca.key', '--der', '-o', 'new.crl', 'serials'),
      cwd,
    },
    {
      name: 'crl-gen --from',
      command: ours('crl-gen', '--ca', 'ca.pem', '--ca-key', 'ca.key', '--from', 'new.crl', '--der', '-o', 'next.crl'),
      cwd,
    },
  ];
  const usage = inTurn(candidates);
  console.log(`\na list of ${SIZES[1]} entries made, and the one after it`);
  printTable(
    ['', 'user+sys', 'peak MiB', 'above node -e 0'],
    candidates.map(({ name }, i) => [
      name,
      usage[i].cpu.toFixed(2),
      usage[i].peak.toFixed(0),
      (usage[i].peak - usage[0].peak).toFixed(0),
    ]),
  );
}

/** The medians of what the candidates use, measured by turns. */
function inTurn(candidates) {
  const runs = Array.from({ length: RUNS }, () => candidates.map(ownUsage));
  return candidates.map((_, i) => ({
    cpu: median(runs.map((run) => run[i].cpu)),
    peak: median(runs.map((run) => run[i].peak)),
  }));
}
