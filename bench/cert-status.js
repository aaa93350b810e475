// Revocation lists of 10^5, 10^6 and 10^7 entries, signed with EC P-256: a certificate's status by each, the signature
// verified, from a file and through a pipe, beside openssl and certtool, which look at the list alone; and a list made.
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createSign } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled, median, printTable, usageOnce } from './support/measure.js';

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
const status = (list) =>
  ours('cert-status', '-q', '--offline', '--max-size', '1G', '--issuer', 'ca.pem', '--crl', list, 'leaf.pem');

try {
  prepare();
  printSizes();
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

function printSizes() {
  const candidates = [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
    { name: 'cert-status, a small list', command: status('empty.crl') },
    ...SIZES.map((size) => ({ name: `cert-status, ${size} entries`, command: status(`${size}.crl`) })),
    {
      name: `the same, ${SIZES[1]} by a pipe`,
      command: ['sh', '-c', `cat ${SIZES[1]}.crl | "$@"`, 'sh', ...status('-')],
    },
  ];
  const runs = Array.from({ length: RUNS }, () => candidates.map(({ command }) => usageOnce({ command, cwd })));
  const cpus = candidates.map((_, i) => median(runs.map((run) => run[i].cpu)));
  console.log(`a certificate's status by lists of all sizes, medians of ${RUNS}; Node.js ${process.version}`);
  printTable(
    ['', 'user+sys', 'above a small list', 'peak MiB', 'above node -e 0'],
    candidates.map(({ name, command }, i) => {
      const peak = peakOf(command);
      return [
        name,
        cpus[i].toFixed(2),
        i < 2 ? '' : (cpus[i] - cpus[1]).toFixed(2),
        peak,
        peak - peakOf(candidates[0].command),
      ];
    }),
  );
}

function printPeers() {
  const list = `${SIZES[1]}.crl`;
  const candidates = [
    { name: 'cert-status', command: status(list), program: process.execPath },
    {
      name: 'openssl crl',
      command: ['openssl', 'crl', '-inform', 'DER', '-in', list, '-noout', '-CAfile', 'ca.pem'],
      program: 'openssl',
    },
  ].filter(({ program }) => isInstalled(program));
  const runs = Array.from({ length: RUNS }, () => candidates.map(({ command }) => usageOnce({ command, cwd })));
  const results = candidates.map(({ name, command }, i) => ({
    name,
    cpu: median(runs.map((run) => run[i].cpu)),
    peak: peakOf(command),
  }));
  console.log(`\n${SIZES[1]} entries, beside openssl, which verifies the signature and looks for nothing`);
  printTable(
    ['', 'user+sys', '×', 'peak MiB'],
    results.map(({ name, cpu, peak }) => [name, cpu.toFixed(2), (cpu / results[0].cpu).toFixed(1), peak]),
  );
}

function printMaking() {
  const lines = Array.from(
    { length: SIZES[1] },
    (_, i) => `4${i.toString(16).padStart(15, '0')} 2026-11-01T00:00:00Z keyCompromise\n`,
  );
  writeFileSync(join(cwd, 'serials'), lines.join(''));
  const make = ours('crl-gen', '--ca', 'ca.pem', '--ca-key', 'ca.key', '--der', '-o', 'new.crl', 'serials');
  const next = ours('crl-gen', '--ca', 'ca.pem', '--ca-key', 'ca.key', '--from', 'new.crl', '--der', '-o', 'next.crl');
  console.log(`\na list of ${SIZES[1]} entries made, and the one after it`);
  printTable(
    ['', 'seconds', 'user+sys', 'peak MiB'],
    [
      ['crl-gen', make],
      ['crl-gen --from', next],
    ].map(([name, command]) => {
      const { seconds, cpu } = usageOnce({ command, cwd });
      return [name, seconds.toFixed(2), cpu.toFixed(2), peakOf(command)];
    }),
  );
}

/** The largest a process has been, in MiB, as GNU time has it from the system. */
function peakOf(command) {
  const { status: code, stderr } = spawnSync('time', ['-f', '%M', ...command], { cwd, encoding: 'utf8' });
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return Math.round(Number(stderr.trim().split('\n').at(-1)) / 1024);
}
