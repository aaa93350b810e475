// Cold start: what a person feels. One-shot calls of every command beside `node -e 0` of the same version and the peers
// that do the same, in one run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, isInstalled, printTable, timeOnce } from './support/measure.js';

const bin = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin');
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const ours = (name, ...args) => [process.execPath, join(bin, name), ...args];

try {
  const prepare = (...command) => timeOnce({ command, cwd });
  prepare(
    ...ours('csr-gen', '--cn', 'CA', '--ca', '--self-sign', '30', '-n', 'ec:P-256', '-K', 'ca.key', '-o', 'ca.pem'),
  );
  prepare(
    ...ours(
      'csr-gen',
      '--cn',
      'a.valami.hu',
      '--org',
      'A',
      '--city',
      'B',
      '--country',
      'HU',
      '-n',
      'ec:P-256',
      '-K',
      'a.key',
      '-o',
      'a.csr',
    ),
  );
  prepare(...ours('csr-sign', '--ca', 'ca.pem', '--ca-key', 'ca.key', '-o', 'a.crt', 'a.csr'));

  const candidates = [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
    { name: 'wildcard-match', command: ours('wildcard-match', '*.valami.hu'), input: 'alma.valami.hu\n' },
    { name: 'cert-info', command: ours('cert-info', 'a.crt') },
    { name: 'pem-merge', command: ours('pem-merge', 'a.key', 'a.crt', 'ca.pem') },
    { name: 'csr-check', command: ours('csr-check', 'a.csr') },
    { name: 'csr-gen, EC', command: ours('csr-gen', '--cn', 'b.valami.hu', '-n', 'ec:P-256', '-K', '-') },
    { name: 'csr-sign, EC', command: ours('csr-sign', '--ca', 'ca.pem', '--ca-key', 'ca.key', 'a.csr') },
    { name: 'openssl x509 -text', command: ['openssl', 'x509', '-noout', '-text', '-in', 'a.crt'] },
    { name: 'openssl req -verify', command: ['openssl', 'req', '-noout', '-verify', '-in', 'a.csr'] },
    {
      name: 'openssl req -newkey ec',
      command: [
        'openssl',
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        '/dev/null',
        '-subj',
        '/CN=b.valami.hu',
      ],
    },
    { name: 'certtool -i', command: ['certtool', '-i', '--infile', 'a.crt'] },
  ].filter(({ command }) => isInstalled(command[0]));

  const results = compare(
    candidates.map((candidate) => ({ cwd, ...candidate })),
    Number(process.argv[2] ?? 21),
  );
  const floor = results[0].seconds;
  console.log(`cold start, Node.js ${process.version}, medians of whole processes in turn`);
  printTable(
    ['command', 'ms', 'fastest', '× node -e 0'],
    results.map(({ name, seconds, fastest }) => [
      name,
      (seconds * 1e3).toFixed(1),
      (fastest * 1e3).toFixed(1),
      (seconds / floor).toFixed(2),
    ]),
  );
} finally {
  rmSync(cwd, { recursive: true });
}
