import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { findProgram, run } from '../support/session.js';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const { bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { bin: object };
const read = (name: string): string => readFileSync(`${dist}${name}`, 'utf8');

/** The commands that are there to reach the network. */
const reaching: readonly string[] = [
  'cert-fetch',
  'csr-submit',
  'acme-account',
  'cert-revoke',
  'cert-due',
  'cert-status',
];

/** Modules of Node.js that a connection or a name look-up begins with, however they are loaded. */
const network =
  /\b(?:require|import|getBuiltinModule)\(["'`](?:node:)?(?:net|tls|http|https|http2|dns|dns\/promises|dgram|inspector|inspector\/promises)["'`]\)|\bfetch\(|\bWebSocket\(|\bEventSource\(|process\.binding/;

/** Parts that have OpenSSL read keys and certificates as a server does: a context alone opens no connection. */
const contextMakers: ReadonlySet<string> = new Set(['commands-pem-merge-read-back.cjs']);

/** A command's file in dist/ with all that it loads, directly or by way of others. */
function filesOf(command: string): Set<string> {
  const files = new Set([`${command}.cjs`]);
  for (const file of files) {
    for (const [, name = ''] of read(file).matchAll(/["'`]\.\/([\w-]+\.cjs)["'`]/g)) files.add(name);
  }
  return files;
}

t.test('only the commands that are there for it can reach the network', async (t) => {
  const able = new Set(readdirSync(dist).filter((name) => name.endsWith('.cjs') && network.test(read(name))));
  for (const name of contextMakers) {
    t.ok(able.delete(name), name);
    const text = read(name);
    const [, tls = ''] = /\b([\w$]+)=require\("node:tls"\)/.exec(text) ?? [];
    const uses = [...text.matchAll(/\b([\w$]+)\.(\w+)/g)].filter(([, object]) => object === tls);
    t.same(new Set(uses.map(([, , member]) => member)), new Set(['createSecureContext']), `${name}: a context alone`);
    t.notMatch(text.replace('require("node:tls")', ''), network, `${name}: nothing else`);
  }
  for (const command of Object.keys(bin)) {
    const files = [...filesOf(command)].filter((file) => able.has(file));
    if (reaching.includes(command)) t.not(files.length, 0, `${command} reaches it`);
    else t.same(files, [], `${command} does not`);
  }
  const known = new Set(reaching.flatMap((command) => [...filesOf(command)]));
  t.same(
    [...able].filter((file) => !known.has(file)),
    [],
    'nor does anything else that ships',
  );
});

t.test('only two parts start another program, neither through a shell', async (t) => {
  const starters = readdirSync(dist).filter((name) => {
    const text = name.endsWith('.cjs') ? read(name) : '';
    return /child_process|import\("clipboardy"\)/.test(text);
  });
  t.same(starters.sort(), ['acme-hook.cjs', 'cli-clipboard.cjs']);
  for (const name of starters) t.notMatch(read(name), /shell:|\bexec(?:Sync)?\(/, name);
});

/** A call of each command that may not reach the network, in a folder with what it needs; and of one told not to. */
const calls: Readonly<Record<string, string>> = {
  'csr-gen': 'csr-gen -q --cn leaf.valami.hu -n ec:P-256 -K leaf.key -o leaf.csr',
  'csr-check': 'csr-check --profile webpki leaf.csr',
  'csr-sign': `csr-sign -q --ca ca.pem --ca-key ca.key --crl-url "$CLOSED/ca.crl" -o leaf.pem leaf.csr`,
  'pem-merge': 'pem-merge -q leaf.key leaf.pem ca.pem -o merged.pem',
  'cert-info': 'cert-info --json leaf.pem',
  'cert-verify': 'cert-verify --trust ca.pem --name leaf.valami.hu --profile rfc5280 leaf.pem',
  'crl-gen': 'crl-gen -q --ca ca.pem --ca-key ca.key -o ca.crl leaf.pem',
  'key-conv': 'key-conv --public leaf.key',
  'key-match': 'key-match leaf.key leaf.pem',
  'pem-split': 'pem-split -d parts merged.pem',
  'cert-diff': 'cert-diff leaf.pem ca.pem',
  'wildcard-match': "wildcard-match '*.valami.hu' leaf.valami.hu",
  'cert-status --offline': 'cert-status --offline --cache kept --issuer ca.pem leaf.pem',
};

/** True for a command that is told not to reach the network. */
const isTold = (call: string): boolean => call.includes('--offline');

const canTrace = findProgram('strace') !== undefined && run('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
t.test('no call of the system asks for the network', { skip: canTrace ? false : 'strace does not run' }, async (t) => {
  const cwd = t.testdir();
  const named = Object.keys(calls).filter((name) => !isTold(name));
  t.same(
    named.sort(),
    Object.keys(bin)
      .filter((command) => !reaching.includes(command))
      .sort(),
  );
  const env = { CLOSED: 'http://127.0.0.1:9' };
  run('csr-gen', ['-q', '--cn', 'CA', '--ca', '--self-sign', '99', '-n', 'ec:P-256', '-K', 'ca.key', '-o', 'ca.pem'], {
    cwd,
  });
  const traced = (call: string, name: string): string => {
    const { status, stderr } = run(
      'sh',
      [
        '-c',
        `exec strace -f -qq -e trace=socket,connect,bind,sendto,sendmsg,sendmmsg -e signal=none -o '${name}.trace' ${call} > /dev/null`,
      ],
      { cwd, env },
    );
    t.match(stderr, /^(?!.*internal error)/s, `${call} (${status})`);
    return readFileSync(join(cwd, `${name}.trace`), 'utf8');
  };
  for (const [name, call] of Object.entries(calls)) t.equal(traced(call, name), '', name);
  t.match(
    traced('cert-status --no-proxy --issuer ca.pem leaf.pem', 'told'),
    /connect\(.*htons\(9\)/,
    'it would be seen',
  );
});
