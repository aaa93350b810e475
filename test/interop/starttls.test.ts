import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { servers as layouts } from '../../src/commands/pem-merge/servers.js';
import {
  configure,
  dovecotConfiguration,
  servers as mailServers,
  makeFolders,
  type Server,
  type Site,
  whyNot,
} from '../support/real-servers.js';
import { ask, freePort, startServer } from '../support/servers.js';
import { findProgram, run, runBeside } from '../support/session.js';
import { some } from '../support/whole.js';

/**
 * cert-fetch in every protocol that begins in the clear, against real servers: the same certificates in the same order as
 * `openssl s_client -starttls … -showcerts` and, where it speaks the protocol, `gnutls-cli --starttls-proto` have them.
 */

const host = 'mail.valami.hu';

/** PostgreSQL's programs stand in a folder of their version. */
const postgresFolder = '/usr/lib/postgresql/*/bin';

const others: readonly Server[] = [
  {
    name: 'dovecot-lmtp',
    program: 'dovecot',
    protocol: 'lmtp',
    needsRoot: true,
    files: (site) => dovecotConfiguration(site, 'lmtp', 'lmtp', 'lmtp'),
    command: () => ['dovecot', '-F', '-c', 'dovecot.conf'],
  },
  {
    name: 'dovecot-sieve',
    program: 'dovecot',
    protocol: 'sieve',
    needsRoot: true,
    files: (site) => dovecotConfiguration(site, 'sieve', 'managesieve-login', 'sieve'),
    command: () => ['dovecot', '-F', '-c', 'dovecot.conf'],
  },
  {
    name: 'slapd',
    program: 'slapd',
    protocol: 'ldap',
    files: ({ directory, certificate }) => ({
      'slapd.conf': [
        `pidfile ${directory}/slapd.pid`,
        `TLSCertificateFile ${certificate}`,
        `TLSCertificateKeyFile ${certificate}`,
      ].join('\n'),
    }),
    command: ({ port }) => ['slapd', '-f', 'slapd.conf', '-h', `ldap://127.0.0.1:${port}/`, '-d', '0'],
  },
  ...(['xmpp', 'xmpp-server'] as const).map(
    (protocol): Server => ({
      name: `prosody-${protocol}`,
      program: 'prosody',
      protocol,
      files: ({ directory, port, certificate }) => ({
        'prosody.cfg.lua': `
        pidfile = "${directory}/prosody.pid"
        data_path = "${directory}/data"
        run_as_root = true
        interfaces = { "127.0.0.1" }
        c2s_ports = { ${protocol === 'xmpp' ? port : ''} }
        s2s_ports = { ${protocol === 'xmpp' ? '' : port} }
        modules_enabled = { "tls", "saslauth", "dialback" }
        log = { info = "*console" }
        ssl = { key = "${certificate}", certificate = "${certificate}" }
        VirtualHost "${host}"
      `,
      }),
      command: ({ directory }) => ['prosody', '-F', '--config', join(directory, 'prosody.cfg.lua')],
    }),
  ),
  {
    name: 'postgresql',
    program: 'pg_config',
    protocol: 'postgres',
    needsRoot: true,
    owner: 'postgres',
    files: () => ({}),
    command: ({ directory, port, certificate }) => [
      ...['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', 'sh', '-c'],
      `PATH=$(echo ${postgresFolder}):$PATH
       initdb -N -A trust -D "$1/spool" && exec postgres -D "$1/spool" -h 127.0.0.1 -p "$2" -k "$1/spool" -F \\
         -c ssl=on -c ssl_cert_file="$3" -c ssl_key_file="$3"`,
      ...['sh', directory, String(port), certificate],
    ],
  },
  {
    name: 'mariadb',
    program: 'mariadbd',
    protocol: 'mysql',
    needsRoot: true,
    owner: 'mysql',
    files: () => ({}),
    command: ({ directory, port, certificate }) => [
      ...['mariadbd', '--no-defaults', '--user=mysql', '--skip-grant-tables', '--innodb=OFF'],
      ...['--default-storage-engine=MyISAM', `--datadir=${directory}/spool`, `--socket=${directory}/spool/socket`],
      ...[`--pid-file=${directory}/spool/pid`, '--bind-address=127.0.0.1', `--port=${port}`],
      ...[`--ssl-cert=${certificate}`, `--ssl-key=${certificate}`],
    ],
  },
  {
    name: 'vsftpd',
    program: 'vsftpd',
    protocol: 'ftp',
    needsRoot: true,
    files: ({ directory, port, certificate }) => ({
      'vsftpd.conf': [
        'listen=YES',
        'listen_ipv6=NO',
        'listen_address=127.0.0.1',
        `listen_port=${port}`,
        'background=NO',
        'ssl_enable=YES',
        `rsa_cert_file=${certificate}`,
        `rsa_private_key_file=${certificate}`,
        'ssl_ciphers=HIGH',
        `secure_chroot_dir=${directory}/run`,
      ].join('\n'),
    }),
    command: ({ directory }) => ['vsftpd', join(directory, 'vsftpd.conf')],
  },
  {
    name: 'nnrpd',
    program: 'nnrpd',
    protocol: 'nntp',
    needsRoot: true,
    owner: 'news',
    files: ({ directory, certificate }) => ({
      'inn.conf': [
        'mta: "/bin/true %s"',
        'ovmethod: tradindexed',
        'hismethod: hisv6',
        `pathhost: ${host}`,
        `domain: ${host}`,
        ...['news', 'etc', 'db', 'run', 'log', 'tmp', 'overview'].map((each) => `path${each}: ${directory}/spool`),
        `pathspool: ${directory}/spool`,
        'nnrpdloadlimit: 0',
        `tlscertfile: ${certificate}`,
        `tlskeyfile: ${certificate}`,
      ].join('\n'),
      'spool/readers.conf':
        'auth all {\n  hosts: "*"\n  default: "<x>"\n}\naccess all {\n  users: "*"\n  newsgroups: "*"\n}',
      'spool/storage.conf': 'method tradspool {\n  class: 0\n  newsgroups: *\n}',
      'spool/active': '',
      'spool/tradspool.map': '',
      'spool/group.index': '',
    }),
    command: ({ directory, port }) => [
      ...['nnrpd', '-D', '-f', '-n', '-b', '127.0.0.1', '-p', String(port), '-c', `${directory}/spool/readers.conf`],
    ],
    env: ({ directory }) => ({ INNCONF: join(directory, 'inn.conf') }),
  },
];

const servers = [...mailServers.filter(({ protocol }) => protocol !== 'https'), ...others];

/** The protocols gnutls-cli begins TLS in; in XMPP it wants the name it connects to, which is an address here. */
const gnutls = new Set(['smtp', 'lmtp', 'imap', 'pop3', 'ftp', 'ldap', 'nntp', 'sieve', 'postgres']);

const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn Middle -K middle.key | csr-sign -q --profile ca --ca root.pem --ca-key root.key -o middle.pem
  for kind in ec:P-256 rsa:2048; do
    name=\${kind%:*}
    csr-gen -q -n $kind --cn ${host} -a ${host} -K $name.key | csr-sign -q --ca middle.pem --ca-key middle.key -o $name.crt
  done
`;

// Sockets have short names, and servers that change users must be able to walk in.
const top = mkdtempSync(join(tmpdir(), 'pkiutils-'));
chmodSync(top, 0o755);
t.teardown(() => rmSync(top, { recursive: true, force: true }));
const made = run('sh', ['-e', '-c', workshop], { cwd: top });
if (made.status !== 0) throw new Error(made.stderr);

const certificatesIn = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----\n[\s\S]*?-----END CERTIFICATE-----\n/g) ?? [];

t.jobs = 4;
for (const [turn, server] of servers.entries()) {
  const skip = whyNot(server, ['openssl']);
  t.test(`${server.name} in ${server.protocol}`, { skip, buffered: true }, async (t) => {
    for (const kind of some(['rsa', 'ec'], 2, turn)) {
      const directory = join(top, `${server.name}-${kind}`);
      const certificate = join(directory, 'site.pem');
      const site: Site = { directory, port: await freePort(), key: certificate, certificate, backend: 0 };
      makeFolders(directory);
      const layout = [server.name, server.name.replace(/-.*/, '')].find((each) => each in layouts);
      const how = layout === undefined ? [] : ['--for', layout];
      const parts = ['.key', '.crt'].map((ending) => `${kind}${ending}`);
      const merged = run('pem-merge', ['-q', ...how, ...parts, 'middle.pem', '-o', certificate], { cwd: top });
      t.equal(merged.status, 0, `pem-merge ${how.join(' ')}`, merged);
      chmodSync(certificate, 0o600);
      configure(server, site);
      const env = server.env?.(site);
      const running = await startServer(server.command(site), site.port, { cwd: directory, env });
      try {
        const place = `127.0.0.1:${site.port}`;
        const [ours, theirs] = await Promise.all([
          runBeside('cert-fetch', ['-s', server.protocol, '--servername', host, place]),
          ask('openssl', ['s_client', '-connect', place, '-servername', host, '-showcerts', ...starttls(server)], top),
        ]);
        const expected = certificatesIn(theirs.stdout);
        t.same(certificatesIn(ours.stdout), expected, `${kind}: openssl`, { ours, theirs, words: running.words() });
        const own = readFileSync(join(top, `${kind}.crt`), 'utf8');
        t.equal(expected[0], own, `${kind}: the server's own comes first`, { theirs, words: running.words() });
        if (kind === 'rsa' || !gnutls.has(server.protocol) || findProgram('gnutls-cli') === undefined) continue;
        const third = await ask(
          'gnutls-cli',
          [...gnutlsWay(server), '--print-cert', '-p', String(site.port), '127.0.0.1'],
          top,
        );
        t.same(certificatesIn(ours.stdout), certificatesIn(third.stdout), `${kind}: gnutls-cli`, { third });
      } finally {
        await running.stop();
      }
    }
  });
}

function starttls({ protocol }: Server): string[] {
  return ['-starttls', protocol, ...(protocol.startsWith('xmpp') ? ['-xmpphost', host] : [])];
}

function gnutlsWay({ protocol }: Server): string[] {
  return [`--starttls-proto=${protocol}`, '--insecure', '--no-ca-verification', '--sni-hostname', host];
}
