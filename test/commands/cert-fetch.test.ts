import { spawn, spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import t, { type Test } from 'tap';
import { Tag } from '../../src/der/tag.js';
import { element } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { jsonLines } from '../support/json-lines.js';
import { listening } from '../support/loopback.js';
import { callOf, findProgram, isStandalone, type RunOptions, run, runBeside, session } from '../support/session.js';
import { make, makeCa } from '../support/test-ca.js';
import { isWhole } from '../support/whole.js';

/** cert-fetch against servers of this process. What servers there are, test/net/presented.test.ts says. */

const cwd = t.testdir();
const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn localhost -a localhost -K site.key |
    csr-sign -q -a localhost --ca root.pem --ca-key root.key -o site.pem
  csr-gen -q -n ec:P-256 --cn Client -K client.key |
    csr-sign -q --profile client --ca root.pem --ca-key root.key -o client.pem
`;
const made = run('sh', ['-e', '-c', workshop], { cwd });
if (made.status !== 0) throw new Error(made.stderr);
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const site = { key: read('site.key'), cert: `${read('site.pem')}${read('root.pem')}` };

const secure = (t: Test, options: TlsOptions = site): Promise<number> =>
  listening(
    t,
    createTlsServer(options, (socket) => socket.on('error', () => {}).end()).on('tlsClientError', () => {}),
  );

const fetched = (args: readonly string[], options: RunOptions = {}) =>
  runBeside('cert-fetch', args, { cwd, ...options });

t.test('PEM behind a line of text', async (t) => {
  const port = await secure(t);
  const { stdout, stderr, status } = await fetched([`localhost:${port}`]);
  const [line, ...pem] = stdout.split(/(?<=\n)/);
  t.match(line, new RegExp(`^# localhost:${port} \\[127.0.0.1\\]: TLSv1.3, TLS_AES_\\w+, 2 certificates\n$`));
  t.equal(pem.join(''), site.cert);
  t.same([stderr, status], ['', 0]);
  t.equal(run('cert-info', ['-f', 'subject'], { stdin: stdout }).stdout, 'CN=localhost\nCN=Root\n');
});

t.test('JSON', async (t) => {
  const port = await secure(t, { ...site, ALPNProtocols: ['h2'] });
  const { stdout } = await fetched(['--json', '--alpn', 'h2,http/1.1', `localhost:${port}`]);
  const [line = {}] = jsonLines(t, Buffer.from(stdout));
  const { certificates, cipher, ...rest } = line;
  t.same(rest, {
    type: 'server',
    source: `localhost:${port}`,
    index: 1,
    host: 'localhost',
    port,
    protocol: null,
    address: '127.0.0.1',
    tls_version: 'TLSv1.3',
    alpn: 'h2',
    verified: null,
    stapled_response: null,
    scts: [],
  });
  t.match(cipher, /^TLS_/);
  t.equal([certificates].flat().join(''), site.cert);
  t.equal(
    run('cert-info', ['-f', 'subject'], { stdin: stdout }).stdout,
    'CN=localhost\nCN=Root\n',
    'cert-info reads it',
  );
});

t.test('timestamps of the logs, as the certificate has them', async (t) => {
  const log = 'ab'.repeat(32);
  // RFC 6962 3.2: version 0, the log, 2026-06-01T00:00:00Z in milliseconds, no extensions, no signature.
  const list = Buffer.from(`002d002b00${log}${Date.UTC(2026, 5, 1).toString(16).padStart(16, '0')}0000`, 'hex');
  const root = makeCa('Root');
  const extensions = { '1.3.6.1.4.1.11129.2.4.2': { value: element(Tag.octetString, list) } };
  const leaf = make('localhost', root, { names: ['localhost'], extensions });
  const key = leaf.key.export({ type: 'pkcs8', format: 'pem' });
  const port = await secure(t, { key, cert: encodePem('CERTIFICATE', leaf.der) });
  const [line] = jsonLines(t, (await fetched(['--json', `localhost:${port}`])).bytes);
  t.same(line?.['scts'], [{ log_id: log, time: '2026-06-01T00:00:00.000Z' }]);
});

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
t.test('IPv6', { skip: hasIpv6 ? false : 'this machine has no ::1' }, async (t) => {
  const server = createTlsServer(site, (socket) => socket.on('error', () => {}).end());
  const port = await listening(t, server, '::1');
  const { status, stdout } = await fetched(['--json', `[::1]:${port}`]);
  t.equal(status, 0);
  t.match(JSON.parse(stdout), { host: '::1', address: '::1', port });
});

t.test('pins and TLSA records', async (t) => {
  const port = await secure(t);
  const spki = new X509Certificate(site.cert).publicKey.export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(spki);
  const pin = `sha256//${hash.copy().digest('base64')}`;
  const data = `IN TLSA 3 1 1 ${hash.digest('hex')}`;
  t.equal((await fetched(['--pin', `localhost:${port}`])).stdout, `${pin}\n`);
  t.equal(
    (await fetched(['--pin', `localhost:${port}`, `127.0.0.1:${port}`])).stdout,
    `localhost:${port}\t${pin}\n127.0.0.1:${port}\t${pin}\n`,
  );
  t.equal((await fetched(['--tlsa', `localhost:${port}`])).stdout, `_${port}._tcp.localhost. ${data}\n`);
  t.equal((await fetched(['--tlsa=25', `localhost:${port}`])).stdout, `_25._tcp.localhost. ${data}\n`);
  t.match(await fetched(['--tlsa', `127.0.0.1:${port}`]), {
    status: 2,
    stdout: '',
    stderr: `cert-fetch: 127.0.0.1:${port}: an IP address has no TLSA record\nhint: ask the server by its name\n`,
  });
});

t.test('many hosts: in order, around those that fail', async (t) => {
  const slow = createTlsServer({
    ...site,
    SNICallback: (_, done) => {
      setTimeout(() => done(null), 300);
    },
  });
  const ports = [await listening(t, slow), await secure(t), await secure(t)];
  const closed = createServer();
  const refusing = await listening(t, closed);
  closed.close();
  writeFileSync(
    join(cwd, 'hosts'),
    `# a comment\nlocalhost:${ports[0]}\n\nlocalhost:${refusing}\r\n  localhost:${ports[1]}\na b\n`,
  );
  const expected = {
    status: 2,
    stderr: [
      `cert-fetch: localhost:${refusing}: 127.0.0.1:${refusing}: connection refused`,
      'cert-fetch: hosts: line 6: not a host: holds a space',
      '',
    ].join('\n'),
  };
  const linesOf = (stdout: string) => [...stdout.matchAll(/^# localhost:(\d+)/gm)].map(([, port]) => Number(port));
  const result = await fetched(['-j', '2', '-f', 'hosts', `localhost:${ports[2]}`]);
  t.match(result, expected);
  t.same(linesOf(result.stdout), [ports[2], ports[0], ports[1]]);
  const piped = await fetched([], { stdin: read('hosts') });
  t.match(piped, { ...expected, stderr: expected.stderr.replace('hosts: line', '-: line') });
  t.same(linesOf(piped.stdout), [ports[0], ports[1]]);
  const quiet = await fetched(['-q', '-f', 'hosts']);
  t.match(quiet, { ...expected, stdout: '' });
});

t.test('a list of hosts of which two in a hundred are broken', async (t) => {
  const port = await secure(t);
  const closed = createServer();
  const refusing = await listening(t, closed);
  closed.close();
  const isBroken = (i: number): boolean => i % 50 === 7;
  const indices = Array.from({ length: isWhole ? 1000 : 150 }, (_, i) => i + 1);
  const list = indices.map((i) => `localhost:${isBroken(i) ? refusing : port}\n`).join('');
  const { status, bytes, stderr } = await fetched(['--json', '-j', '16', '-f', '-'], { stdin: list });
  t.equal(status, 2);
  const answered = jsonLines(t, bytes).map(({ index }) => index);
  t.same(
    answered,
    indices.filter((i) => !isBroken(i)),
    'an answer a host, in order',
  );
  const refused = new RegExp(`^cert-fetch: localhost:${refusing}: .*: connection refused$`);
  const said = stderr.trimEnd().split('\n');
  t.equal(said.length, indices.filter(isBroken).length);
  for (const line of said) t.match(line, refused);
});

const unshare = findProgram('unshare');
const ownMounts = process.geteuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
const canMount = unshare !== undefined && spawnSync(unshare, [...ownMounts, 'true']).status === 0;

/** A listener at 127.0.0.3 that is stopped, its queue full: who connects gets no answer. Gives its port. */
async function unanswering(t: Test): Promise<number> {
  const listen = "this.address().port + '\\n'";
  const program = `require('net').createServer().listen({ port: 0, host: '127.0.0.3', backlog: 1 }, function () { process.stdout.write(${listen}) })`;
  const child = spawn(...callOf('node', ['-e', program]), { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [port] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const sockets = Array.from({ length: 8 }, () => connect(Number(port), '127.0.0.3').on('error', () => {}));
  t.teardown(() => sockets.map((socket) => socket.destroy()));
  await Promise.race(sockets.map((socket) => once(socket, 'connect')));
  return Number(port);
}

t.test('a name with several addresses', { skip: !canMount && 'mounts need rights that are not there' }, async (t) => {
  const port = await unanswering(t);
  const server = createTlsServer(site, (socket) => socket.on('error', () => {}).end());
  await listening(t, server, '127.0.0.1', port);
  // The resolver may put the addresses of a name in an order of its own: the good one is the lower once, and once the upper.
  const second = createTlsServer(site, (socket) => socket.on('error', () => {}).end());
  await listening(t, second, '127.0.0.5', port);
  const names = {
    refused: ['::1', '127.0.0.2', '127.0.0.1'],
    'refused-last': ['127.0.0.2', '127.0.0.5'],
    silent: ['127.0.0.3', '127.0.0.1'],
    'silent-last': ['127.0.0.3', '127.0.0.5'],
    none: ['127.0.0.2', '127.0.0.4'],
  };
  const hosts = Object.entries(names).flatMap(([name, addresses]) =>
    addresses.map((address) => `${address} ${name}\n`),
  );
  writeFileSync(join(cwd, 'etc-hosts'), hosts.join(''));
  const script = 'mount --bind etc-hosts /etc/hosts && exec cert-fetch "$@"';
  const args = [...ownMounts, 'sh', '-c', script, 'sh', ...Object.keys(names).map((name) => `${name}:${port}`)];
  const { status, stdout, stderr } = await runBeside('unshare', args, { cwd });
  t.equal(status, 2);
  t.same(
    [...stdout.matchAll(/^# ([\w-]+):\d+ \[([\d.]+)\]/gm)].map(([, name, address]) => `${name} ${address}`),
    ['refused 127.0.0.1', 'refused-last 127.0.0.5', 'silent 127.0.0.1', 'silent-last 127.0.0.5'],
    'the address that answers is taken',
  );
  const refusals = names.none.map((address) => `${address}:${port}: connection refused`);
  t.equal(stderr, `cert-fetch: none:${port}: ${refusals.join('; ')}\n`, 'none does: each is named');
});

const script = findProgram('script');
t.test('progress on a terminal', { skip: script ? false : 'script is not installed' }, async (t) => {
  const slow = createTlsServer({ ...site, SNICallback: (_, done) => void setTimeout(() => done(null), 150) });
  const port = await listening(t, slow);
  writeFileSync(join(cwd, 'slow'), `localhost:${port}\n`.repeat(6));
  const line = 'cert-fetch -j 1 -f slow > fetched.pem';
  const { status, stdout } = await runBeside('script', ['-qec', line, '/dev/null'], { cwd });
  t.equal(status, 0);
  t.match(stdout, /\r\x1b\[K[2-6] hosts, [\d.]+\/s/, 'how far it is');
  t.match(stdout, /\r\x1b\[K$/, 'and gone in the end');
  t.equal(read('fetched.pem').match(/^# localhost/gm)?.length, 6, 'the file has the answers alone');
});

t.test('a file', async (t) => {
  const port = await secure(t);
  t.match(await fetched(['-o', 'out.pem', `localhost:${port}`, 'localhost:1']), { status: 2, stdout: '' });
  t.match(read('out.pem'), `2 certificates\n${site.cert}`, 'who answered is in it');
  t.match(await fetched(['-o', 'out.pem', 'localhost:1']), { status: 2 });
  t.match(read('out.pem'), '2 certificates', 'where none did, it stays as it was');
});

t.test('the stapled response', async (t) => {
  const server = createTlsServer(site, (socket) => socket.on('error', () => {}).end());
  server.on('OCSPRequest', (_, __, done: (error: null, response: Buffer) => void) =>
    done(null, Buffer.from('0\x01\n')),
  );
  const stapling = await listening(t, server);
  const port = await secure(t);
  if (isStandalone) {
    t.match(await fetched(['-q', '--staple', 'staple.der', `localhost:${stapling}`]), {
      status: 2,
      stderr: 'cert-fetch: this runtime is not told of stapled OCSP responses\nhint: use Node.js for it\n',
    });
    return;
  }
  t.match(await fetched(['-q', '--staple', 'staple.der', `localhost:${stapling}`]), { status: 0, stderr: '' });
  t.equal(read('staple.der'), '0\x01\n');
  t.equal(JSON.parse((await fetched(['--json', `localhost:${stapling}`])).stdout).stapled_response, 'MAEK');
  t.match(await fetched(['-q', '--staple', 'none.der', `localhost:${port}`]), {
    status: 2,
    stderr: `cert-fetch: localhost:${port}: the server staples no OCSP response\n`,
  });
  t.notOk(existsSync(join(cwd, 'none.der')));
});

t.test('a certificate of ours', async (t) => {
  const seen: string[] = [];
  // In TLS 1.3 we are through before the server has read our certificate, and gone before it says so.
  const demanding: TlsOptions = { ...site, requestCert: true, ca: read('root.pem'), maxVersion: 'TLSv1.2' };
  const server = createTlsServer(demanding, (socket) => {
    seen.push(String(socket.getPeerCertificate().subject.CN));
    socket.on('error', () => {}).end();
  });
  const host = `localhost:${await listening(t, server)}`;
  t.match(await fetched(['-q', '--cert', 'client.pem', '--key', 'client.key', host]), { status: 0, stderr: '' });
  writeFileSync(join(cwd, 'both.pem'), `${read('root.pem')}${read('client.key')}${read('client.pem')}`);
  t.match(await fetched(['-q', '--cert', 'both.pem', host]), { status: 0, stderr: '' });
  t.same(seen, ['Client', 'Client']);
  t.match(await fetched(['--cert', 'client.pem', '--key', 'site.key', host]), {
    status: 2,
    stderr: 'cert-fetch: the key in site.key belongs to no certificate in client.pem\n',
  });
});

t.test('through a proxy', async (t) => {
  const port = await secure(t);
  const asked: string[] = [];
  const proxy = createHttpServer().on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url ?? '');
    if (request.url?.startsWith('no.')) {
      socket.end('HTTP/1.1 403 Not Today\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
  });
  const HTTPS_PROXY = `http://127.0.0.1:${await listening(t, proxy)}`;
  const viaEnvironment = await fetched(['mail.valami.hu', 'no.valami.hu:25'], { env: { HTTPS_PROXY } });
  t.match(viaEnvironment, {
    status: 2,
    stdout: /^# mail.valami.hu:443 \[127.0.0.1\]: TLS/,
    stderr: `cert-fetch: no.valami.hu:25: proxy ${HTTPS_PROXY.slice(7)}: it says 403 Not Today\n`,
  });
  t.match(await fetched(['-q', '--proxy', HTTPS_PROXY, 'mail.valami.hu']), { status: 0 });
  t.same(asked, ['mail.valami.hu:443', 'no.valami.hu:25', 'mail.valami.hu:443']);
  const direct = ['-q', `localhost:${port}`];
  t.match(
    await fetched(direct, { env: { HTTPS_PROXY: 'http://127.0.0.1:1' } }),
    { status: 0 },
    'loopback is reached directly',
  );
  const unproxied = await fetched(['--no-proxy', 'no.such.host.invalid'], { env: { HTTPS_PROXY } });
  t.match(unproxied, { status: 2, stderr: /^cert-fetch: no\.such\.host\.invalid: / });
  t.equal(asked.length, 3);
});

t.test('versions and kinds of keys', { skip: isStandalone && 'its TLS has no such choice' }, async (t) => {
  const port = await secure(t, { ...site, maxVersion: 'TLSv1.2' });
  t.match(await fetched(['--tls', '1.2', '--key-type', 'ecdsa', `localhost:${port}`]), {
    status: 0,
    stdout: 'TLSv1.2',
  });
  t.match(await fetched(['--key-type', 'rsa', `localhost:${port}`]), {
    status: 2,
    stderr: `cert-fetch: localhost:${port}: the server ended the TLS handshake: alert handshake failure\n`,
  });
});

t.test('mistakes in the call', async (t) => {
  session(
    t,
    cwd,
    `
    $ cert-fetch https://valami.hu/ valami.hu:0 '[::x]:25' 'fe80::1%eth0'
    2> cert-fetch: https://valami.hu/: not a host: a URL is no host name
    2> hint: the name alone: valami.hu
    2> cert-fetch: valami.hu:0: port 0 is not from 1 to 65535
    2> cert-fetch: [::x]:25: ::x is no IPv6 address
    2> cert-fetch: fe80::1%eth0: not a host: holds ":"
    ? 2
    $ cert-fetch -s smpt valami.hu
    2> /^cert-fetch: --starttls: smpt is none of smtp, lmtp, .*sieve, tls$/
    2> hint: did you mean smtp?
    ? 2
    $ cert-fetch --tls 1.4 valami.hu
    2> cert-fetch: --tls: 1.4 is none of 1.0, 1.1, 1.2, 1.3
    2> /hint: did you mean 1\\..\\?/
    ? 2
    $ cert-fetch --timeout 5 valami.hu
    2> cert-fetch: --timeout: 5 is not a duration
    2> hint: a number and s, h, d or w, for example 10s
    ? 2
    $ cert-fetch --timeout 5m valami.hu
    2> cert-fetch: --timeout: 5m is not a duration
    2> hint: m could be minutes or months: use s, h, d, w
    ? 2
    $ cert-fetch --timeout 0s valami.hu
    2> cert-fetch: --timeout: 0s is not between 1s and 24d
    ? 2
    $ cert-fetch -j 0 valami.hu
    2> cert-fetch: --jobs: 0 is not a number from 1 to 256
    ? 2
    $ cert-fetch --alpn h2, valami.hu
    2> cert-fetch: --alpn: not a list of protocols
    2> hint: for example --alpn h2,http/1.1
    ? 2
    $ cert-fetch --proxy socks5://u:secret@proxy valami.hu
    2> cert-fetch: --proxy: a SOCKS proxy is none of http and https
    2> hint: name an HTTP proxy
    ? 2
    $ cert-fetch --staple a.der valami.hu valami.hu
    2> cert-fetch: --staple is for one host, given as an operand
    ? 2
    $ cert-fetch --pin --json valami.hu
    2> cert-fetch: --pin and --json exclude each other
    ? 2
    $ cert-fetch --key site.key valami.hu
    2> cert-fetch: --key needs --cert, the certificate it belongs to
    ? 2
    $ cert-fetch -f missing
    2> cert-fetch: missing: no such file or directory
    ? 2
    $ cert-fetch </dev/null
    $ cert-fetch localhost:1
    2> cert-fetch: localhost:1: 127.0.0.1:1: connection refused
    ? 2
  `,
  );
});
