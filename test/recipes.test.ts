import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { freePort, startServer } from './support/servers.js';
import { binDirectory, findProgram, run, session } from './support/session.js';
import { isWhole } from './support/whole.js';

/** The recipes of pkiutils(7), as they stand there. */
const recipes = new Map(
  [
    ...readFileSync(new URL('../man/pkiutils.7', import.meta.url), 'utf8').matchAll(
      /^\.\\" recipe: (\w+)\n\.Bd .*\n([\s\S]*?)^\.Ed$/gm,
    ),
  ].map(([, name = '', text = '']) => [name, text.replaceAll('\\e', '\\')]),
);

const openssl = findProgram('openssl');

/** The size of the pieces the recipe for GNU parallel cuts the input into; a smaller piece where people wait. */
const block = isWhole ? '8M' : '100K';

/** Runs a recipe; `bin/` in the directory stands for programs of the system. */
function cook(cwd: string, name: string, env: Record<string, string> = {}, place = '127.0.0.1:1') {
  // Our own machine stands for others.
  const recipe = recipes
    .get(name)
    ?.replace('host1,host2', ':')
    .replace('mail.valami.hu:465', place)
    .replace('--block 8M', `--block ${block}`);
  if (recipe === undefined) throw new Error(`pkiutils(7) has no recipe ${name}`);
  const PATH = `${cwd}/bin:${binDirectory}:${process.env['PATH']}`;
  return run('sh', ['-c', recipe], { cwd, env: { ...env, PATH, HOME: cwd } });
}

const office = t.testdir();
session(
  t,
  office,
  `
  $ csr-gen --cn Local-CA --ca --self-sign 3650 -n ec -K ca.key -o ca.pem
  $ csr-gen --cn mail.valami.hu -a '*.valami.hu' -n ec -K mail.key > mail.csr
  $ csr-sign --ca ca.pem --ca-key ca.key -o long.crt mail.csr
  $ csr-sign --ca ca.pem --ca-key ca.key --days 10 -o short.crt mail.csr
  `,
);

/** A folder with a CA, a request, and two certificates: one that is due in ten days. */
function directory(t: Test, transcript = ''): string {
  const cwd = t.testdir({ tls: {}, requests: {}, sites: {}, parts: {}, bin: {} });
  for (const name of readdirSync(office)) copyFileSync(join(office, name), join(cwd, name));
  session(t, cwd, transcript);
  return cwd;
}

t.test('watch a directory', async (t) => {
  const cwd = directory(t, '$ cp long.crt tls/a.pem');
  t.match(cook(cwd, 'watch'), { status: 0, stdout: '', stderr: '' }, 'all is well: nothing is said');
  session(t, cwd, '$ cp short.crt tls/b.pem');
  t.match(
    cook(cwd, 'watch'),
    { status: 1, stdout: /^tls\/b\.pem\tmail\.valami\.hu, \*\.valami\.hu\t9\n$/ },
    'what expires',
  );
});

t.test('watch servers', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const cwd = directory(t, '$ cp short.crt mail.crt');
  const port = await freePort();
  const command = [
    'openssl',
    's_server',
    '-quiet',
    '-accept',
    `127.0.0.1:${port}`,
    '-cert',
    'mail.crt',
    '-key',
    'mail.key',
  ];
  const server = await startServer(command, port, { cwd });
  t.teardown(() => server.stop());
  const place = `127.0.0.1:${port}`;
  writeFileSync(join(cwd, 'hosts'), `# mail\n${place}\n`);
  t.match(cook(cwd, 'served'), { status: 1, stdout: /^mail\.valami\.hu, \*\.valami\.hu\t.*Z\n$/, stderr: '' });
  t.match(cook(cwd, 'reloaded', {}, place), { status: 0, stdout: '', stderr: '' });
  session(t, cwd, '$ cp long.crt mail.crt');
  t.match(cook(cwd, 'reloaded', {}, place), { status: 1, stdout: /^1c1\n< / });
});

t.test('ask of servers what clients ask', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const [lists, port] = [await freePort(), await freePort()];
  const url = `http://localhost:${lists}/ca.crl`;
  const sign = `csr-gen --cn localhost -a localhost -k mail.key | csr-sign -q --ca ca.pem --ca-key ca.key --crl-url ${url}`;
  const cwd = directory(t, `$ ${sign} > mail.crt && crl-gen -q --ca ca.pem --ca-key ca.key --der -o ca.crl`);
  const serve = `require('http').createServer((_, answer) => answer.end(require('fs').readFileSync('ca.crl'))).listen(${lists})`;
  const server = await startServer([process.execPath, '-e', serve], lists, { cwd });
  t.teardown(() => server.stop());
  const tls = ['s_server', '-quiet', '-accept', String(port), '-cert', 'mail.crt', '-cert_chain', 'ca.pem'];
  const served = await startServer(['openssl', ...tls, '-key', 'mail.key'], port, { cwd });
  t.teardown(() => served.stop());
  const host = `localhost:${port}`;
  writeFileSync(join(cwd, 'hosts'), `${host}\n`);
  const trusted = { SSL_CERT_FILE: 'ca.pem' };
  t.match(cook(cwd, 'asked', trusted), { status: 0, stdout: '', stderr: '' }, 'all is well');
  t.match(cook(cwd, 'asked', { SSL_CERT_FILE: 'mail.csr' }), { stdout: `${host}\n` }, 'not trusted');
  session(t, cwd, '$ crl-gen -q --ca ca.pem --ca-key ca.key --from ca.crl --der -o ca.crl mail.crt');
  t.match(cook(cwd, 'asked', trusted), { stdout: `${host}\n` }, 'revoked');
});

t.test('fail a pipeline', async (t) => {
  const cwd = directory(t, '$ cp mail.csr requests/good.csr');
  t.match(cook(cwd, 'gate'), { status: 0, stdout: '' });
  session(t, cwd, '$ csr-gen --cn server.internal -n ec -K bad.key > requests/bad.csr');
  t.equal(cook(cwd, 'gate').status, 1);
  const verdicts = readFileSync(join(cwd, 'findings.json'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { source: string; verdict: string });
  t.same(
    verdicts.map(({ source, verdict }) => [source, verdict]),
    [
      ['requests/bad.csr', 'refuse'],
      ['requests/good.csr', 'accept'],
    ],
  );
});

t.test('renew and reload', async (t) => {
  const cwd = directory(
    t,
    `$ csr-sign --ca ca.pem --ca-key ca.key --days 40 mail.csr | pem-merge -q --for haproxy mail.key - ca.pem -o mail.pem`,
  );
  writeFileSync(join(cwd, 'bin/systemctl'), '#!/bin/sh\necho "systemctl $*"\n');
  chmodSync(join(cwd, 'bin/systemctl'), 0o755);
  const before = readFileSync(join(cwd, 'mail.pem'), 'utf8');
  t.match(cook(cwd, 'renew'), { status: 0, stdout: '' }, 'not yet');
  t.equal(readFileSync(join(cwd, 'mail.pem'), 'utf8'), before);
  session(
    t,
    cwd,
    `$ csr-sign --ca ca.pem --ca-key ca.key --days 20 mail.csr | pem-merge -q --for haproxy mail.key - ca.pem -o mail.pem`,
  );
  const renewed = cook(cwd, 'renew');
  t.match(renewed, { status: 0, stdout: 'systemctl reload haproxy\n' }, 'due', { stderr: renewed.stderr });
  t.equal(run('cert-info', ['-f', 'days_left', 'mail.pem'], { cwd }).stdout.includes('89'), true);
  writeFileSync(join(cwd, 'mail.pem'), 'damaged');
  t.match(cook(cwd, 'renew'), { stdout: '' }, 'an error is no reason to renew');
});

t.test('virtual hosts', async (t) => {
  const cwd = directory(t, '$ cp long.crt mail.crt');
  writeFileSync(join(cwd, 'sites/a.conf'), 'server {\n  server_name mail.valami.hu alma.valami.hu;\n}\n');
  t.match(cook(cwd, 'hosts'), { status: 0, stdout: '' });
  writeFileSync(join(cwd, 'sites/b.conf'), 'server {\n  server_name jonatan.alma.valami.hu;\n}\n');
  t.match(cook(cwd, 'hosts'), { status: 1, stdout: 'jonatan.alma.valami.hu\n' });
});

t.test('the summary of a job', async (t) => {
  const cwd = directory(t, '$ cp short.crt tls/a.pem');
  t.equal(cook(cwd, 'summary', { GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') }).status, 1);
  const lines = readFileSync(join(cwd, 'summary.md'), 'utf8').split('\n');
  t.equal(lines[0], '| certificate | valid until | days left | status | issuer | source |');
  t.match(
    lines[2],
    /^\| `mail\.valami\.hu`, `\*\.valami\.hu` \| \d{4}-\d\d-\d\d \| 9 \| valid \| `Local-CA` \| `tls\/a\.pem` \|$/,
  );
  const made = run('csr-gen', ['--cn', 'a|b`<i>', '--ca', '--self-sign', '10', '-n', 'ec', '-K', 'x.key'], { cwd });
  const { stdout } = run('cert-info', ['--markdown', '--at', '2100-01-01'], { cwd, stdin: made.stdout });
  t.match(
    stdout.split('\n')[2],
    /^\| `a\\\|b'<i>` \| \S+ \| -\d+ \| \*\*expired\*\* \|/,
    'what is in certificates stays text',
  );
});

t.test('suspend and revoke, serve the list, watch statuses', async (t) => {
  const cwd = directory(t, '$ cp long.crt mail.crt && mkdir htdocs');
  t.match(cook(cwd, 'life'), { status: 0, stdout: /^mail\.crt: CN=mail\.valami\.hu: suspended, since / });
  session(
    t,
    cwd,
    `
    $ cert-info --json ca.crl | jq -c '[.number, [.revoked[].reason]]'
    ["04",["keyCompromise"]]
    $ cp ca.crl htdocs && mkdir cache && cp mail.crt tls/a.pem
    `,
  );
  t.match(cook(cwd, 'list'), { status: 0, stdout: '', stderr: '' });
  session(t, cwd, '$ openssl crl -inform DER -in htdocs/ca.crl -noout -CAfile ca.pem\n2> verify OK');
  t.match(cook(cwd, 'statuses'), { status: 0, stdout: 'tls/a.pem: unknown\n' }, 'it names no list');
});

const parallel = findProgram('parallel');
t.test('GNU parallel', { skip: parallel ? false : 'GNU parallel is not installed' }, async (t) => {
  const cwd = directory(t, '$ cp long.crt mail.crt');
  const one = readFileSync(join(cwd, 'mail.crt'), 'utf8') + readFileSync(join(cwd, 'ca.pem'), 'utf8');
  // More than two blocks.
  const pairs = Math.ceil((2.5 * (isWhole ? 8_000_000 : 100_000)) / one.length);
  writeFileSync(join(cwd, 'all.pem'), one.repeat(pairs));
  mkdirSync(join(cwd, '.parallel'));
  writeFileSync(join(cwd, '.parallel/will-cite'), '');
  t.match(cook(cwd, 'parallel'), { status: 0, stderr: '' });
  const fingerprints = (json: string) => (json.match(/"sha256":"[0-9a-f]{64}"/g) ?? []).join('\n');
  const alone = run('cert-info', ['--json', 'all.pem'], { cwd });
  const together = readFileSync(join(cwd, 'all.json'), 'utf8');
  t.equal(together.split('\n').length, 2 * pairs + 1, 'a line each');
  t.ok(fingerprints(together) === fingerprints(alone.stdout), 'the same certificates in the same order');
  const names = cook(cwd, 'sshlogin');
  t.equal(names.status, 0, names.stderr);
  t.ok(readFileSync(join(cwd, 'names'), 'utf8') === 'mail.valami.hu\n*.valami.hu\n'.repeat(pairs), 'with --sshlogin');

  session(t, cwd, '$ for i in 1 2 3; do cp ca.pem parts/$i.pem; done');
  t.match(cook(cwd, 'machines'), { status: 0, stdout: '', stderr: '' });
  session(t, cwd, '$ cat parts/*.json | wc -l\n3');
});

t.test('xargs', async (t) => {
  const cwd = directory(t);
  session(
    t,
    cwd,
    `
    $ for i in 1 2 3 4 5 6; do cp ca.pem parts/$i.pem; done
    `,
  );
  t.match(cook(cwd, 'xargs'), { status: 0, stdout: '', stderr: '' });
  session(
    t,
    cwd,
    `
    $ cat parts/*.json | wc -l
    6
    `,
  );
});
