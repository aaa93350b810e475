import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findProgram, run } from './session.js';

/**
 * Real servers, each with a configuration of its own on loopback, started as the user of the test or, where the server
 * insists on changing users, as root.
 */

/** Where a server under test lives. */
export interface Site {
  readonly directory: string;
  readonly port: number;
  /** Files of key and certificates: one and the same, or PREFIX.key and PREFIX.crt. */
  readonly key: string;
  readonly certificate: string;
  /** The port of a web server without TLS, for those that only wrap. */
  readonly backend: number;
}

/** A server: how it is configured and started. */
export interface Server {
  readonly name: string;
  readonly program: string;
  /** `https`, or the protocol in which TLS is asked for, as s_client names it. */
  readonly protocol: string;
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

/** True when the tests may start servers that insist on it. */
export const isRoot = process.getuid?.() === 0;

/** The configuration of an nginx with one server, all of whose files are in a folder. */
export const nginxConfiguration = (directory: string, server: string): string => `
  daemon off;
  ${isRoot ? 'user root;' : ''}
  pid ${directory}/nginx.pid;
  error_log stderr;
  events {}
  http {
    access_log off;
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${directory}/tmp;`).join('\n')}
    server { ${server} }
  }
`;

/** The configuration of a Dovecot with a listener for one protocol. @param more other listeners of the service */
export const dovecotConfiguration = (
  { directory, port, key, certificate }: Site,
  protocol: string,
  service: string,
  listener: string,
  more = '',
): Readonly<Record<string, string>> => ({
  'dovecot.conf': `
    base_dir = ${directory}/run
    state_dir = ${directory}/state
    log_path = /dev/stderr
    protocols = ${protocol}
    ssl = yes
    ssl_cert = <${certificate}
    ssl_key = <${key}
    service ${service} {
      inet_listener ${listener} {
        address = 127.0.0.1
        port = ${port}
      }
      ${more}
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
});

/** Mail and web servers, for which pem-merge has layouts. */
export const servers: readonly Server[] = [
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
      'nginx.conf': nginxConfiguration(
        directory,
        `listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key}; return 200 ok;`,
      ),
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
    name: 'tomcat',
    program: '/usr/share/tomcat10/bin/catalina.sh',
    protocol: 'https',
    files: ({ port, key, certificate }) => ({
      'conf/server.xml': `
        <Server port="-1">
          <Service name="Catalina">
            <Connector address="127.0.0.1" port="${port}" SSLEnabled="true">
              <SSLHostConfig>
                <Certificate certificateFile="${certificate}" certificateKeyFile="${key}" />
              </SSLHostConfig>
            </Connector>
            <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" /></Engine>
          </Service>
        </Server>
      `,
    }),
    command: () => ['/usr/share/tomcat10/bin/catalina.sh', 'run'],
    // Its life is short: code that is compiled well comes too late.
    env: ({ directory }) => ({
      CATALINA_HOME: '/usr/share/tomcat10',
      CATALINA_BASE: directory,
      JAVA_OPTS: '-XX:TieredStopAtLevel=1',
    }),
  },
  {
    name: 'caddy',
    program: 'caddy',
    protocol: 'https',
    takesTwoFiles: true,
    files: ({ port, key, certificate }) => ({
      Caddyfile: `
        {
          admin off
          auto_https off
        }
        https://mail.valami.hu:${port} {
          bind 127.0.0.1
          tls ${certificate} ${key}
          respond ok
        }
      `,
    }),
    command: () => ['caddy', 'run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
    env: ({ directory }) => ({ HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory }),
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
    files: (site) => dovecotConfiguration(site, 'pop3', 'pop3-login', 'pop3', 'inet_listener pop3s {\n port = 0\n }'),
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

/** A reason not to start it here, or false. */
export function whyNot({ program, needsRoot }: Server, peers: readonly string[]): string | false {
  const missing = [...peers, program].find((each) => findProgram(each) === undefined);
  if (missing !== undefined) return `${missing} is not installed`;
  return needsRoot && !isRoot ? 'it runs as root only' : false;
}

/** The folders a server finds below its own. */
const folders = ['', 'queue', 'data', 'spool', 'run', 'state', 'conf'];

export function makeFolders(directory: string): void {
  for (const folder of folders) mkdirSync(join(directory, folder));
}

/** Writes its configuration, and gives to the user it becomes what is that user's. */
export function configure(server: Server, site: Site): void {
  for (const [name, text] of Object.entries(server.files(site)))
    writeFileSync(join(site.directory, name), text === '' ? '' : `${text.trimEnd()}\n`);
  handOver(server, site);
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
