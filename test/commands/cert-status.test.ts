import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { objectIdentifier, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import { jsonLines } from '../support/json-lines.js';
import { listening } from '../support/loopback.js';
import { makeList, makeRefusal, makeResponse, pointsOf, type ResponseShape, scopeOf } from '../support/revocation.js';
import { runBeside, session } from '../support/session.js';
import {
  type ExtensionShape,
  generalName,
  type Made,
  make,
  makeCa,
  newKey,
  oids,
  SERVER_AUTH,
  type Shape,
} from '../support/test-ca.js';

const pem = (...made: readonly Made[]): string => made.map(({ der }) => encodePem('CERTIFICATE', der)).join('');

/** Authority information access: OCSP responders, and where the issuer's certificate is. */
const access = (responders: readonly string[], issuers: readonly string[] = []): ExtensionShape => ({
  value: sequence(
    ...responders.map((url) => sequence(objectIdentifier('1.3.6.1.5.5.7.48.1'), generalName(url))),
    ...issuers.map((url) => sequence(objectIdentifier('1.3.6.1.5.5.7.48.2'), generalName(url))),
  ),
});

const AT = '--at 2026-07-01';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const ca = makeCa('CA');

t.test('lists in files', async (t) => {
  const cwd = t.testdir();
  const [good, bad, held] = [make('good.hu', ca), make('bad.hu', ca), make('held.hu', ca)];
  const file = (name: string, content: string | Buffer) => writeFileSync(join(cwd, name), content);
  file('ca.pem', pem(ca));
  for (const [name, made] of Object.entries({ good, bad, held })) file(`${name}.pem`, pem(made));
  file('chain.pem', pem(good, ca));
  const entries = [
    { of: bad, reason: 1 },
    { of: held, reason: 6 },
  ];
  file('ca.crl', makeList(ca, { entries }));
  file('ca.crl.pem', encodePem('X509 CRL', makeList(ca, { entries })));
  file('old.crl', makeList(ca, { nextUpdate: '2026-06-30T00:00:00Z' }));
  file('other.crl', makeList(makeCa('Other')));
  file('delta.crl', makeList(ca, { base: 5, number: 6, entries: [{ of: held, reason: 8 }] }));
  file('staple.der', makeResponse(ca, good));
  file('revoked.der', makeResponse(ca, good, { status: { reason: 4 } }));
  const status = `cert-status ${AT} --offline`;
  session(
    t,
    cwd,
    `
    $ ${status} --issuer ca.pem --crl ca.crl good.pem
    good.pem: CN=good.hu: good, by ca.crl, next update 2026-12-01T00:00:00Z
    $ cat good.pem bad.pem held.pem | ${status} --issuer ca.pem --crl ca.crl.pem
    -: CN=good.hu: good, by ca.crl.pem, next update 2026-12-01T00:00:00Z
    -: CN=bad.hu: revoked, since 2026-05-01T00:00:00Z, keyCompromise, by ca.crl.pem, next update 2026-12-01T00:00:00Z
    -: CN=held.hu: suspended, since 2026-05-01T00:00:00Z, certificateHold, by ca.crl.pem, next update 2026-12-01T00:00:00Z
    ? 1
    # The issuer may stand beside it.
    $ ${status} --crl - chain.pem < ca.crl
    chain.pem: CN=good.hu: good, by -, next update 2026-12-01T00:00:00Z
    $ ${status} -q --issuer ca.pem --crl ca.crl --crl delta.crl held.pem
    $ ${status} --issuer ca.pem --crl old.crl --crl other.crl good.pem
    good.pem: CN=good.hu: unknown
        old.crl: the list is out of date since 2026-06-30T00:00:00Z [RFC 5280 5.1.2.5]
        other.crl: the list is of CN=Other, another issuer than the certificate names [RFC 5280 6.3.3 (b) (1)]
    ? 2
    # 2 beats 1.
    $ ${status} -q --issuer ca.pem --crl ca.crl bad.pem nowhere.pem
    2> cert-status: nowhere.pem: no such file or directory
    ? 2
    $ ${status} -q --issuer ca.pem --crl nowhere.crl good.pem
    2> cert-status: nowhere.crl: no such file or directory
    ? 2
    $ ${status} -q --issuer ca.pem --crl good.pem good.pem
    2> /^cert-status: good.pem: line 1: expected a revocation list, found a certificate$/
    2> ...
    ? 2
    $ ${status} --crl ca.crl good.pem
    good.pem: CN=good.hu: unknown
        the certificate of its issuer CN=CA is not at hand
        hint: give it with --issuer
    ? 2
    # Of a certificate that has expired a list need not tell any more.
    $ cert-status --at 2027-01-02 --offline --issuer ca.pem --crl ca.crl --max-age 52w good.pem
    good.pem: CN=good.hu: unknown
    ...
    ? 2
    $ ${status} --issuer ca.pem --staple staple.der good.pem
    good.pem: CN=good.hu: good, by staple.der, next update 2026-12-01T00:00:00Z
    $ ${status} -q --issuer ca.pem --staple staple.der --staple-out out.der good.pem && cmp staple.der out.der
    $ ${status} --issuer ca.pem --staple revoked.der --crl ca.crl good.pem
    good.pem: CN=good.hu: revoked, since 2026-05-01T00:00:00Z, superseded, by revoked.der, next update 2026-12-01T00:00:00Z
    ? 1
    $ ${status} --issuer ca.pem --staple staple.der --staple-out none.der bad.pem
    bad.pem: CN=bad.hu: unknown
        staple.der: the response is not for this certificate [RFC 6960 3.2 (1)]
    2> cert-status: none.der: there is no verified response: nothing is written
    ? 2
    $ test -e none.der
    ? 1
    $ ${status} --issuer ca.pem --json --crl ca.crl bad.pem | jq -c '[.type, .status, .since, .reason, .method, .by, .problems]'
    ["status","revoked","2026-05-01T00:00:00Z","keyCompromise","crl",["ca.crl"],[]]
    $ ${status} ca.pem
    ca.pem: CN=CA: unknown
        it names no revocation list and no responder that could be asked
        hint: give one with --crl or --ocsp
    ? 2
    $ ${status} --method post good.pem
    2> cert-status: --method: post is none of crl, ocsp, any
    ? 2
    $ ${status} --ocsp ocsp.valami.hu good.pem
    2> cert-status: --ocsp: ocsp.valami.hu is not the URL of a responder
    2> hint: for example http://ocsp.valami.hu
    ? 2
    `,
  );
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** A server of many manners by path, with what was asked of it. */
async function serve(t: Test, answers: Readonly<Record<string, Answer>>): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, name = ''] = (request.url ?? '').split('/');
    asked.push(`${request.method} ${name}`);
    const answer = answers[name];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response, Buffer.concat(chunks));
  });
  return { url: `http://127.0.0.1:${await listening(t, server)}`, asked };
}

const sends =
  (octets: Buffer | string): Answer =>
  (_request, response) =>
    void response.end(octets);

/** Octets without end. */
const endless =
  (first: Buffer): Answer =>
  (_request, response) => {
    const more = (): void => {
      while (response.writable && response.write(Buffer.alloc(65_536, 0x30)));
    };
    response.on('drain', more).on('error', () => {});
    response.write(first);
    more();
  };

/** Octets that stop coming. */
const slow =
  (octets: Buffer): Answer =>
  (_request, response) =>
    void response.write(octets.subarray(0, 20));

interface Line {
  readonly source: string;
  readonly status: string;
  readonly method: string | null;
  readonly problems: readonly { readonly source: string | null; readonly code: string }[];
}

async function ask(t: Test, cwd: string, args: readonly string[]): Promise<Map<string, string>> {
  const { stdout, stderr, status } = await runBeside(
    'cert-status',
    [...AT.split(' '), '--no-proxy', '--json', ...args],
    {
      cwd,
    },
  );
  t.equal(stderr, '');
  jsonLines(t, Buffer.from(stdout));
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
  t.equal(status, Math.max(...lines.map((line) => ({ good: 0, revoked: 1, suspended: 1 })[line.status] ?? 2)));
  return new Map(
    lines.map((line) => [
      line.source,
      line.status === 'unknown' ? line.problems.map(({ code }) => code).join(' ') : `${line.status} ${line.method}`,
    ]),
  );
}

t.test('lists from servers of all manners', async (t) => {
  const cwd = t.testdir();
  const list = makeList(ca);
  const cells: Readonly<Record<string, readonly [answer: Answer | undefined, expected: string]>> = {
    good: [sends(list), 'good crl'],
    pem: [sends(encodePem('X509 CRL', list)), 'good crl'],
    forged: [sends(makeList(ca, { signedBy: newKey() })), 'crl_signature'],
    stale: [sends(makeList(ca, { nextUpdate: '2026-06-30T00:00:00Z' })), 'crl_expired'],
    shard: [sends(makeList(ca, { scope: scopeOf({ names: ['http://ca.valami.hu/other.crl'] }) })), 'crl_scope'],
    missing: [undefined, 'net_status'],
    html: [sends('<html><body>It works!</body></html>'), 'input'],
    empty: [sends(''), 'input'],
    certificate: [sends(ca.der), 'input_kind'],
    broken: [sends(list.subarray(0, 100)), 'input'],
    redirect: [(_request, response) => void response.writeHead(302, { Location: '/good' }).end(), 'good crl'],
    secure: [
      (_request, response) => void response.writeHead(302, { Location: 'https://127.0.0.1/' }).end(),
      'net_redirect',
    ],
    round: [(_request, response) => void response.writeHead(302, { Location: '/round' }).end(), 'net_redirect'],
    endless: [endless(Buffer.alloc(0)), 'der_truncated'],
    zipped: [
      (_request, response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(list),
      'net_http',
    ],
    slow: [slow(list), 'net_timeout'],
  };
  const answers = Object.entries(cells).flatMap(([name, [answer]]) =>
    answer === undefined ? [] : [[name, answer] as const],
  );
  const { url } = await serve(t, Object.fromEntries(answers));
  writeFileSync(join(cwd, 'ca.pem'), pem(ca));
  for (const name of Object.keys(cells)) {
    const shape = { extensions: { [ExtensionOid.crlDistributionPoints]: pointsOf({ names: [`${url}/${name}`] }) } };
    writeFileSync(join(cwd, name), pem(make(name, ca, shape)));
  }
  const found = await ask(t, cwd, ['--issuer', 'ca.pem', '--timeout', '2s', '--max-size', '2M', ...Object.keys(cells)]);
  for (const [name, [, expected]] of Object.entries(cells)) t.equal(found.get(name), expected, name);
});

/** The octets of the nonce in a request, which it ends with. */
const nonceIn = (request: Buffer): Buffer => request.subarray(-32);

const signedFor = (purpose: string, issuer: Made, shape: Shape = {}): Made =>
  make('Responder', issuer, { ...shape, extensions: { [ExtensionOid.extendedKeyUsage]: { value: oids(purpose) } } });

t.test('responders of all manners', async (t) => {
  const cwd = t.testdir();
  const certificates = new Map<string, Made>();
  const responds =
    (name: string, shape: ResponseShape = {}): Answer =>
    (_request, response) =>
      void response.end(makeResponse(ca, certificates.get(name) ?? ca, shape));
  const shapes: Readonly<Record<string, readonly [shape: ResponseShape, expected: string]>> = {
    good: [{}, 'good ocsp'],
    revoked: [{ status: {}, hash: 'sha256' }, 'revoked ocsp'],
    hold: [{ status: { reason: 6 } }, 'suspended ocsp'],
    unknown: [{ status: 'unknown' }, 'ocsp_unknown'],
    expired: [{ nextUpdate: '2026-06-30T00:00:00Z' }, 'ocsp_expired'],
    early: [{ thisUpdate: '2026-07-02T00:00:00Z' }, 'ocsp_not_yet_valid'],
    last: [{ nextUpdate: null }, 'ocsp_no_next_update'],
    forged: [{ signedBy: newKey() }, 'ocsp_signature'],
    stranger: [{ signer: makeCa('Stranger') }, 'ocsp_signer'],
    delegate: [{ signer: signedFor(OCSP_SIGNING, ca) }, 'good ocsp'],
    'no-delegate': [{ signer: signedFor(SERVER_AUTH, ca) }, 'ocsp_signer'],
    'foreign-delegate': [{ signer: signedFor(OCSP_SIGNING, makeCa('CA')) }, 'ocsp_signer'],
    'late-delegate': [{ signer: signedFor(OCSP_SIGNING, ca, { notAfter: '2026-06-30T00:00:00Z' }) }, 'ocsp_signer'],
    another: [{ about: ca }, 'ocsp_other'],
    critical: [{ extensions: { '1.2.3.4': { critical: true, value: Buffer.of(5, 0) } } }, 'ocsp_critical'],
  };
  const others: Readonly<Record<string, readonly [answer: Answer | undefined, expected: string]>> = {
    malformed: [sends(makeRefusal(1)), 'ocsp_malformedRequest'],
    later: [sends(makeRefusal(3)), 'ocsp_tryLater'],
    unauthorized: [sends(makeRefusal(6)), 'ocsp_unauthorized'],
    missing: [undefined, 'net_status'],
    html: [sends('<html>'), 'ocsp_malformed'],
    redirect: [(_request, response) => void response.writeHead(301, { Location: '/good' }).end(), 'ocsp_other'],
    endless: [endless(Buffer.of(0x30)), 'too_large'],
    slow: [slow(makeResponse(ca, ca)), 'net_timeout'],
    'right-nonce': [
      (request, response, body) =>
        void responds('right-nonce', request.method === 'POST' ? { nonce: nonceIn(body) } : {})(
          request,
          response,
          body,
        ),
      'good ocsp',
    ],
    'wrong-nonce': [responds('wrong-nonce', { nonce: Buffer.alloc(32) }), 'good ocsp'],
  };
  const cells: typeof others = {
    ...Object.fromEntries(Object.entries(shapes).map(([name, [shape, word]]) => [name, [responds(name, shape), word]])),
    ...others,
  };
  const answers = Object.entries(cells).flatMap(([name, [answer]]) =>
    answer === undefined ? [] : [[name, answer] as const],
  );
  const { url, asked } = await serve(t, Object.fromEntries(answers));
  writeFileSync(join(cwd, 'ca.pem'), pem(ca));
  for (const name of Object.keys(cells)) {
    const made = make(name, ca, { extensions: { [ExtensionOid.authorityInfoAccess]: access([`${url}/${name}`]) } });
    certificates.set(name, made);
    writeFileSync(join(cwd, name), pem(made));
  }
  const found = await ask(t, cwd, ['--issuer', 'ca.pem', '--timeout', '2s', ...Object.keys(cells)]);
  for (const [name, [, expected]] of Object.entries(cells)) t.equal(found.get(name), expected, name);
  t.equal(asked.filter((each) => each === 'GET good').length >= 1, true, 'a short request goes by GET');
  t.equal(asked.filter((each) => each === 'GET unauthorized').length, 2, 'a refusal is asked again, by SHA-256');
  const nonces = ['good', 'right-nonce', 'wrong-nonce'];
  const withNonce = await ask(t, cwd, ['--issuer', 'ca.pem', '--nonce', '--method', 'ocsp', ...nonces]);
  t.same([...withNonce.values()], ['ocsp_nonce', 'good ocsp', 'ocsp_nonce']);
  t.same(
    asked.slice(-3).sort(),
    nonces.map((name) => `POST ${name}`),
    'a nonce goes by POST',
  );
});

t.test('the issuer from where the certificate says it is, and the cache', async (t) => {
  const cwd = t.testdir();
  let list = makeList(ca);
  const conditions: string[] = [];
  const { url, asked } = await serve(t, {
    'ca.cer': sends(ca.der),
    'ca.crl': (request, response) => {
      conditions.push(`${request.headers['if-none-match']} ${request.headers['if-modified-since']}`);
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { ETag: '"1"', 'Last-Modified': 'Mon, 01 Jun 2026 00:00:00 GMT' }).end(list);
    },
  });
  const leaf = make('leaf', ca, {
    extensions: {
      [ExtensionOid.crlDistributionPoints]: pointsOf({ names: ['ldap://ca.valami.hu/', `${url}/ca.crl`] }),
      [ExtensionOid.authorityInfoAccess]: access([], [`${url}/ca.cer`]),
    },
  });
  writeFileSync(join(cwd, 'leaf.pem'), pem(leaf));
  writeFileSync(join(cwd, 'ca.pem'), pem(ca));
  const known = ['--issuer', 'ca.pem', '--cache', 'kept', 'leaf.pem'];
  const state = async (args: readonly string[]) => [...(await ask(t, cwd, args)).values()][0];
  t.equal(await state(['--cache', 'kept', 'leaf.pem']), 'good crl');
  t.same(asked.splice(0), ['GET ca.cer', 'GET ca.crl']);
  const [kept = ''] = readdirSync(join(cwd, 'kept'));
  t.equal(await state(known), 'good crl', 'kept until its next update');
  t.equal(await state(['--offline', ...known]), 'good crl');
  t.same(asked.splice(0), [], 'without the network');

  t.equal(await state(['--max-age', '1d', ...known]), 'crl_too_old', 'too old for this call: is there a newer one?');
  t.same(asked.splice(0), ['GET ca.crl']);
  t.equal(conditions.at(-1), '"1" Mon, 01 Jun 2026 00:00:00 GMT');

  writeFileSync(join(cwd, 'kept', kept), `{}\n${makeList(ca, { signedBy: newKey() }).toString('latin1')}`, 'latin1');
  t.equal(await state(['--offline', ...known]), 'offline', 'what does not hold is not there');
  t.equal(await state(known), 'good crl', 'and comes anew');
  t.equal(conditions.at(-1), 'undefined undefined');

  list = makeList(ca, { signedBy: newKey() });
  const before = readFileSync(join(cwd, 'kept', kept));
  t.equal(await state(['--max-age', '1d', ...known]), 'crl_too_old');
  writeFileSync(join(cwd, 'kept', kept), '{}\n');
  t.equal(await state(known), 'crl_signature', 'what is forged is not kept');
  t.not(readFileSync(join(cwd, 'kept', kept)).equals(before), true);
  t.same(
    readdirSync(join(cwd, 'kept')).filter((name) => name.endsWith('.tmp')),
    [],
  );

  list = makeList(ca);
  mkdirSync(join(cwd, 'closed'));
  writeFileSync(join(cwd, 'closed', 'file'), '');
  const { stderr, status } = await runBeside(
    'cert-status',
    [...AT.split(' '), '--no-proxy', '-q', '--issuer', 'ca.pem', '--cache', 'closed/file', 'leaf.pem'],
    { cwd },
  );
  t.match(stderr, /^cert-status: closed\/file: warning: an answer could not be kept: /);
  t.equal(status, 0, 'the answer is as good as ever');
  t.equal(existsSync(join(cwd, 'kept')) && statSync(join(cwd, 'closed', 'file')).size, 0);
});
