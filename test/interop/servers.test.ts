import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { ask, freePort, startServer } from '../support/servers.js';
import { findProgram, run } from '../support/session.js';

/**
 * The real servers load what pem-merge --for them writes, for RSA and EC, with an intermediate and, where they take them
 * from there, with parameters; clients that trust only the root connect. Each runs on loopback with a configuration of its own, as the user of the test or, where the
 * server insists on changing users, as root.
 */
interface Site {
  readonly directory: string;
  readonly port: number;
  /** Files of key and certificates: one and the same, or PREFIX.key and PREFIX.crt. */
  readonly key: string;
  readonly certificate: string;
  /** The port of a web server without TLS, for those that only wrap. */
  readonly backend: number;
}

interface Server {
  readonly name: string;
  readonly program: string;
  /** How s_client and curl talk to it. */
  readonly protocol: 'https' | 'smtp' | 'imap' | 'pop3';
  readonly needsRoot?: true;
  /** The user who opens the file, where that is not the one who starts the server. */
  readonly owner?: string;
  /** True when key and certificate can be in two files: then --split is tried too. */
  readonly takesTwoFiles?: true;
  /** Configuration files by name. */
  files(site: Site): Readonly<Record<string, string>>;
  command(site: Site): readonly string[];
  env?(site: Site): Readonly<Record<string, string>>;
}

const isRoot = process.getuid?.() === 0;

const servers: readonly Server[] = [
  {
    name: 'haproxy',
    program: 'haproxy',
    protocol: 'https',
    files: ({ port, certificate }) => ({
      'haproxy.cfg': `
        defaults
          mode http
          timeout client 5s
          timeout server 5s
          timeout connect 5s
        frontend test
          bind 127.0.0.1:${port} ssl crt ${certificate}
          http-request return status 200 content-type text/plain string ok
      `,
    }),
    command: () => ['haproxy', '-db', '-f', 'haproxy.cfg'],
  },
  {
    name: 'nginx',
    program: 'nginx',
    protocol: 'https',
    takesTwoFiles: true,
    files: ({ directory, port, key, certificate }) => ({
      'nginx.conf': `
        daemon off;
        ${isRoot ? 'user root;' : ''}
        pid ${directory}/nginx.pid;
        error_log stderr;
        events {}
        http {
          access_log off;
          ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${directory}/tmp;`).join('\n')}
          server {
            listen 127.0.0.1:${port} ssl;
            ssl_certificate ${certificate};
            ssl_certificate_key ${key};
            return 200 ok;
          }
        }
      `,
    }),
    command: ({ directory }) => ['nginx', '-e', 'stderr', '-p', directory, '-c', 'nginx.conf'],
  },
  {
    name: 'apache',
    program: 'apache2',
    protocol: 'https',
    takesTwoFiles: true,
    files: ({ directory, port, key, certificate }) => ({
      'httpd.conf': `
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
        ServerRoot ${directory}
        ServerName mail.valami.hu
        DefaultRuntimeDir ${directory}
        PidFile ${directory}/httpd.pid
        ErrorLog /dev/stderr
        ${isRoot ? 'User nobody\nGroup nogroup' : ''}
        Listen 127.0.0.1:${port}
        DocumentRoot ${directory}
        SSLSessionCache none
        SSLEngine on
        SSLCertificateFile ${certificate}
        SSLCertificateKeyFile ${key}
      `,
    }),
    command: ({ directory }) => ['apache2', '-D', 'FOREGROUND', '-f', join(directory, 'httpd.conf')],
  },
  {
    name: 'lighttpd',
    program: 'lighttpd',
    protocol: 'https',
    takesTwoFiles: true,
    files: ({ directory, port, key, certificate }) => ({
      'lighttpd.conf': `
        server.modules = ("mod_openssl")
        server.document-root = "${directory}"
        server.bind = "127.0.0.1"
        server.port = ${port}
        ssl.engine = "enable"
        ssl.pemfile = "${certificate}"
        ssl.privkey = "${key}"
      `,
    }),
    command: () => ['lighttpd', '-D', '-f', 'lighttpd.conf'],
  },
  {
    name: 'stunnel',
    program: 'stunnel4',
    protocol: 'https',
    files: ({ port, certificate, backend }) => ({
      'stunnel.conf': `
        foreground = yes
        pid =
        [test]
        accept = 127.0.0.1:${port}
        connect = 127.0.0.1:${backend}
        cert = ${certificate}
      `,
    }),
    command: () => ['stunnel4', 'stunnel.conf'],
  },
  {
    name: 'postfix',
    program: 'postfix',
    protocol: 'smtp',
    needsRoot: true,
    files: ({ directory, port, certificate }) => ({
      'main.cf': `
compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
maillog_file = /dev/stdout
myhostname = mail.valami.hu
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_tls_security_level = may
smtpd_tls_chain_files = ${certificate}
`,
      'master.cf': `
127.0.0.1:${port} inet n - n - - smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
`,
    }),
    // `check` makes the queue's folders; `start-fg` would put the master out of our reach, in a group of its own.
    command: ({ directory }) => [
      ...['sh', '-c', 'postfix -c "$1" check; exec /usr/lib/postfix/sbin/master -c "$1" -d', 'sh', directory],
    ],
  },
  {
    name: 'dovecot',
    program: 'dovecot',
    protocol: 'pop3',
    needsRoot: true,
    takesTwoFiles: true,
    files: ({ directory, port, key, certificate }) => ({
      'dovecot.conf': `
        base_dir = ${directory}/run
        state_dir = ${directory}/state
        log_path = /dev/stderr
        protocols = pop3
        ssl = yes
        ssl_cert = <${certificate}
        ssl_key = <${key}
        service pop3-login {
          inet_listener pop3 {
            address = 127.0.0.1
            port = ${port}
          }
          inet_listener pop3s {
            port = 0
          }
        }
        passdb {
          driver = static
          args = password=x
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home=${directory}
        }
      `,
    }),
    command: () => ['dovecot', '-F', '-c', 'dovecot.conf'],
  },
  {
    name: 'exim',
    program: 'exim4',
    protocol: 'smtp',
    needsRoot: true,
    owner: 'Debian-exim',
    takesTwoFiles: true,
    files: ({ directory, port, key, certificate }) => ({
      'exim.conf': `
primary_hostname = mail.valami.hu
spool_directory = ${directory}/spool
log_file_path = ${directory}/spool/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts = *
tls_certificate = ${certificate}
tls_privatekey = ${key}
begin acl
begin routers
begin transports
`,
    }),
    command: ({ directory }) => [
      'exim4',
      '-C',
      join(directory, 'exim.conf'),
      '-bdf',
      '-oP',
      join(directory, 'exim.pid'),
    ],
  },
  {
    name: 'courier',
    program: 'couriertls',
    protocol: 'imap',
    needsRoot: true,
    owner: 'courier',
    files: () => ({}),
    command: ({ port }) => [
      ...['couriertcpd', '-address=127.0.0.1', '-nodnslookup', '-noidentlookup', String(port)],
      ...['/usr/lib/courier/courier/imaplogin', '/usr/bin/imapd', 'Maildir'],
    ],
    env: ({ certificate }) => ({
      IMAP_STARTTLS: 'YES',
      IMAP_CAPABILITY: 'IMAP4rev1',
      COURIERTLS: '/usr/bin/couriertls',
      TLS_CERTFILE: certificate,
      TLS_VERIFYPEER: 'NONE',
    }),
  },
];

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
for (const server of servers) {
  const missing = ['openssl', 'curl', server.program].find((program) => findProgram(program) === undefined);
  const skip =
    missing !== undefined
      ? `${missing} is not installed`
      : server.needsRoot && !isRoot
        ? 'it runs as root only'
        : false;
  t.test(`${server.name} loads what pem-merge --for ${server.name} writes`, { skip, buffered: true }, async (t) => {
    const ways: readonly Way[] = ['rsa', 'ec', ...(server.takesTwoFiles ? (['ec-split'] as const) : [])];
    for (const way of ways) {
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
  for (const folder of ['', 'queue', 'data', 'spool', 'run', 'state']) mkdirSync(join(directory, folder));
  const isSplit = way === 'ec-split';
  const kind = way === 'rsa' ? 'rsa' : 'ec';
  const merged = join(directory, 'site');
  const how = isSplit ? ['--split', merged] : ['-o', `${merged}.pem`];
  const inputs = ['middle.pem', `${kind}.pem`, 'root.pem', 'dh.pem', 'curve.pem', `${kind}.key`];
  const result = run('pem-merge', ['-q', '--for', server.name, '--strict', ...how, ...inputs], { cwd: top });
  if (result.status !== 0 || result.stderr !== '') throw new Error(`pem-merge: ${result.stderr}`);
  const [key, certificate] = isSplit ? [`${merged}.key`, `${merged}.crt`] : [`${merged}.pem`, `${merged}.pem`];
  const site = { directory, port: await freePort(), key, certificate, backend: portOf(backend) };
  for (const [name, text] of Object.entries(server.files(site)))
    writeFileSync(join(directory, name), `${text.trimEnd()}\n`);
  handOver(server, site);
  return site;
}

/** Gives the files to the user the server becomes. */
function handOver({ name, owner }: Server, { directory, key, certificate }: Site): void {
  const idOf = (user: string, flag: '-u' | '-g') => Number(run('id', [flag, user]).stdout);
  if (owner !== undefined) {
    for (const path of [key, certificate, join(directory, 'spool')])
      chownSync(path, idOf(owner, '-u'), idOf(owner, '-g'));
  }
  if (name === 'postfix') chownSync(join(directory, 'data'), idOf('postfix', '-u'), idOf('postfix', '-g'));
}

function sClient({ protocol }: Server, { port }: Site) {
  const starttls = protocol === 'https' ? [] : ['-starttls', protocol];
  const verification = ['-CAfile', 'root.pem', '-verify_return_error', '-verify_hostname', host];
  const connection = ['-connect', `127.0.0.1:${port}`, '-servername', host, ...starttls];
  return ask('openssl', ['s_client', ...connection, ...verification], top);
}

/** Mail servers are asked for what they say before anybody logs in. */
function curl({ protocol }: Server, { port }: Site) {
  const question = { https: [], smtp: ['-X', 'NOOP'], imap: ['-X', 'NOOP'], pop3: ['-X', 'CAPA'] }[protocol];
  const tls = protocol === 'https' ? [] : ['--ssl-reqd'];
  const where = ['--cacert', 'root.pem', '--resolve', `${host}:${port}:127.0.0.1`, `${protocol}://${host}:${port}/`];
  return ask('curl', ['-sS', '-m', '10', ...tls, ...question, ...where], top);
}
