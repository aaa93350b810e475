import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { run } from '../support/session.js';
import { some } from '../support/whole.js';

/** Every way a command takes a file with PEM in it; FILE is the file. */
const readers = [
  'csr-gen -n ec:P-256 -K new.key --from FILE',
  'csr-gen --cn a.hu -k FILE',
  'csr-check FILE',
  'csr-check --key FILE good.csr',
  'csr-check --renews FILE good.csr',
  'csr-sign --ca FILE --ca-key ca.key good.csr',
  'csr-sign --ca ca.pem --ca-key FILE good.csr',
  'csr-sign --ca ca.pem --ca-key ca.key FILE',
  'pem-merge FILE',
  'pem-merge good.key FILE',
  'cert-info FILE',
  'cert-info --json FILE',
  'wildcard-match --cert FILE',
  'key-conv FILE',
  'key-conv --public FILE',
  'key-match FILE',
  'pem-split FILE',
  'cert-diff FILE good.crt',
  'cert-diff good.crt FILE',
  'cert-due FILE',
  'cert-verify --trust ca.pem FILE',
  'cert-verify --trust FILE good.crt',
  'cert-verify --trust ca.pem --untrusted FILE good.crt',
  'cert-verify --trust ca.pem --crl FILE good.crt',
  'cert-status -q --offline --crl ca.crl --issuer ca.pem FILE',
  'cert-status -q --offline --crl ca.crl --issuer FILE good.crt',
  'cert-status -q --offline --crl FILE --issuer ca.pem good.crt',
  'cert-status -q --offline --staple FILE --issuer ca.pem good.crt',
  'crl-gen --ca FILE --ca-key ca.key good.crt',
  'crl-gen --ca ca.pem --ca-key FILE good.crt',
  'crl-gen --ca ca.pem --ca-key ca.key --from FILE good.crt',
  'crl-gen --ca ca.pem --ca-key ca.key --delta FILE good.crt',
  'cert-fetch --cert FILE --key good.key localhost:1',
  'cert-fetch --cert good.crt --key FILE localhost:1',
  'cert-revoke --server https://localhost:1 --account ca.key FILE',
  'cert-revoke --server https://localhost:1 --account FILE good.crt',
  'cert-revoke --server https://localhost:1 --key FILE good.crt',
  'acme-account --server https://localhost:1 --account FILE show',
  'csr-submit --server https://localhost:1 --account ca.key --webroot . FILE',
  'csr-submit --server https://localhost:1 --account FILE --webroot . good.csr',
  'csr-submit --server https://localhost:1 --account ca.key --webroot . --renews FILE good.csr',
  'pem-merge --check --trust FILE good.key good.crt',
  'pem-merge --check --replaces FILE good.key good.crt',
];

const directory = t.testdir({ folder: {} });
const sh = (command: string) => run('sh', ['-c', command], { cwd: directory });
const write = (name: string, data: string | Uint8Array) => writeFileSync(join(directory, name), data);

sh('csr-gen --cn CA --ca --self-sign 30 -n ec:P-256 -K ca.key -o ca.pem');
sh("csr-gen --cn mail.valami.hu -a '*.valami.hu' --org Valami --city Budapest --country HU -K good.key -o good.csr");
sh('csr-sign --ca ca.pem --ca-key ca.key -o good.crt good.csr; crl-gen --ca ca.pem --ca-key ca.key -o ca.crl');
const request = readFileSync(join(directory, 'good.csr'), 'utf8');
const certificate = readFileSync(join(directory, 'good.crt'), 'utf8');
const key = readFileSync(join(directory, 'good.key'), 'utf8');

/** Keeps the first two and the last line of base64, as manuals do. */
const abbreviated = (pem: string) => pem.replace(/(-----BEGIN.*\n.*\n.*\n)[^-]*\n(.*\n-----END)/g, '$1...\n$2');

// A request as scanning leaves it: a stray dot at two line ends, END in the words of another tool.
write(
  'damaged.pem',
  request
    .split('\n')
    .map((line, i) => (i === 3 || i === 5 ? `${line}.` : line))
    .join('\n')
    .replace('END CERT', 'END NEW CERT'),
);
write('abbreviated.pem', abbreviated(key) + abbreviated(certificate));
write('empty.pem', '');
write('noise.pem', Buffer.concat([Buffer.from([0xfe, 0x00, 0x91]), randomBytes(3000)]));
write('prose.pem', 'the certificate is in the other mail\n');
write('cut.pem', request.slice(0, 300));
write('half.der', Buffer.from(request.split('\n').slice(1, -2).join(''), 'base64').subarray(0, 200));

t.test('what cannot be read: exit 2, the file and the place, nothing on stdout', async (t) => {
  const inputs: readonly (readonly [file: string, ...lines: RegExp[]])[] = [
    ['damaged.pem', /line 4: '\.' at column 65 is not base64$/, /line 6: '\.' at column 65 is not base64$/],
    ['abbreviated.pem', /line 4: \.\.\. stands where base64 should: the block is abbreviated$/],
    ['empty.pem', /empty input$/],
    ['folder', /is a directory$/],
    ['missing.pem', /no such file or directory$/],
    ['noise.pem', /neither PEM nor DER$/],
    ['prose.pem', /neither PEM nor DER$/],
    ['cut.pem', /line 1: CERTIFICATE REQUEST has no END line$/],
    ['half.der', /byte 0: DER of \d+ bytes ends \d+ bytes early$/],
  ];
  for (const [turn, reader] of readers.entries()) {
    for (const [file, ...expected] of some(inputs, 7, turn)) {
      const { status, stdout, stderr } = sh(reader.replace('FILE', file));
      const lines = stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('hint: '));
      const name = reader.split(' ')[0];
      const said = expected.every((pattern) =>
        lines.some((line) => line.startsWith(`${name}: ${file}: `) && pattern.test(line)),
      );
      t.ok(status === 2 && stdout === '' && said && !/internal error/.test(stderr), reader.replace('FILE', file), {
        status,
        stdout,
        stderr,
      });
    }
  }
});

t.test('one thing where another is meant', async (t) => {
  const calls: readonly (readonly [command: string, status: number, words: RegExp])[] = [
    ['csr-check good.crt', 2, /a certificate.*request/],
    ['csr-check good.key', 2, /private key[\s\S]*request/],
    ['csr-sign --ca ca.pem --ca-key ca.key good.crt', 2, /certificate.*request/],
    [
      'csr-sign --ca good.csr --ca-key ca.key good.csr',
      2,
      /good.csr: line 1: expected a certificate, found a certificate request/,
    ],
    ['csr-sign --ca ca.pem --ca-key good.key good.csr', 1, /key/],
    ['csr-gen --cn a.hu -k good.crt', 2, /key/],
    ['csr-check --key ca.key good.csr', 1, /key/],
    ['pem-merge good.key good.csr', 2, /this is the request/],
  ];
  for (const [command, status, words] of calls) {
    const result = sh(command);
    t.ok(
      result.status === status && words.test(result.stdout + result.stderr) && !/internal error/.test(result.stderr),
      command,
      {
        ...result,
        bytes: undefined,
      },
    );
  }
});

t.test('a key that does not belong to the certificate changes nothing', async (t) => {
  sh('csr-gen -n ec:P-256 --key-only -K other.key; csr-gen -n rsa:2048 --key-only -K third.key');
  write('installed.pem', 'what is installed now\n');
  for (const keys of ['other.key', 'other.key third.key']) {
    const { status, stdout, stderr } = sh(`pem-merge -o installed.pem ${keys} good.crt`);
    t.equal(status, 1, `pem-merge ${keys} good.crt`, { stderr });
    t.equal(stdout, '');
    t.match(stderr, 'other.key');
    t.equal(readFileSync(join(directory, 'installed.pem'), 'utf8'), 'what is installed now\n');
  }
});
