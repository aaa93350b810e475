import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { opensshPem } from '../../src/crypto/openssh-private-key.js';
import { children, encapsulated, readElement } from '../../src/der/reader.js';
import { integer, octetString, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { pemKinds } from '../../src/pem/labels.js';
import { isStandalone, run } from '../support/session.js';
import { isWhole, some } from '../support/whole.js';
import { Finder, privateParts } from './private-parts.js';

/**
 * No command shows private key material but where a key is what was asked for: every key, in every form, whole and damaged,
 * goes to every place that takes a file, and what is said is searched for 16 octets in a row of anything secret.
 */

const directory = t.testdir();
const passphrase = 'correct horse battery staple';
writeFileSync(join(directory, 'phrase'), `${passphrase}\n`, { mode: 0o600 });

const keys: Readonly<Record<string, KeyObject>> = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  pss: generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey,
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  k256: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
  ed25519: generateKeyPairSync('ed25519').privateKey,
  ed448: generateKeyPairSync('ed448').privateKey,
  x25519: generateKeyPairSync('x25519').privateKey,
  dsa: generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
};

const finder = new Finder(Object.values(keys).flatMap(privateParts));
finder.add(Buffer.from(passphrase));

/** The names of all files made of keys. */
const files: string[] = [];

function put(name: string, content: string | Buffer): void {
  writeFileSync(join(directory, name), content, { mode: 0o600 });
  files.push(name);
}

for (const [name, key] of Object.entries(keys)) {
  const pem = key.export({ type: 'pkcs8', format: 'pem' }) as string;
  put(`${name}.pem`, pem);
  put(`${name}.der`, key.export({ type: 'pkcs8', format: 'der' }));
  const encryption = { cipher: 'aes-128-cbc', passphrase } as const;
  put(`${name}.enc`, key.export({ type: 'pkcs8', format: 'pem', ...encryption }));
  if (name === 'rsa') put('rsa.pkcs1', key.export({ type: 'pkcs1', format: 'pem' }));
  if (/^[pk]\d/.test(name)) put(`${name}.sec1`, key.export({ type: 'sec1', format: 'pem' }));
}
for (const name of ['rsa', 'p256', 'ed25519']) {
  const pem = readFileSync(join(directory, `${name}.pem`), 'latin1');
  const lines = pem.trim().split('\n');
  const body = lines.slice(1, -1).join('');
  put(`${name}.cut`, pem.slice(0, -40));
  put(`${name}.bad`, pem.replace(body.slice(20, 24), '!..!'));
  put(`${name}.flat`, body);
  put(`${name}.begin-glued`, pem.replace('KEY-----\n', 'KEY---'));
  put(`${name}.end-glued`, pem.replace('\n-----END', '----END') + pem);
  put(`${name}.end-short`, pem.replace('\n-----END PRIVATE', '-END'));
  put(`${name}.escaped`, pem.replaceAll('\n', '\\n'));
  put(`${name}.url`, pem.replaceAll('/', '_').replaceAll('+', '-'));
  put(`${name}.as-request`, pem.replaceAll('PRIVATE KEY', 'CERTIFICATE REQUEST'));
  put(`${name}.as-certificate`, pem.replaceAll('PRIVATE KEY', 'CERTIFICATE'));
  put(`${name}.as-name`, `cn = "${body}"\n`);
  put(`${name}.as-json`, `{"CN": "${body}", "hosts": ["${body}"], "${body}": 1}\n`);
  const der = Buffer.from(readFileSync(join(directory, `${name}.der`)));
  put(`${name}.cut-der`, der.subarray(0, -3));
  put(`${name}.utf16`, Buffer.from(`\ufeff${pem}`, 'utf16le'));
}

/** Runs a command line and searches what it said; files it was asked to put a key into are not looked at. */
function search(t: Test, words: readonly string[]): void {
  const result = run('env', [`NODE_OPTIONS=--require=${logger}`, ...words], {
    cwd: directory,
    stdin: 'a.hu\n',
    env: { PROGRAMS: programs },
  });
  const shown = words.join(' ').slice(0, 100);
  const found = { stdout: finder.find(result.bytes), stderr: finder.find(Buffer.from(result.stderr)) };
  t.same(found, { stdout: undefined, stderr: undefined }, `${shown}: nothing secret`, {
    stdout: result.stdout.slice(0, 1500),
    stderr: result.stderr.slice(0, 1500),
  });
  t.notMatch(result.stderr, /internal error/, shown);
}

/** The view of ps and /proc/PID/cmdline: the words of every call, and of every program a command starts. */
const programs = join(directory, 'programs');
const logger = fileURLToPath(new URL('log-programs.cjs', import.meta.url));

t.test('the search finds what is there', async (t) => {
  const secret = Buffer.from(privateParts(keys['p256'] as KeyObject)[0] ?? []);
  for (let at = 0; at < 16; at++) {
    const run = secret.subarray(at, at + 16);
    t.equal(finder.find(Buffer.concat([Buffer.from('a: '), run, Buffer.from('\n')])), 'raw');
    t.equal(finder.find(Buffer.from(`x ${run.toString('hex').replace(/../g, '$&:')} y`)), 'hex');
    const line = Buffer.concat([Buffer.alloc(at), run, Buffer.alloc(3)]).toString('base64');
    t.equal(finder.find(Buffer.from(`x: '${line.replace(/.{7}/g, '$&\n')}'`)), 'base64');
  }
  t.equal(finder.find(Buffer.from('a message about nothing')), undefined);
});

t.test('every key, all at once, to the readers of many files', async (t) => {
  const all = files;
  const modes = [[], ['-l'], ['--json'], ['--pem'], ['--names'], ['--fingerprint=spki'], ['-f', 'key,warnings,source']];
  for (const mode of some(modes, 4)) search(t, ['cert-info', ...mode, ...all]);
  for (const mode of some(modes, 4, 1)) search(t, ['cert-info', ...mode, '--passin', 'file:phrase', ...all]);
  search(t, ['csr-check', ...all]);
  search(t, ['csr-check', '--json', ...all]);
  search(t, ['csr-sign', '--ca', 'none', ...all]);
  search(t, ['pem-merge', '--passin', 'file:phrase', '-o', 'merged', ...all]);
  search(t, ['wildcard-match', '-e', '*.hu', '--explain', ...all]);
  search(t, ['wildcard-match', ...all.flatMap((name) => ['-f', name])]);
  search(t, ['wildcard-match', ...all.flatMap((name) => ['--cert', name])]);
  search(t, ['wildcard-match', '--host', 'a.hu', ...all]);
});

t.test('every form of a private key, under every label, in every mode of cert-info', async (t) => {
  const derOf = (key: KeyObject | undefined, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
    key?.export({ type, format: 'der' }) ?? Buffer.alloc(0);
  const { rsa, p256, ed25519, dsa } = keys;
  const openssh = ed25519 === undefined ? '' : opensshPem(ed25519, undefined);
  const forms = {
    'PKCS#8': derOf(rsa, 'pkcs8'),
    'PKCS#8, version 2': sequence(integer(1), derOf(ed25519, 'pkcs8').subarray(5)),
    'PKCS#1': derOf(rsa, 'pkcs1'),
    'SEC 1': derOf(p256, 'sec1'),
    'DSA in PKCS#8': derOf(dsa, 'pkcs8'),
    "DSA in OpenSSL's form": opensslDsa(derOf(dsa, 'pkcs8')),
    OpenSSH: Buffer.from(openssh.split('\n').slice(1, -2).join(''), 'base64'),
    'JSON Web Key': Buffer.from(JSON.stringify(p256?.export({ format: 'jwk' }))),
    'a SEQUENCE around one': sequence(derOf(p256, 'pkcs8')),
    'an OCTET STRING around one': octetString(derOf(p256, 'pkcs8')),
    'one cut short': derOf(p256, 'pkcs8').subarray(0, -30),
  };
  const labels = [...pemKinds.keys(), 'OPENSSH PRIVATE KEY', 'ANY PRIVATE KEY', 'DATA'];
  const blocks = Object.values(forms).flatMap((der) => labels.map((label) => encodePem(label, der)));
  put('labels', blocks.join(''));
  for (const [i, der] of Object.values(forms).entries()) put(`form-${i}.der`, der);
  const all = ['labels', ...Object.keys(forms).map((_, i) => `form-${i}.der`)];
  const modes = [
    ...[[], ['-l'], ['--json'], ['--pem'], ['--names'], ['--fingerprint'], ['--fingerprint=spki'], ['--timeline']],
    ...[
      ['-f', 'type,key,warnings,public_key,subject'],
      ['--expires-within', '30d'],
      ['--jobs', '2', '-l'],
    ],
  ];
  for (const mode of some(modes, 2)) search(t, ['cert-info', ...mode, ...all]);
});

/** DSA's numbers one behind the other, the public one made up: nothing compares it. */
function opensslDsa(pkcs8: Buffer): Buffer {
  const fields = children(readElement(pkcs8));
  fields.next();
  const algorithm = children(fields.next());
  algorithm.next();
  const numbers = children(algorithm.next());
  const parameters = [numbers.next(), numbers.next(), numbers.next()].map((each) => each.encoding());
  return sequence(integer(0), ...parameters, integer(2), encapsulated(fields.next()).next().encoding());
}

t.test('every key in every place that takes one file', async (t) => {
  const places = [
    ['csr-gen', '--cn', 'a.hu', '-k'],
    ['csr-gen', '-n', 'ed25519', '-K', '/dev/null'],
    ['csr-gen', '-n', 'ed25519', '-K', '/dev/null', '--san-file'],
    ['csr-gen', '-n', 'ed25519', '-K', '/dev/null', '--from'],
    ['csr-sign', '--ca'],
    ['csr-check', '--profile'],
    ['csr-check', '--renews'],
    ['csr-check', '--key'],
  ];
  const wanted = files.filter((name) => /^p256\.(pem|flat|end|escaped|as-)|^rsa\.(pkcs1|begin|as-json)/.test(name));
  for (const [turn, place] of places.entries()) {
    for (const name of some(wanted, 10, turn)) search(t, [...place, name]);
  }
});

t.test('every kind of key at work', async (t) => {
  // A few kinds: the key on P-256 is among them, and used below.
  for (const [turn, name] of some(Object.keys(keys), 4, 2).entries()) {
    const pem = `${name}.pem`;
    search(t, ['csr-gen', '-k', `${name}.enc`, '--passin', 'file:phrase', '--cn', 'a.hu', '-o', `${name}.csr`]);
    search(t, ['csr-gen', '-k', pem, '--cn', 'CA', '--ca', '--self-sign', '9', '-o', `${name}.ca`]);
    if (!readdirSync(directory).includes(`${name}.ca`)) continue;
    const other = name === 'p256' ? 'rsa.pem' : 'p256.pem';
    const works = [
      ['csr-sign', '--ca', `${name}.ca`, '--ca-key', pem, `${name}.csr`],
      ['csr-check', '--json', '--key', pem, `${name}.csr`],
      ['pem-merge', '--check', pem, `${name}.ca`],
      ['pem-merge', '--no-key', pem, `${name}.ca`],
      ['pem-merge', other, `${name}.ca`],
    ];
    for (const words of some(works, 3, turn)) search(t, words);
  }
});

t.test(
  'no program is started with a secret among its words',
  { skip: isStandalone ? 'needs Node.js' : false },
  async (t) => {
    search(t, ['csr-gen', '-k', 'p256.pem', '--cn', 'a.hu', '--clip']);
    const log = readFileSync(programs, 'utf8');
    const started = log.split('\n').filter((line) => line.startsWith('["starts"'));
    t.ok(started.length >= 1, `${started.length} programs were started`);
    t.ok(log.split('\n').length > (isWhole ? 40 : 20), 'the calls are all there', { log: log.length });
    t.equal(finder.find(Buffer.from(log)), undefined, 'nothing secret in any call, or environment given on', {
      started: started.slice(0, 5),
    });
  },
);

t.test('an input key everybody can read is warned of', async (t) => {
  const { status } = run(
    'sh',
    ['-c', 'csr-gen -k p256.pem --cn a.hu --ca --self-sign 9 -o w.ca && cp p256.pem w.key'],
    {
      cwd: directory,
    },
  );
  t.equal(status, 0);
  const calls = [
    ['csr-gen', '--cn', 'a.hu', '-k', 'w.key'],
    ['csr-gen', '--cn', 'a.hu', '-K', 'w.key', '--reuse-keys'],
    ['csr-sign', '--ca', 'w.ca', '--ca-key', 'w.key', 'p256.csr'],
    ['csr-check', '--key', 'w.key', 'p256.csr'],
    ['pem-merge', '-o', 'w.pem', 'w.key', 'w.ca'],
  ];
  const modes = [
    [0o644, true],
    [0o640, false],
  ] as const;
  for (const [turn, [command = '', ...args]] of calls.entries()) {
    for (const [mode, expected] of turn === 0 ? modes : some(modes, 2)) {
      chmodSync(join(directory, 'w.key'), mode);
      const { stderr } = run(command, args, { cwd: directory });
      const warned = stderr.includes(`${command}: w.key: warning: everybody can read this private key (mode 644)`);
      t.equal(warned, expected, `${command}: mode ${mode.toString(8)}`, { stderr });
    }
  }
});
