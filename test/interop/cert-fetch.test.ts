import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ask, freePort, startServer } from '../support/servers.js';
import { findProgram, isStandalone, run, runBeside } from '../support/session.js';

/** cert-fetch and `openssl s_client -showcerts` see the same of servers that are old, strict or many in one. */

const openssl = findProgram('openssl');
const top = mkdtempSync(join(tmpdir(), 'pkiutils-'));
chmodSync(top, 0o755);
t.teardown(() => rmSync(top, { recursive: true, force: true }));
const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn Middle -K middle.key | csr-sign -q --profile ca --ca root.pem --ca-key root.key -o middle.pem
  for kind in ec:P-256 rsa:2048; do
    for name in mail alma; do
      file=$name-\${kind%:*}
      csr-gen -q -n $kind --cn $name.valami.hu -a $name.valami.hu -K $file.key |
        csr-sign -q --ca middle.pem --ca-key middle.key -o $file.crt
      cat $file.key $file.crt middle.pem > $file.pem
    done
  done
  csr-gen -q -n ec:P-256 --cn old.valami.hu --self-sign 1 --at 2020-01-01 -K expired.key -o expired.pem
`;
const made = run('sh', ['-e', '-c', workshop], { cwd: top });
if (made.status !== 0) throw new Error(made.stderr);

const certificatesIn = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----\n[\s\S]*?-----END CERTIFICATE-----\n/g) ?? [];

/** How one server is asked by both. */
interface Question {
  readonly name: string;
  readonly ours?: readonly string[];
  readonly theirs?: readonly string[];
  /** The first certificate's subject. */
  readonly subject: string;
}

/** Starts a server, asks every question of both, and compares. */
async function compare(
  t: Test,
  program: readonly string[],
  port: number,
  questions: readonly Question[],
  cwd = top,
): Promise<void> {
  const running = await startServer(program, port, { cwd });
  try {
    const place = `127.0.0.1:${port}`;
    for (const { name, ours: options = [], theirs: flags = [], subject } of questions) {
      const [ours, theirs] = await Promise.all([
        runBeside('cert-fetch', [...options, place]),
        ask('openssl', ['s_client', '-connect', place, '-showcerts', ...flags], top),
      ]);
      t.same(certificatesIn(ours.stdout), certificatesIn(theirs.stdout), name, {
        ours,
        theirs,
        words: running.words(),
      });
      t.equal(ours.status, 0, `${name}: exit status`);
      const first = run('cert-info', ['-f', 'subject'], { stdin: ours.stdout }).stdout.split('\n')[0];
      t.equal(first, subject, `${name}: whose it is`);
    }
  } finally {
    await running.stop();
  }
}

const sServer = (port: number, ...options: readonly string[]) =>
  ['openssl', 's_server', '-quiet', '-accept', `127.0.0.1:${port}`, ...options] as const;
const withCertificate = (file: string) => ['-cert', file, '-key', file] as const;

t.jobs = 3;
const skip = openssl === undefined && 'openssl is not installed';

t.test(
  'TLS 1.0, RSA of 1024 bits, SHA-1',
  { skip: skip || (isStandalone && 'its TLS begins at 1.2'), buffered: true },
  async (t) => {
    const request = ['req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-sha1', '-subj', '/CN=old', '-days', '30'];
    const made = run('openssl', [...request, '-keyout', 'old.pem', '-out', 'old.pem'], { cwd: top });
    t.equal(made.status, 0, made.stderr);
    const port = await freePort();
    const weak = ['-cipher', 'ALL:@SECLEVEL=0'];
    await compare(t, sServer(port, '-tls1', ...weak, ...withCertificate('old.pem')), port, [
      { name: 'without asking for it', theirs: ['-tls1', ...weak], subject: 'CN=old' },
      { name: '--tls 1.0', ours: ['--tls', '1.0'], theirs: ['-tls1', ...weak], subject: 'CN=old' },
    ]);
  },
);

t.test('an expired certificate, strangers, and thirty of them', { skip, buffered: true }, async (t) => {
  const [middle, root] = ['middle.pem', 'root.pem'].map((name) => run('cat', [name], { cwd: top }).stdout);
  writeFileSync(join(top, 'long.pem'), `${root}${`${middle}`.repeat(27)}${root}`);
  const port = await freePort();
  const chain = ['-cert_chain', 'long.pem'];
  const expired = ['-cert', 'expired.pem', '-key', 'expired.key'];
  await compare(t, sServer(port, ...expired, ...chain), port, [
    { name: 'the whole list', subject: 'CN=old.valami.hu' },
  ]);
});

for (const version of ['1.2', '1.3'] as const) {
  t.test(`a certificate of ours is demanded in TLS ${version}`, { skip, buffered: true }, async (t) => {
    const port = await freePort();
    const flag = version === '1.2' ? '-tls1_2' : '-tls1_3';
    const demanding = sServer(
      port,
      flag,
      '-Verify',
      '1',
      ...withCertificate('mail-ec.pem'),
      '-cert_chain',
      'middle.pem',
    );
    await compare(t, demanding, port, [{ name: 'without one', subject: 'CN=mail.valami.hu' }]);
  });
}

t.test('a stapled response', { skip, buffered: true }, async (t) => {
  const ocsp = ['ocsp', '-index', 'index.txt', '-rsigner', 'middle.pem', '-rkey', 'middle.key', '-CA', 'middle.pem'];
  writeFileSync(join(top, 'index.txt'), '');
  const about = ['-issuer', 'middle.pem', '-cert', 'mail-ec.crt', '-respout', 'staple.der'];
  const answered = run('openssl', [...ocsp, ...about], { cwd: top });
  t.equal(answered.status, 0, answered.stderr);
  const port = await freePort();
  const stapling = sServer(port, ...withCertificate('mail-ec.pem'), '-status_file', 'staple.der');
  const running = await startServer(stapling, port, { cwd: top });
  try {
    const result = await runBeside('cert-fetch', ['-q', '--staple', 'fetched.der', `127.0.0.1:${port}`], { cwd: top });
    t.match(result, { status: 0, stderr: '' });
    t.equal(run('cmp', ['staple.der', 'fetched.der'], { cwd: top }).status, 0);
  } finally {
    await running.stop();
  }
});

const names = { theirs: ['-servername', 'alma.valami.hu'], ours: ['--servername', 'alma.valami.hu'] };
/** A server with two names, and both kinds of keys for each. */
const questions: readonly Question[] = [
  { name: 'the default', subject: 'CN=mail.valami.hu', theirs: ['-noservername'] },
  { name: 'by name', subject: 'CN=alma.valami.hu', ...names },
];
const kinds = (name: string): Question[] =>
  isStandalone
    ? []
    : (['rsa', 'ecdsa'] as const).map((kind) => ({
        name: `${name}, ${kind}`,
        ours: ['--key-type', kind, ...names.ours],
        theirs: [...names.theirs, '-sigalgs', kind === 'rsa' ? 'RSA-PSS+SHA256' : 'ECDSA+SHA256'],
        subject: 'CN=alma.valami.hu',
      }));

const nginx = findProgram('nginx');
t.test(
  'nginx: a name and a kind of key pick the certificate',
  { skip: skip || (nginx === undefined && 'nginx is not installed'), buffered: true },
  async (t) => {
    const directory = join(top, 'nginx');
    mkdirSync(directory);
    const port = await freePort();
    const site = (name: string, options: string) => `
    server {
      listen 127.0.0.1:${port} ssl ${options};
      server_name ${name}.valami.hu;
      ${['rsa', 'ec'].map((kind) => `ssl_certificate ${top}/${name}-${kind}.pem; ssl_certificate_key ${top}/${name}-${kind}.key;`).join('\n')}
    }`;
    writeFileSync(
      join(directory, 'nginx.conf'),
      `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} pid ${directory}/nginx.pid; error_log stderr; events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${directory}/tmp;`).join('\n')}
      ${site('mail', 'default_server')} ${site('alma', '')}
    }\n`,
    );
    const command = ['nginx', '-e', 'stderr', '-p', directory, '-c', 'nginx.conf'];
    await compare(t, command, port, [...questions, ...kinds('by kind')], directory);
  },
);

const haproxy = findProgram('haproxy');
t.test(
  'haproxy: a list of certificates',
  { skip: skip || (haproxy === undefined && 'haproxy is not installed'), buffered: true },
  async (t) => {
    const directory = join(top, 'haproxy');
    mkdirSync(directory);
    const port = await freePort();
    writeFileSync(join(directory, 'list'), `${top}/mail-ec.pem\n${top}/alma-ec.pem alma.valami.hu\n`);
    writeFileSync(
      join(directory, 'haproxy.cfg'),
      `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend test
  bind 127.0.0.1:${port} ssl crt-list ${directory}/list
  http-request return status 200
`,
    );
    await compare(t, ['haproxy', '-db', '-f', 'haproxy.cfg'], port, questions, directory);
  },
);
