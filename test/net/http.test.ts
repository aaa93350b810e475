import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { isPkiError } from '../../src/errors.js';
import { HttpClient, type HttpOptions } from '../../src/net/http.js';
import { parseProxy } from '../../src/net/proxy.js';
import { listening } from '../support/loopback.js';
import { run } from '../support/session.js';

/** The HTTP client against servers of all manners. */

const direct: HttpOptions = { anchors: () => '', proxy: 'none', timeout: 20_000 };

const serve = async (t: Test, listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listening(t, createServer(listener))}`;

/** A server that speaks before it is asked, or not at all. */
const serveRaw = async (t: Test, greet: (socket: Socket) => void): Promise<string> =>
  `http://127.0.0.1:${await listening(t, createTcpServer(greet))}/`;

/** The code and the message of what an exchange throws. */
async function failure(exchange: Promise<unknown>): Promise<string> {
  try {
    await exchange;
    return 'none';
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return `${error.code} ${error.message}`;
  }
}

const text = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

t.test('an exchange', async (t) => {
  const url = await serve(t, async (request, response) => {
    const body = await text(request);
    response.writeHead(404, { 'X-Seen': `${request.method} ${request.url} ${request.headers['x-ask']}` });
    response.end(`${body} ${request.headers['content-length']} ${request.headers['user-agent']}`);
  });
  const client = new HttpClient(direct);
  const posted = await client.request(`${url}/a?b#c`, { method: 'POST', headers: { 'X-Ask': '1' }, body: 'őz' });
  t.equal(posted.status, 404);
  t.equal(posted.headers['x-seen'], 'POST /a?b 1');
  t.equal(posted.body.toString(), 'őz 3 pkiutils/unbuilt');
  const got = await client.request(url);
  t.match(got.body.toString(), ' undefined pkiutils/');
});

t.test('a body as it arrives', async (t) => {
  const url = await serve(t, (_, response) => {
    for (let i = 0; i < 100; i++) response.write(Buffer.alloc(10_000, i));
    response.end();
  });
  const { body } = await new HttpClient(direct).stream(url);
  let size = 0;
  for await (const chunk of body) size += chunk.length;
  t.equal(size, 1_000_000);
});

t.test('bounds', async (t) => {
  const endless = await serve(t, (_, response) => {
    const more = () => {
      while (response.writable && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  });
  const client = new HttpClient(direct);
  t.equal(
    await failure(client.request(endless, { maxSize: 100_000 })),
    'TOO_LARGE the answer is larger than 100000 bytes',
  );
  const silent = await serveRaw(t, () => {});
  t.match(
    await failure(client.request(silent, { timeout: 1000 })),
    /^NET_TIMEOUT no answer within 1 s: waiting for 127.0.0.1:\d+ to answer$/,
  );
  const stalled = await serve(t, (_, response) => response.write('x'));
  t.equal(
    await failure(client.request(stalled, { timeout: 1000 })),
    'NET_TIMEOUT no answer within 1 s: reading the answer',
  );
  const verbose = await serveRaw(t, (socket) => socket.write(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(100_000)}\r\n`));
  t.match(await failure(client.request(verbose)), /^NET_HTTP .*header overflow/);
});

t.test('broken answers', async (t) => {
  const client = new HttpClient(direct);
  const answers: readonly (readonly [string, RegExp])[] = [
    ['220 mail.valami.hu ESMTP\r\n', /^NET_HTTP 127.0.0.1:\d+: the answer is not HTTP/],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc', /^NET_CLOSED .*the connection was closed/],
    ['', /^NET_CLOSED .*the connection was closed/],
    ['HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n', /^NET_HTTP the answer is compressed \(gzip\)/],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', /^NET_HTTP .*not HTTP/],
  ];
  for (const [answer, expected] of answers) {
    const url = await serveRaw(t, (socket) => socket.once('data', () => socket.end(answer)));
    t.match(await failure(client.request(url)), expected, JSON.stringify(answer));
  }
});

t.test('redirects', async (t) => {
  const other = await serve(t, (request, response) => {
    response.end(`other ${request.headers.authorization}`);
  });
  const url = await serve(t, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const location = pathname === '/loop' ? '/loop' : searchParams.get('to');
    if (location === null) response.end(`same ${request.headers.authorization}`);
    else response.writeHead(Number(searchParams.get('as') ?? 302), { Location: location }).end();
  });
  const client = new HttpClient(direct);
  const headers = { Authorization: 'Basic eDp5' };
  const to = (target: string) => `${url}/?to=${encodeURIComponent(target)}`;
  const at = async (target: string) => (await client.request(target, { headers })).body.toString();
  t.equal(await at(to('end')), 'same Basic eDp5');
  t.equal(await at(to(`${other}/`)), 'other undefined', 'credentials stay with their server');
  t.equal(await at(`${to('/')}&as=308`), 'same Basic eDp5');
  t.equal((await client.request(to('/'), { method: 'POST' })).status, 302, 'POST is not repeated');
  const refused = {
    [`${url}/loop`]: 'NET_REDIRECT redirected more than 5 times',
    [to('https://127.0.0.1/')]: 'NET_REDIRECT redirected from http: to https:, which is not followed',
    [to('file:///etc/passwd')]: 'NET_URL file: is neither http: nor https:',
    [to('http://a:b@127.0.0.1/')]: 'NET_URL a URL with a user name in it',
    [to('http://')]: 'NET_REDIRECT redirected to what is no URL: http://',
  };
  for (const [target, expected] of Object.entries(refused)) {
    t.equal(await failure(client.request(target)), expected, target);
  }
});

t.test('places that are not there', async (t) => {
  const client = new HttpClient(direct);
  const server = createTcpServer();
  const port = await listening(t, server);
  server.close();
  await once(server, 'close');
  const refused = {
    [`http://127.0.0.1:${port}/`]: `NET_SOCKET 127.0.0.1:${port}: connection refused`,
    'http://no.such.host.invalid/': /^NET_NAME /,
    'ldap://127.0.0.1/': 'NET_URL ldap: is neither http: nor https:',
    'a b': 'NET_URL not a URL',
  };
  for (const [url, expected] of Object.entries(refused)) {
    t.match(await failure(client.request(url)), expected, url);
  }
});

t.test('TLS', async (t) => {
  const cwd = t.testdir();
  const selfSigned = (name: string, file: string) =>
    run(
      'csr-gen',
      ['-q', '-n', 'ec:P-256', '--cn', name, '-a', name, '--self-sign', '30', '-K', `${file}.key`, '-o', `${file}.pem`],
      { cwd },
    );
  selfSigned('localhost', 'a');
  selfSigned('other.hu', 'b');
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
  const server = createSecureServer({ key: read('a.key'), cert: read('a.pem') }, (_, response) => response.end('ok'));
  const port = await listening(t, server);
  const url = `https://localhost:${port}/`;
  const trusting = { ...direct, anchors: () => read('a.pem') };
  t.equal((await new HttpClient(trusting).request(url)).body.toString(), 'ok');
  t.equal(
    await failure(new HttpClient({ ...direct, anchors: () => read('b.pem') }).request(url)),
    'NET_TRUST its certificate is not trusted: self-signed certificate',
  );
  t.equal(
    await failure(new HttpClient(trusting).request(`https://127.0.0.1:${port}/`)),
    'NET_TRUST its certificate is not for this name',
  );
  const plain = await serve(t, (_, response) => response.end());
  t.equal(
    await failure(new HttpClient(trusting).request(plain.replace('http', 'https'))),
    'NET_NOT_TLS the answer is not TLS',
  );

  await t.test('through a proxy', async (t) => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
      response.end('from the proxy');
    });
    proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
      if (request.headers['proxy-authorization'] === undefined) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
    });
    const proxyPort = await listening(t, proxy);
    const by = (text: string) => new HttpClient({ ...trusting, proxy: parseProxy('--proxy', text) });
    const client = by(`http://u:p%40@127.0.0.1:${proxyPort}`);
    t.equal((await client.request(url)).body.toString(), 'ok');
    t.equal((await client.request('http://valami.hu/crl')).body.toString(), 'from the proxy');
    t.equal(
      await failure(by(`127.0.0.1:${proxyPort}`).request(url)),
      `NET_PROXY proxy 127.0.0.1:${proxyPort}: it says 407 Proxy Authentication Required`,
    );
    t.same(asked, [
      `CONNECT localhost:${port} Basic dTpwQA==`,
      'GET http://valami.hu/crl Basic dTpwQA==',
      `CONNECT localhost:${port} undefined`,
    ]);
    const secureProxy = createSecureServer({ key: read('a.key'), cert: read('a.pem') });
    secureProxy.on('connect', (_: IncomingMessage, socket: Socket) => {
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
    });
    const securePort = await listening(t, secureProxy);
    t.equal((await by(`https://localhost:${securePort}`).request(url)).body.toString(), 'ok', 'TLS in TLS');
  });
});
