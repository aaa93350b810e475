import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type AcmeStub, problem, type StubAnswers, startStub } from '../support/acme-stub.js';
import { ask } from '../support/servers.js';
import { binDirectory, callOf, session } from '../support/session.js';
import { some } from '../support/whole.js';

/** Servers that are busy, broken or hostile, and what clients have got wrong: no CA is made to do all this. */

const folder = t.testdir({ www: {} });
session(
  t,
  folder,
  `
  $ csr-gen --cn CA --ca --self-sign 365 -n ec:P-256 -K ca.key -o ca.pem
  $ csr-gen -a a.valami.hu -n ec:P-256 -K a.key -o a.csr
  $ csr-sign --ca ca.pem --ca-key ca.key --chain a.csr > chain.pem
  $ csr-gen --key-only -n ec:P-256 -K account.key
  `,
);

/** A chain for the request a.csr. */
const chain = readFileSync(join(folder, 'chain.pem'), 'utf8');

/** Submits a.csr to a stub that does as it is told. */
async function submit(stub: Pick<AcmeStub, 'url'>, ...more: string[]) {
  const args = [
    '--server',
    stub.url,
    '--ca-file',
    'ca.pem',
    '--account',
    'account.key',
    '--webroot',
    'www',
    ...more,
    'a.csr',
  ];
  return ask(...callOf(join(binDirectory, 'csr-submit'), args), folder, 120_000);
}

interface Case {
  readonly name: string;
  readonly answers: StubAnswers;
  readonly more?: readonly string[];
  readonly status: number;
  readonly stderr: RegExp;
  readonly times?: Readonly<Record<string, number>>;
}

const later = (value: string) => (time: number) =>
  time === 0 ? { ...problem('rateLimited', 429), headers: { 'Retry-After': value } } : undefined;

/** An account whose orders are listed at /orders. */
const listing = (_: number, { url }: Pick<AcmeStub, 'url'>) => {
  const base = new URL(url).origin;
  return { headers: { Location: `${base}/account/1` }, body: { status: 'valid', orders: `${base}/orders` } };
};
const firstOrder = (_: number, { url }: Pick<AcmeStub, 'url'>) => [`${new URL(url).origin}/order/1`];

const cases: readonly Case[] = [
  {
    name: 'an order that is open is taken up',
    answers: { '/account': listing, '/orders': (...stub) => ({ body: { orders: firstOrder(...stub) } }) },
    status: 0,
    stderr: /^csr-submit: takes up an order that is ready\n$/,
    times: { '/order': 0 },
  },
  {
    name: "the same from a bare list, as smallstep's CA has it",
    answers: { '/account': listing, '/orders': (...stub) => ({ body: firstOrder(...stub) }) },
    status: 0,
    stderr: /^csr-submit: takes up an order that is ready\n$/,
    times: { '/order': 0 },
  },
  ...(
    [
      ['is not there', problem('malformed', 404)],
      ['fails', { status: 500, body: 'oops' }],
      ['is no list', { body: '<html>' }],
      ['is nothing', { body: 'null' }],
    ] as const
  ).map(([name, answer]) => ({
    name: `a list of orders that ${name} is none`,
    answers: { '/account': listing, '/orders': () => answer },
    status: 0,
    stderr: /^$/,
    times: { '/orders': 1, '/order': 1 },
  })),
  {
    name: 'an order that does not know yet that it is ready',
    answers: { '/finalize': (time) => (time === 0 ? problem('orderNotReady', 403) : undefined) },
    status: 0,
    stderr: /^$/,
    times: { '/finalize': 2, '/order/1': 1 },
  },
  {
    name: 'a server that is busy is waited for, seconds',
    answers: { '/order': later('1') },
    status: 0,
    stderr: /^$/,
    times: { '/order': 2 },
  },
  {
    name: 'a server that is busy is waited for, a date',
    answers: { '/order': (time) => later(new Date(Date.now() + 1000).toUTCString())(time) },
    status: 0,
    stderr: /^$/,
    times: { '/order': 2 },
  },
  {
    name: '503 is the same',
    answers: {
      '/nonce': (time) =>
        time === 0 ? { status: 503, headers: { 'Retry-After': '0', 'Replay-Nonce': '' } } : undefined,
    },
    status: 0,
    stderr: /^$/,
    times: { '/nonce': 2 },
  },
  {
    name: 'but not longer than the time there is',
    answers: { '/order': later('86400') },
    status: 2,
    stderr: /the order: a detail: not before 20\d\d-.*Z, in 86400 s\nhint: try again then/,
    times: { '/order': 1 },
  },
  {
    name: 'rate limits without a time',
    answers: { '/order': () => problem('rateLimited', 429) },
    status: 2,
    stderr: /the order: a detail \(rateLimited\)/,
    times: { '/order': 1 },
  },
  {
    name: 'a problem with subproblems, a line a name',
    answers: {
      '/order': () =>
        problem('rejectedIdentifier', 403, {
          subproblems: ['a.valami.hu', 'b.valami.hu'].map((value) => ({
            type: 'urn:ietf:params:acme:error:caa',
            detail: 'CAA says no\u001b[31m',
            identifier: { type: 'dns', value },
          })),
        }),
    },
    status: 1,
    stderr:
      /the order: a detail \(rejectedIdentifier\)\ncsr-submit: a\.valami\.hu: CAA says no\\x1b\[31m \(caa\)\nhint: .*\ncsr-submit: b\.valami\.hu: /,
  },
  {
    name: 'terms that have changed',
    answers: { '/order': () => problem('userActionRequired', 403, { instance: 'https://ca.valami.hu/terms' }) },
    status: 1,
    stderr: /hint: the terms of service have changed.*: https:\/\/ca\.valami\.hu\/terms/,
  },
  {
    name: 'an internal error of the CA says nothing',
    answers: { '/order': () => problem('serverInternal', 500) },
    status: 2,
    stderr: /the order: a detail \(serverInternal\)/,
  },
  {
    name: 'nonces that are refused nine times in ten',
    answers: { '/order': (time) => (time < 9 ? problem('badNonce', 400) : undefined) },
    status: 0,
    stderr: /^$/,
    times: { '/order': 10, '/nonce': 1 },
  },
  {
    name: 'nonces that are refused for ever',
    answers: { '/order': () => problem('badNonce', 400) },
    status: 2,
    stderr: /the order: a detail \(badNonce\)/,
    times: { '/order': 101 },
  },
  {
    name: 'a directory without newOrder',
    answers: { '/directory': () => ({ body: { newNonce: 'x', newAccount: 'y' } }) },
    status: 2,
    stderr: /this is no ACME directory: no newNonce, newAccount and newOrder in it/,
  },
  {
    name: 'a page in place of the directory',
    answers: { '/directory': () => ({ body: '<html>' }) },
    status: 2,
    stderr: /this is no ACME directory: no JSON object/,
  },
  {
    name: 'a page of a proxy in between',
    answers: { '/order': () => ({ status: 502, body: '<html>Bad gateway' }) },
    status: 2,
    stderr: /the order: status 502 and no problem document, but 17 bytes of text\/html\nhint: something between/,
  },
  {
    name: 'a redirect of what is posted',
    answers: { '/order': () => ({ status: 307, headers: { Location: 'https://elsewhere.hu/order' } }) },
    status: 2,
    stderr: /the order: status 307 and no problem document/,
  },
  {
    name: 'a redirect of the directory to another scheme',
    answers: { '/directory': () => ({ status: 302, headers: { Location: 'https://elsewhere.hu/directory' } }) },
    status: 2,
    stderr: /redirected from http: to https:, which is not followed/,
  },
  {
    name: 'a directory that leads elsewhere without TLS',
    answers: {
      '/directory': () => ({
        body: { newNonce: 'http://192.0.2.1/nonce', newAccount: 'http://192.0.2.1/a', newOrder: 'http://192.0.2.1/o' },
      }),
    },
    status: 2,
    stderr: /the server sends us to http:\/\/192\.0\.2\.1\/nonce, which is no https URL/,
  },
  {
    name: 'an order that is processed without end',
    answers: {
      '/finalize': () => ({ body: { status: 'processing' } }),
      '/order/1': (time) => (time === 0 ? undefined : { body: { status: 'processing' } }),
    },
    more: ['--timeout', '5s'],
    status: 2,
    stderr: /gave up after 5 s of waiting for .*\nhint: wait longer with --timeout/,
  },
  {
    name: 'an order that becomes invalid',
    answers: {
      '/finalize': () => ({ body: { status: 'processing' } }),
      '/order/1': (time) =>
        time === 0
          ? undefined
          : { body: { status: 'invalid', error: { type: 'urn:ietf:params:acme:error:badCSR', detail: 'no' } } },
    },
    status: 1,
    stderr: /the order: no \(badCSR\)/,
  },
  {
    name: 'an account that is not there',
    answers: { '/account': () => problem('accountDoesNotExist', 400) },
    status: 2,
    stderr: /the CA has no account for this key\nhint: read the CA's terms of service, then --agree-tos makes one/,
  },
  {
    name: 'a token that is a path',
    answers: {
      '/order': (_, { url }) => ({
        status: 201,
        headers: { Location: url.replace('directory', 'order/1') },
        body: { status: 'pending', authorizations: [url.replace('directory', 'authz')] },
      }),
      '/authz': (_, { url }) => ({
        body: {
          status: 'pending',
          identifier: { type: 'dns', value: 'a.valami.hu' },
          challenges: [{ type: 'http-01', url, token: '../../../etc/passwd' }],
        },
      }),
    },
    status: 1,
    stderr: /a\.valami\.hu: the CA does not offer http-01 for it, but none this client knows/,
  },
  {
    name: 'no chain',
    answers: { '/certificate': () => ({ body: 'nothing' }) },
    status: 2,
    stderr: /the chain the CA sent cannot be read|the CA sent no certificate/,
  },
];

t.test('servers that are busy, broken or hostile', async (t) => {
  for (const { name, answers, more = [], status, stderr, times = {} } of some(cases, 2)) {
    await t.test(name, async (t) => {
      const stub = await startStub(chain, answers);
      t.teardown(stub.stop);
      const result = await submit(stub, ...more);
      t.equal(result.status, status, 'exit status', { result });
      t.match(result.stderr, stderr);
      if (status === 0) t.equal(result.stdout, chain, 'the chain as it came');
      else t.equal(result.stdout, '', 'not a byte');
      for (const [path, count] of Object.entries(times)) {
        t.equal(stub.requests.filter((each) => each.path === path).length, count, `${path} was asked for`);
      }
      for (const { method, headers } of stub.requests) {
        t.match(headers['user-agent'], /^pkiutils\/\d/, 'a name to go by');
        t.notOk(headers['transfer-encoding'], 'no body in chunks');
        if (method === 'POST') t.equal(headers['content-type'], 'application/jose+json');
      }
    });
  }
});

t.test('a chain that is not what was asked for is not written', async (t) => {
  session(
    t,
    folder,
    `
    $ csr-gen -a a.valami.hu -n ec:P-256 -K b.key | csr-sign --ca ca.pem --ca-key ca.key > other-key.pem
    $ csr-gen -a b.valami.hu -k a.key | csr-sign --ca ca.pem --ca-key ca.key > other-name.pem
    $ cat ca.pem chain.pem > ca-first.pem; cat chain.pem a.key > with-key.pem
    `,
  );
  const expected = {
    'other-key.pem': 'the certificate the CA sent is for another key than the request',
    'other-name.pem': 'the certificate the CA sent has other names than the request: b.valami.hu',
    'ca-first.pem': 'the certificate the CA sent is for another key than the request',
    'with-key.pem': 'the CA sent something else at line',
  };
  for (const [file, words] of Object.entries(expected)) {
    const stub = await startStub(readFileSync(join(folder, file), 'utf8'));
    const { status, stdout, stderr } = await submit(stub);
    await stub.stop();
    t.same([status, stdout], [2, ''], file);
    t.ok(stderr.includes(words), words, { stderr });
  }
});

t.test('the order is for the names of the request and no others', async (t) => {
  const stub = await startStub(chain);
  t.teardown(stub.stop);
  t.equal((await submit(stub, '--agree-tos')).status, 0);
  const order = stub.requests.find(({ path }) => path === '/order');
  t.same(order?.payload, { identifiers: [{ type: 'dns', value: 'a.valami.hu' }] });
});

t.test('what is wrong with the call is said before anything is sent', async (t) => {
  const stub = await startStub(chain);
  t.teardown(stub.stop);
  const ca = `--server ${stub.url} --ca-file ca.pem`;
  session(
    t,
    folder,
    `
    $ csr-submit --server ${stub.url} --account account.key --webroot www a.csr
    2> /^csr-submit: --server: http:.*: ACME goes over https$/
    2> hint: http is for loopback addresses, with --ca-file
    ? 2
    $ csr-submit --server http://ca.valami.hu/dir --ca-file ca.pem --account account.key --webroot www a.csr
    2> csr-submit: --server: http://ca.valami.hu/dir: ACME goes over https
    2> ...
    ? 2
    $ csr-submit --server letsencript --account account.key --webroot www a.csr
    2> csr-submit: --server: letsencript is neither a URL nor a CA known by name
    2> hint: did you mean letsencrypt?
    ? 2
    $ csr-submit ${ca} --account a.key --webroot www a.csr
    2> csr-submit: a.key: this is the key of the request, an account has one of its own
    2> hint: another file for --account; --agree-tos makes it
    ? 2
    $ csr-submit ${ca} --account account.key --webroot www --renews ca.pem a.csr
    2> csr-submit: ca.pem: the certificate has no authority key identifier, which renewal goes by
    ? 2
    $ csr-submit ${ca} --account nowhere.key --webroot www a.csr
    2> csr-submit: nowhere.key: no such file or directory
    ? 2
    $ csr-submit ${ca} --account account.key a.csr
    2> csr-submit: who answers the challenges?
    2> hint: http-01: --webroot or --listen; tls-alpn-01: --listen; dns-01: --hook or --nsupdate
    ? 2
    $ csr-submit ${ca} --account account.key --webroot www --challenge dns-01 a.csr
    2> csr-submit: --challenge dns-01: this way answers http-01
    2> ...
    ? 2
    $ csr-submit ${ca} --account account.key --webroot www --listen 80 a.csr
    2> csr-submit: --webroot and --listen exclude each other
    ? 2
    $ csr-submit ${ca} --account account.key --listen eighty a.csr
    2> csr-submit: --listen: eighty is no port
    2> ...
    ? 2
    $ csr-submit ${ca} --account account.key --nsupdate ns1 a.csr
    2> csr-submit: --nsupdate and --tsig go together: the DNS server, and the key it takes updates with
    ? 2
    $ csr-gen -a 'email:a@valami.hu' -s CN=somebody -k a.key | csr-submit ${ca} --account account.key --webroot www
    2> csr-submit: the request asks for a name of kind email, which no CA issues over ACME
    2> hint: csr-gen --san gives it names
    ? 1
    $ cat a.csr a.csr | csr-submit ${ca} --account account.key --webroot www
    2> /^csr-submit: -: several requests \\(line 1, line \\d+\\): which one\\?$/
    2> hint: one call for each
    ? 2
    $ csr-submit ${ca} --account account.key --webroot www a.csr a.csr
    2> csr-submit: one request at a time, found a.csr too
    2> hint: one call for each
    ? 2
    `,
  );
  t.same(stub.requests, []);
});
