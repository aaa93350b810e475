import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import t from 'tap';
import { dnsNameProblem } from '../../src/names/dns-syntax.js';
import { matchesDnsName } from '../../src/names/wildcard.js';
import { namedCertificate } from '../support/named-certificate.js';
import { randomHost, randomPattern } from '../support/random-names.js';
import { findProgram, run } from '../support/session.js';
import { isWhole } from '../support/whole.js';

/** Whether a client that looks at nothing but the name takes a certificate with this one dNSName for the host. */
type Client = (presented: string, host: string) => boolean;

const certificates = new Map<string, X509Certificate>();
const certificateFor = (presented: string): X509Certificate => {
  const known = certificates.get(presented) ?? new X509Certificate(namedCertificate([presented]));
  certificates.set(presented, known);
  return known;
};

const node: Client = (presented, host) =>
  tls.checkServerIdentity(host, certificateFor(presented).toLegacyObject() as tls.PeerCertificate) === undefined;

/** X509_check_host with its default flags, as `openssl s_client -verify_hostname` and most programs call it. */
const openssl: Client = (presented, host) =>
  certificateFor(presented).checkHost(host, { subject: 'never' }) !== undefined;

/** Where clients and we part, under the names of the man page's table. */
const differences = {
  'One label after the *': (presented: string) => /^\*\.[^.]*\.?$/.test(presented),
  'Final dot in the certificate': (presented: string) => presented.endsWith('.'),
  'Final dot in the host': (_: string, host: string) => host.endsWith('.'),
  'Underscore and *': (presented: string, host: string) => presented.startsWith('*') && host.includes('_'),
  '* as a part of a label': (presented: string) => /^[^.*]+\*|^\*[^.]/.test(presented),
  'No host name': (presented: string, host: string) =>
    [presented.replace(/^[^.]*\*[^.]*/, 'w'), host].some(isMalformed),
};

const isMalformed = (name: string) => dnsNameProblem(name.replace(/\.$/, ''), { underscore: true }) !== undefined;

for (const [name, client, allowed] of [
  [
    'Node.js',
    node,
    ['One label after the *', 'Final dot in the certificate', '* as a part of a label', 'No host name'],
  ],
  ['OpenSSL', openssl, Object.keys(differences)],
] as const) {
  t.test(`${name} answers as we do, but for the differences we know`, async (t) => {
    const explained = new Set<string>();
    fc.assert(
      fc.property(randomPattern, randomHost, (presented, host) => {
        if (host === '' || host.includes('\0')) return;
        if (client(presented, host) === matchesDnsName(presented, host)) return;
        const reasons = Object.entries(differences).filter(([, applies]) => applies(presented, host));
        const known = reasons.map(([reason]) => reason).filter((reason) => allowed.some((each) => each === reason));
        if (known.length === 0) throw new Error(`${JSON.stringify([presented, host])} is answered differently`);
        for (const reason of known) explained.add(reason);
      }),
      { numRuns: isWhole ? 10_000 : 2500 },
    );
    t.ok(explained.size > 0, `met: ${[...explained].join(', ')}`);
  });
}

t.test('--rfc6125 is what OpenSSL does with * at an end of a label', async () => {
  const label = fc.constantFrom('f', 'fo', 'foo', 'o', 'xn--tda', 'a-b', 'of');
  const pattern = fc.constantFrom('f*', '*o', 'foo*', '*foo', '*', 'x*', '*-b', 'xn--*', 'foo');
  fc.assert(
    fc.property(pattern, label, (left, host) => {
      const [presented, reference] = [`${left}.valami.hu`, `${host}.valami.hu`];
      return openssl(presented, reference) === matchesDnsName(presented, reference, { partial: true });
    }),
    { numRuns: 500 },
  );
});

/** The man page's table, a row an example: what the clients and we say. */
const table = [
  // Difference, presented, host, OpenSSL, curl, Node.js, wildcard-match.
  ['One label after the *', '*.hu', 'valami.hu', 'no', 'no', 'no', 'yes'],
  ['Public suffix after the *', '*.co.uk', 'valami.co.uk', 'yes', 'yes', 'yes', 'yes'],
  ['Final dot in the certificate', 'valami.hu.', 'valami.hu', 'no', 'yes', 'yes', 'no'],
  ['Final dot in the host', 'valami.hu', 'valami.hu.', 'no', 'yes', 'yes', 'yes'],
  ['Underscore and *', '*.valami.hu', '_x.valami.hu', 'no', 'yes', 'yes', 'yes'],
  ['* as a part of a label', 'f*.valami.hu', 'foo.valami.hu', 'yes', 'no', 'yes', 'no'],
  ['* for nothing', 'f*.valami.hu', 'f.valami.hu', 'yes', 'no', 'yes', 'no'],
  ['* inside a label', 'f*o.valami.hu', 'foo.valami.hu', 'no', 'no', 'yes', 'no'],
  ['* in an A-label', 'x*.valami.hu', 'xn--tda.valami.hu', 'no', 'no', 'yes', 'no'],
  ['No host name', '-a.valami.hu', '-a.valami.hu', 'yes', 'yes', 'yes', 'no'],
] as const;

const yes = (answer: boolean) => (answer ? 'yes' : 'no');

t.test("the man page's table is what the clients do", async (t) => {
  const page = readFileSync(fileURLToPath(new URL('../../man/wildcard-match.1', import.meta.url)), 'utf8');
  for (const [name, presented, host, byOpenssl, byCurl, byNode, byUs] of table) {
    t.equal(yes(openssl(presented, host)), byOpenssl, `OpenSSL: ${name}`);
    t.equal(yes(node(presented, host)), byNode, `Node.js: ${name}`);
    t.equal(yes(matchesDnsName(presented, host)), byUs, `wildcard-match: ${name}`);
    const row = page.split('\n').find((line) => line.startsWith(`.It Li ${presented} Ta Li ${host} Ta `));
    t.same(
      row?.split(' Ta ').slice(2),
      [byOpenssl, byCurl, ...(row?.split(' Ta ').slice(4, 6) ?? []), byNode, byUs],
      `the page has: ${name}`,
    );
  }
});

const curl = findProgram('curl');
const program = findProgram('openssl');

t.test(
  'curl, on a real connection',
  { skip: curl && program ? false : 'curl or openssl is not installed' },
  async (t) => {
    const cwd = t.testdir();
    const rows = table.filter(([, , host]) => !host.startsWith('-'));
    for (const [name, presented, host, , expected] of rows) {
      selfSigned(cwd, [`DNS:${presented}`]);
      const [cert, key] = [readFileSync(join(cwd, 'c.pem')), readFileSync(join(cwd, 'k.pem'))];
      const server = createServer({ cert, key }, (_, response) => response.end()).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const args = ['-sS', '--noproxy', '*', '--cacert', join(cwd, 'c.pem'), '--connect-to', `::127.0.0.1:${port}`];
      const found = await promisify(execFile)(curl ?? '', [...args, `https://${host}/`]).then(
        () => 'yes',
        (error: { code: number; stderr: string }) => (error.code === 60 ? 'no' : error.stderr),
      );
      t.equal(found, expected, `${name}: ${presented} ${host}`);
      server.close();
    }
  },
);

/** Writes c.pem and k.pem: a self-signed certificate with these names. */
function selfSigned(cwd: string, names: readonly string[]): void {
  const request = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '2'];
  const result = run(
    'openssl',
    [
      ...request,
      '-subj',
      '/CN=test',
      '-addext',
      `subjectAltName=${names.join(',')}`,
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
    ],
    { cwd },
  );
  if (result.status !== 0) throw new Error(result.stderr);
}

t.test(
  'openssl verify agrees about a whole certificate',
  { skip: program ? false : 'openssl is not installed' },
  async (t) => {
    const cwd = t.testdir();
    selfSigned(cwd, [
      'DNS:valami.hu',
      'DNS:*.valami.hu',
      'DNS:xn--tkr-tna2a.hu',
      'DNS:*.deep.other.hu',
      'IP:192.0.2.1',
      'IP:2001:db8::1',
      'DNS:10.0.0.1',
    ]);
    const hosts = [
      ['valami.hu', '-verify_hostname'],
      ['VALAMI.HU', '-verify_hostname'],
      ['alma.valami.hu', '-verify_hostname'],
      ['jonatan.alma.valami.hu', '-verify_hostname'],
      ['xn--tkr-tna2a.hu', '-verify_hostname'],
      ['other.hu', '-verify_hostname'],
      ['deep.other.hu', '-verify_hostname'],
      ['a.deep.other.hu', '-verify_hostname'],
      ['a.b.deep.other.hu', '-verify_hostname'],
      ['192.0.2.1', '-verify_ip'],
      ['192.0.2.2', '-verify_ip'],
      ['2001:DB8:0:0::1', '-verify_ip'],
      ['2001:db8::2', '-verify_ip'],
      ['::ffff:192.0.2.1', '-verify_ip'],
      ['10.0.0.1', '-verify_ip'],
    ] as const;
    const list = hosts.map(([host]) => `${host}\n`).join('');
    const covered = run('wildcard-match', ['--cert', 'c.pem'], { cwd, stdin: list }).stdout.split('\n');
    for (const [host, option] of hosts) {
      const theirs = run('openssl', ['verify', '-CAfile', 'c.pem', option, host, 'c.pem'], { cwd });
      t.equal(covered.includes(host), theirs.status === 0, host);
    }
  },
);
