import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { configure, makeFolders, type Server, type Site, servers, whyNot } from '../support/real-servers.js';
import { ask, freePort, startServer } from '../support/servers.js';
import { findProgram, run } from '../support/session.js';
import { some } from '../support/whole.js';

/**
 * The real servers load what pem-merge --for them writes, for RSA and EC, with an intermediate and, where they take them
 * from there, with parameters; clients that trust only the root connect. Each runs on loopback with a configuration of its own, as the user of the test or, where the
 * server insists on changing users, as root.
 */
const host = 'mail.valami.hu';

const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn Middle -K middle.key -o middle.csr
  csr-sign -q --profile ca --ca root.pem --ca-key root.key middle.csr -o middle.pem
  csr-gen -q -n ec:P-256 --cn ${host} -K ec.key -o ec.csr
  csr-sign -q --ca middle.pem --ca-key middle.key ec.csr -o ec.pem
  csr-gen -q --cn ${host} -K rsa.key -o rsa.csr
  csr-sign -q --ca middle.pem --ca-key middle.key rsa.csr -o rsa.pem
`;

// Sockets have short names: not below the folder of the test. Servers that change users must be able to walk in.
const top = mkdtempSync(join(tmpdir(), 'pkiutils-'));
chmodSync(top, 0o755);
t.teardown(() => rmSync(top, { recursive: true, force: true }));
const openssl = findProgram('openssl');
const parameters =
  openssl === undefined
    ? ''
    : `${openssl} genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh.pem
       ${openssl} ecparam -name prime256v1 -out curve.pem`;
const made = run('sh', ['-e', '-c', `${workshop}\n${parameters}`], { cwd: top });
if (made.status !== 0) throw new Error(made.stderr);

const backend = createServer((_, response) => response.end('ok'));
t.before(async () => {
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
});
t.teardown(() => backend.close());
const portOf = (server: HttpServer): number => {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
};

t.jobs = 4;
for (const [turn, server] of servers.entries()) {
  const skip = whyNot(server, ['openssl', 'curl']);
  t.test(`${server.name} loads what pem-merge --for ${server.name} writes`, { skip, buffered: true }, async (t) => {
    const ways: readonly Way[] = ['rsa', 'ec', ...(server.takesTwoFiles ? (['ec-split'] as const) : [])];
    for (const way of some(ways, 2, turn)) {
      const site = await prepare(server, way);
      const running = await startServer(server.command(site), site.port, {
        cwd: site.directory,
        env: server.env?.(site),
      });
      try {
        const seen = await sClient(server, site);
        t.match(
          seen.stdout,
          /\n 0 s:CN = mail.valami.hu\n(?:.*\n)*.*Verify return code: 0 \(ok\)/,
          `${way}: openssl s_client`,
          {
            seen,
            words: running.words(),
          },
        );
        t.match(seen.stdout, /\n 1 s:CN = Middle\n/, `${way}: the chain is sent`);
        t.notMatch(seen.stdout, /\n 2 s:/, `${way}: the root is not`);
        const fetched = await curl(server, site);
        t.equal(fetched.status, 0, `${way}: curl`, { fetched, words: running.words() });
      } finally {
        await running.stop();
      }
    }
  });
}

/** The kind of key, and whether key and certificate are in one file. */
type Way = 'rsa' | 'ec' | 'ec-split';

/** Lays out a folder for the server: its configuration and the merged file. */
async function prepare(server: Server, way: Way): Promise<Site> {
  const directory = join(top, `${server.name}-${way}`);
  makeFolders(directory);
  const isSplit = way === 'ec-split';
  const kind = way === 'rsa' ? 'rsa' : 'ec';
  const merged = join(directory, 'site');
  const how = isSplit ? ['--split', merged] : ['-o', `${merged}.pem`];
  const inputs = ['middle.pem', `${kind}.pem`, 'root.pem', 'dh.pem', 'curve.pem', `${kind}.key`];
  const result = run('pem-merge', ['-q', '--for', server.name, '--strict', ...how, ...inputs], { cwd: top });
  if (result.status !== 0 || result.stderr !== '') throw new Error(`pem-merge: ${result.stderr}`);
  const [key, certificate] = isSplit ? [`${merged}.key`, `${merged}.crt`] : [`${merged}.pem`, `${merged}.pem`];
  const site = { directory, port: await freePort(), key, certificate, backend: portOf(backend) };
  configure(server, site);
  return site;
}

function sClient({ protocol }: Server, { port }: Site) {
  const starttls = protocol === 'https' ? [] : ['-starttls', protocol];
  const verification = ['-CAfile', 'root.pem', '-verify_return_error', '-verify_hostname', host];
  const connection = ['-connect', `127.0.0.1:${port}`, '-servername', host, ...starttls];
  return ask('openssl', ['s_client', ...connection, ...verification], top);
}

/** Mail servers are asked for what they say before anybody logs in. */
function curl({ protocol }: Server, { port }: Site) {
  const question = protocol === 'https' ? [] : ['-X', protocol === 'pop3' ? 'CAPA' : 'NOOP'];
  const tls = protocol === 'https' ? [] : ['--ssl-reqd'];
  const where = ['--cacert', 'root.pem', '--resolve', `${host}:${port}:127.0.0.1`, `${protocol}://${host}:${port}/`];
  return ask('curl', ['-sS', '-m', '10', ...tls, ...question, ...where], top);
}
