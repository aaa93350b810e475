import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { inPairs, isLong } from '../faults/harness.js';
import { binDirectory, isStandalone, run } from '../support/session.js';
import { some } from '../support/whole.js';

/** A line that does not end, given to everything a command reads: it is refused in memory that does not grow with it. */

const MIB = 2 ** 20;
/** A gibibyte takes each call some seconds: PKIUTILS_FAULTS=long has them. */
const LENGTH = (isLong ? 1024 : 128) * MIB;
/**
 * A command takes some 70 MiB for itself; what is one small thing may be 16 MiB. The runtime of the standalone executable
 * lets go of what it has read later: it took 350 MiB at the most, for a line of 160 MiB and of a gibibyte alike.
 */
const MOST = isStandalone ? 450 : 200;

const directory = t.testdir({ hosts: 'a.hu\n' });
const made = run(
  'sh',
  [
    '-ec',
    `csr-gen -n ed25519 --cn CA --ca --self-sign 9 -K ca.key -o ca.pem
     csr-gen -n ed25519 --cn a.hu -K a.key -o a.csr
     csr-sign -q --ca ca.pem --ca-key ca.key --days 5 -o a.pem a.csr`,
  ],
  { cwd: directory },
);
t.equal(made.status, 0, 'the inputs are there', { stderr: made.stderr });

const calls: readonly string[] = [
  'cert-info',
  'cert-info --json',
  'cert-info --jobs 2',
  'cert-info --pem',
  'csr-check',
  'csr-check --json --pass',
  'csr-check --renews - a.csr',
  'csr-check --key - a.csr',
  'csr-check --known-keys - a.csr',
  'csr-sign --ca ca.pem --ca-key ca.key',
  'csr-sign --ca - --ca-key ca.key a.csr',
  'csr-sign --ca ca.pem --ca-key - a.csr',
  'csr-gen -k a.key',
  'csr-gen -k - --cn a.hu',
  'csr-gen -k a.key --from -',
  'csr-gen -k a.key --cn a.hu --san-file -',
  'csr-gen -n ed25519 --batch --key-dir .',
  'pem-merge',
  'pem-merge a.key -',
  'pem-merge --trust - a.key a.pem',
  'pem-merge --replaces - a.key a.pem',
  'wildcard-match *.a.hu',
  'wildcard-match --json -e *.a.hu',
  'wildcard-match --explain --all *.a.hu',
  'wildcard-match -f - hosts',
  'wildcard-match --cert - hosts',
  'wildcard-match --host a.hu',
  'wildcard-match --suggest',
];

/** The most memory the process has had so far, in MiB; undefined once it is gone. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}

async function feed(call: string): Promise<{ status: number | null; stderr: string; peak: number }> {
  const [command = '', ...args] = call.split(' ');
  const child = spawn(command, args, {
    cwd: directory,
    env: { PATH: `${binDirectory}${delimiter}${process.env['PATH']}`, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let isOpen = true;
  child.stdin.on('error', () => (isOpen = false));
  const exit = once(child, 'exit') as Promise<[number | null]>;
  void exit.then(() => (isOpen = false));
  const piece = Buffer.alloc(MIB, 'a');
  let peak = 0;
  for (let sent = 0; isOpen && sent < LENGTH; sent += piece.length) {
    if (!child.stdin.write(piece))
      await Promise.race([once(child.stdin, 'drain'), exit].map((each) => each.catch(() => {})));
    peak = Math.max(peak, peakOf(child.pid) ?? 0);
  }
  child.stdin.end();
  const [status] = await exit;
  return { status, stderr, peak };
}

t.test(
  `${LENGTH / MIB} MiB without a newline`,
  { skip: process.platform === 'linux' ? false : 'needs /proc' },
  async (t) => {
    await inPairs(some(calls, 9), async (call) => {
      const { status, stderr, peak } = await feed(call);
      t.ok(status === 1 || status === 2, `${call}: is refused`, { status, stderr });
      t.match(stderr, /^[a-z]+-[a-z]+: /, `${call}: says so`);
      t.notMatch(stderr, /internal error/, call);
      t.ok(stderr.length < 5000, `${call}: in few words`);
      t.ok(peak > 10 && peak < MOST, `${call}: took ${Math.round(peak)} MiB`);
    });
  },
);

t.test('files that do not end, where files have to be', (t) => {
  for (const [call, words] of [
    ['csr-check --profile /dev/zero a.csr', '/dev/zero: larger than 16777216 bytes'],
    ['csr-check --blocklist /dev/zero a.csr', '/dev/zero: line 1: not 20 or 64 hex digits'],
    ['csr-gen -n ed25519 --key-only -K b.key --passout file:/dev/zero', 'the passphrase is longer than 1024 bytes'],
  ] as const) {
    const [command = '', ...args] = call.split(' ');
    const { status, stderr } = run(command, args, { cwd: directory });
    t.equal(status, 2, call);
    t.match(stderr, words, call);
  }
  t.end();
});
