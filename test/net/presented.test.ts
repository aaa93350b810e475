import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, createServer as createTlsServer, type TlsOptions } from 'node:tls';
import t, { type Test } from 'tap';
import { isPkiError } from '../../src/errors.js';
import { type ContextOptions, permissiveContext } from '../../src/net/old-servers.js';
import { type FetchOptions, type Presented, presentedBy } from '../../src/net/presented.js';
import { TlsVerifier } from '../../src/net/secure.js';
import { protocols } from '../../src/net/starttls/protocols.js';
import { listening } from '../support/loopback.js';
import { run } from '../support/session.js';

/** The certificates servers of all manners present, and how those fail that do not. */

const cwd = t.testdir();
const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn Middle -K middle.key | csr-sign -q --profile ca --ca root.pem --ca-key root.key -o middle.pem
  csr-gen -q -n ec:P-256 --cn mail.valami.hu -K ec.key | csr-sign -q --ca middle.pem --ca-key middle.key -o ec.pem
  csr-gen -q -n rsa:2048 --cn mail.valami.hu -K rsa.key | csr-sign -q --ca middle.pem --ca-key middle.key -o rsa.pem
  csr-gen -q -n ec:P-256 --cn alma.valami.hu --self-sign 1 --at 2020-01-01 -K alma.key -o alma.pem
`;
const made = run('sh', ['-e', '-c', workshop], { cwd });
if (made.status !== 0) throw new Error(made.stderr);
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const ec = { key: read('ec.key'), cert: read('ec.pem') };
const rsa = { key: read('rsa.key'), cert: read('rsa.pem') };

const plain: FetchOptions = {
  context: permissiveContext({}),
  serverName: undefined,
  alpn: [],
  proxy: undefined,
  verifier: new TlsVerifier(() => ''),
  timeout: 20_000,
};

const subjects = ({ certificates }: Presented): string[] =>
  certificates.map((der) => new X509Certificate(der).subject.replace(/^.*CN=/, ''));

/** A TLS server; gives its port. */
const secure = (t: Test, options: TlsOptions): Promise<number> =>
  listening(
    t,
    createTlsServer(options, (socket) => socket.on('error', () => {}).end()).on('tlsClientError', () => {}),
  );

interface How extends Partial<FetchOptions> {
  readonly protocol?: string;
  readonly host?: string;
  readonly tls?: ContextOptions;
}

const ask = (port: number, { protocol, host = 'localhost', tls, ...options }: How = {}): Promise<Presented> =>
  presentedBy(
    { host, port, protocol },
    { ...plain, ...options, ...(tls === undefined ? {} : { context: permissiveContext(tls) }) },
  );

/** The message, with the hint behind it, of what asking throws. */
async function failure(asking: Promise<Presented>): Promise<string> {
  try {
    return `none: ${subjects(await asking).join(', ')}`;
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  }
}

t.test('the list as it is sent', async (t) => {
  const [middle, root, alma] = ['middle.pem', 'root.pem', 'alma.pem'].map(read);
  const lists: readonly (readonly [chain: string, expected: readonly string[]])[] = [
    [ec.cert, ['mail.valami.hu']],
    [`${ec.cert}${middle}${root}`, ['mail.valami.hu', 'Middle', 'Root']],
    [`${ec.cert}${root}${middle}`, ['mail.valami.hu', 'Root', 'Middle']],
    [`${ec.cert}${middle}${middle}${ec.cert}`, ['mail.valami.hu', 'Middle', 'Middle', 'mail.valami.hu']],
    [`${ec.cert}${alma}${middle}`, ['mail.valami.hu', 'alma.valami.hu', 'Middle']],
    [`${ec.cert}${`${middle}`.repeat(29)}`, ['mail.valami.hu', ...new Array(29).fill('Middle')]],
  ];
  for (const version of ['1.2', '1.3'] as const) {
    for (const [cert, expected] of lists) {
      const port = await secure(t, { key: ec.key, cert });
      const presented = await ask(port, { tls: { version } });
      t.same(subjects(presented), expected, `TLS ${version}: ${expected.join(', ')}`);
      t.equal(presented.version, `TLSv${version}`);
    }
  }
});

t.test('what is agreed on', async (t) => {
  const port = await secure(t, { ...ec, ALPNProtocols: ['h2', 'http/1.1'] });
  t.match(await ask(port), { alpn: null, cipher: 'TLS_AES_256_GCM_SHA384', address: '127.0.0.1', staple: null });
  t.match(await ask(port, { alpn: ['http/1.1'] }), { alpn: 'http/1.1' });
  t.match(await ask(port, { tls: { version: '1.2' } }), { cipher: /^TLS_ECDHE_ECDSA_WITH_/ });
});

t.test('a name picks the certificate', async (t) => {
  const others = new Map([['alma.valami.hu', createSecureContext({ key: read('alma.key'), cert: read('alma.pem') })]]);
  const seen: string[] = [];
  const port = await secure(t, {
    ...ec,
    SNICallback: (name, done) => {
      seen.push(name);
      done(null, others.get(name));
    },
  });
  t.same(subjects(await ask(port, { serverName: 'alma.valami.hu' })), ['alma.valami.hu']);
  t.same(subjects(await ask(port)), ['mail.valami.hu']);
  t.same(subjects(await ask(port, { serverName: '' })), ['mail.valami.hu']);
  t.same(subjects(await ask(port, { host: '127.0.0.1' })), ['mail.valami.hu']);
  t.same(seen, ['alma.valami.hu', 'localhost'], 'no name is sent for an address, or where none is wanted');
});

t.test('a kind of key picks the certificate', async (t) => {
  const port = await secure(t, { key: [ec.key, rsa.key], cert: [ec.cert, rsa.cert] });
  const kindOf = async (tls: ContextOptions) =>
    new X509Certificate((await ask(port, { tls })).certificates[0] ?? '').publicKey.asymmetricKeyType;
  for (const version of ['1.2', '1.3'] as const) {
    t.equal(await kindOf({ version, keyType: 'rsa' }), 'rsa');
    t.equal(await kindOf({ version, keyType: 'ecdsa' }), 'ec');
  }
  const only = await secure(t, ec);
  t.match(
    await failure(ask(only, { tls: { keyType: 'rsa' } })),
    'the server ended the TLS handshake: alert handshake failure',
  );
});

t.test('a stapled response', async (t) => {
  const server = createTlsServer(ec, (socket) => socket.on('error', () => {}).end());
  server.on('OCSPRequest', (_, __, done: (error: null, response: Buffer) => void) =>
    done(null, Buffer.from('0a0b', 'hex')),
  );
  const port = await listening(t, server);
  t.equal((await ask(port)).staple?.toString('hex'), '0a0b');
});

t.test('a server that wants a certificate', async (t) => {
  const port = await secure(t, { ...ec, requestCert: true, rejectUnauthorized: true, ca: read('root.pem') });
  for (const version of ['1.2', '1.3'] as const) {
    t.same(subjects(await ask(port, { tls: { version } })), ['mail.valami.hu'], version);
  }
  const identity = { certificates: `${ec.cert}${read('middle.pem')}`, key: ec.key };
  t.same(subjects(await ask(port, { tls: { identity } })), ['mail.valami.hu']);
});

t.test('no TLS', async (t) => {
  const speak = (words: string | Buffer) =>
    listening(
      t,
      createServer((socket) => socket.write(words)),
    );
  const rows: readonly (readonly [words: string | Buffer, expected: string])[] = [
    ['220 mail.valami.hu ESMTP Postfix\r\n', 'not TLS: this port speaks plain SMTP (ask it for TLS: -s smtp)'],
    ['220 ProFTPD FTP Server ready\r\n', 'not TLS: this port speaks plain FTP (ask it for TLS: -s ftp)'],
    ['+OK ready\r\n', 'not TLS: this port speaks plain POP3 (ask it for TLS: -s pop3)'],
    ['* OK ready\r\n', 'not TLS: this port speaks plain IMAP (ask it for TLS: -s imap)'],
    ['200 news\r\n', 'not TLS: this port speaks plain NNTP (ask it for TLS: -s nntp)'],
    ['"IMPLEMENTATION" "x"\r\nOK\r\n', 'not TLS: this port speaks plain ManageSieve (ask it for TLS: -s sieve)'],
    [
      Buffer.from('4a0000000a382e302e300008', 'hex'),
      'not TLS: this port speaks plain MySQL (ask it for TLS: -s mysql)',
    ],
    ['\x1b[2J what is this?\r\n', 'the answer is not TLS'],
  ];
  for (const [words, expected] of rows) t.equal(await failure(ask(await speak(words))), expected);
  const http = createServer((socket) =>
    socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  t.equal(await failure(ask(await listening(t, http))), 'not TLS: this port speaks plain HTTP');
});

t.test('a handshake that is not finished', async (t) => {
  const closing = await listening(
    t,
    createServer((socket) => socket.once('data', () => socket.end())),
  );
  t.equal(await failure(ask(closing)), 'the connection was closed during the TLS handshake');
  const silent = await listening(t, createServer());
  t.match(
    await failure(ask(silent, { timeout: 1000 })),
    /^no answer within 1 s: the TLS handshake \(wait longer with --timeout\)$/,
  );
  const old = await secure(t, { ...ec, maxVersion: 'TLSv1.2' });
  t.equal(
    await failure(ask(old, { tls: { version: '1.3' } })),
    'the server ended the TLS handshake: alert protocol version',
  );
});

/** A server that says its lines one by one, each but the first to what it is told. */
const script = (t: Test, lines: readonly string[]): Promise<number> =>
  listening(
    t,
    createServer((socket: Socket) => {
      const rest = [...lines];
      const next = () => {
        const line = rest.shift();
        if (line === undefined) socket.end();
        else socket.write(line, 'latin1');
      };
      next();
      socket.on('data', next);
    }),
  );

t.test('servers that say no, or nonsense', async (t) => {
  const offer = '250-mail.valami.hu\r\n250 STARTTLS\r\n';
  const rows: readonly (readonly [protocol: string, lines: readonly string[], expected: string | RegExp])[] = [
    ['smtp', ['554 no\r\n'], 'the server answers the connection with "554 no"'],
    ['smtp', ['220 hi\r\n', '250 mail\r\n'], 'the server does not offer STARTTLS'],
    ['smtp', ['220 hi\r\n', offer, '454 later\r\n'], 'the server answers STARTTLS with "454 later"'],
    [
      'smtp',
      ['220 hi\r\n', offer, '220 go\r\n250 injected\r\n'],
      /^the server sent text in the clear behind the go-ahead/,
    ],
    ['smtp', ['220 \x1b[2J\r\n', '550 \x1b[31m\r\n'], 'the server answers EHLO with "550 \\x1b[31m"'],
    ['smtp', [`220 ${'a'.repeat(5000)}`], 'the server sent a line longer than 4096 octets'],
    ['smtp', ['220-x\r\n'.repeat(300)], /^the server answers the connection with "220-x... and 200 lines more"$/],
    ['smtp', ['\0\x01\x02\r\n'], 'the server answers the connection with "\\x00\\x01\\x02"'],
    ['smtp', ['220 hi\r\n'], 'the connection was closed before TLS began'],
    ['lmtp', ['220 hi\r\n', '500 what?\r\n'], 'the server answers LHLO with "500 what?"'],
    ['imap', ['* BYE\r\n'], 'the server answers the connection with "* BYE"'],
    ['imap', ['* PREAUTH\r\n'], 'the server answers the connection with "* PREAUTH"'],
    ['imap', ['* OK\r\n', '* CAPABILITY\r\na BAD no\r\n'], 'the server answers STARTTLS with "a BAD no"'],
    ['imap', ['* OK\r\n', 'a OK\r\n* OK\r\n'], /behind the go-ahead/],
    ['pop3', ['-ERR\r\n'], 'the server answers the connection with "-ERR"'],
    ['pop3', ['+OK\r\n', '-ERR no\r\n'], 'the server answers STLS with "-ERR no"'],
    ['ftp', ['220-hi\r\n there\r\n220 ho\r\n', '502 no\r\n'], 'the server answers AUTH with "502 no"'],
    ['nntp', ['200 hi\r\n', '502 no\r\n'], 'the server answers STARTTLS with "502 no"'],
    ['sieve', ['"X"\r\nOK\r\n', 'NO "x"\r\n'], 'the server answers STARTTLS with "NO "x""'],
    ['xmpp', ['', '<stream:stream><stream:features/>'], 'the server does not offer STARTTLS'],
    ['xmpp', ['', '<stream:error><host-unknown/></stream:error>'], /answers a stream to localhost with "host-unknown"/],
    [
      'ldap',
      ['', '0\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\0\x04\0'],
      'the server answers StartTLS with "result code 52"',
    ],
    ['ldap', ['', 'HTTP/1.1 400\r\n'], 'the server answers StartTLS with "HT"'],
    ['postgres', ['', 'N'], 'the server does not offer TLS'],
    ['postgres', ['', 'E'], 'the server answers SSLRequest with "E"'],
    ['mysql', ['\x07\0\0\0\xff\x6a\x04Host'], 'the server answers the connection with "Host"'],
    ['mysql', [`\x20\0\0\0\x0a8\0${'\0'.repeat(29)}`], 'the server does not offer TLS'],
  ];
  for (const [protocol, lines, expected] of rows) {
    const port = await script(t, lines);
    t.match(await failure(ask(port, { protocol })), expected, `${protocol}: ${JSON.stringify(lines)}`.slice(0, 80));
  }
  const tried = new Set(rows.map(([protocol]) => protocol));
  t.same(
    [...protocols.keys()].filter((name) => !tried.has(name)),
    ['xmpp-server'],
    'every protocol is tried',
  );
  const endless = createServer((socket) => {
    const more = () => {
      while (socket.writable && socket.write('220-x\r\n'.repeat(100)));
    };
    socket.on('drain', more).on('error', () => {});
    more();
  });
  t.match(await failure(ask(await listening(t, endless), { protocol: 'smtp' })), /200 lines more/);
  const silent = await listening(t, createServer());
  t.match(
    await failure(ask(silent, { protocol: 'smtp', timeout: 1000 })),
    /^no answer within 1 s: waiting for the greeting/,
  );
});
