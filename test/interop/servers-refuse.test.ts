import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { context, contextConstructed, Tag } from '../../src/der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { findProgram, run } from '../support/session.js';
import { type Made, make, makeCa, newKey, type Shape } from '../support/test-ca.js';
import { some } from '../support/whole.js';

// Keys and certificates that are odd, laid out by pem-merge for nginx and haproxy: they load what passes without a word, and
// refuse what a warning says they refuse, in the words of the warning.

const programs = ['openssl', 'nginx', 'haproxy'];
const missing = programs.find((each) => findProgram(each) === undefined);
const skip = missing !== undefined && `${missing} is not installed`;

interface Kind {
  readonly key: Uint8Array | KeyObject;
  /** Leaf and chain. */
  readonly certificates: readonly Made[];
  readonly options?: readonly string[];
  /** Said by pem-merge, and by nginx unless it has words of its own; null where it starts, and no handshake succeeds. */
  readonly words?: string;
  readonly nginxWords?: string | null;
  /** True where no file is written. */
  readonly isPair?: true;
}

const at = '2026-06-01T00:00:00Z';
const host = 'mail.valami.hu';
const root = makeCa('Root');
const middle = makeCa('Middle', root);
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const ofRsa = rsa(2048);
const pss = createPrivateKey({
  key: asPss(ofRsa.export({ type: 'pkcs1', format: 'der' })),
  format: 'der',
  type: 'pkcs8',
});
const string = (tag: number, ...octets: readonly number[]): Buffer =>
  sequence(element(Tag.set, sequence(objectIdentifier('2.5.4.3'), element(tag, Buffer.from(octets)))));

/** A leaf with an oddity, below the sound CAs. */
function leaf(shape: Shape, issuer = middle): Pick<Kind, 'key' | 'certificates'> {
  const made = make(host, issuer, { names: [host], ...shape });
  return { key: made.key, certificates: [made, issuer] };
}

/** A sound leaf below an odd CA. */
const below = (shape: Shape) => leaf({}, makeCa('Odd', root, shape));

const unfit = { isPair: true, words: 'fails at every handshake' } as const;

const kinds: Readonly<Record<string, Kind>> = {
  'nothing odd': leaf({}),
  'a negative serial number': leaf({ serial: Buffer.of(0x80) }),
  'an IA5String in Latin-1': leaf({ name: string(Tag.ia5String, 0xe1) }),
  'no relative name': leaf({ name: sequence(element(Tag.set)) }),
  'an extension that cannot be read': leaf({ extensions: { '2.5.29.31': { value: Buffer.from('zz') } } }),
  'version 1': leaf({ version: 1 }),
  'a key in PKCS#8 of version 2': { ...leaf({ key: ofRsa }), key: secondVersion(ofRsa) },
  'an Ed25519 key in PKCS#8 of version 2': secondEd25519(),
  'a key of three primes': leaf({ key: madeByOpenssl('genrsa -primes 3 2048') }),
  'a curve that is spelt out': leaf({ key: madeByOpenssl('ecparam -name prime256v1 -genkey -param_enc explicit') }),
  'a padded serial number': { ...leaf({ serial: Buffer.of(0, 1) }), words: 'illegal padding' },
  'a UTF8String in Latin-1': { ...leaf({ name: string(Tag.utf8String, 0xe1) }), words: 'invalid utf8string' },
  'half a character': { ...leaf({ name: string(Tag.bmpString, 0, 97, 0) }), words: 'bmpstring is wrong length' },
  'half a pair of surrogates': { ...leaf({ name: string(Tag.bmpString, 0xd8, 0) }), words: 'illegal characters' },
  'a name of octets': { ...leaf({ name: string(Tag.octetString, 97) }), words: 'mstring wrong tag' },
  'a small key': { ...leaf({ key: rsa(1024) }), words: 'ee key too small' },
  'a curve too small': {
    ...leaf({ key: generateKeyPairSync('ec', { namedCurve: 'prime192v1' }).privateKey }),
    words: 'ee key too small',
  },
  'a signature with SHA-1': { ...leaf({ hash: 'sha1' }), words: 'ca md too weak' },
  'a small key of a CA': { ...below({ key: rsa(1024) }), words: 'ca key too small' },
  'a CA signed with SHA-1': { ...below({ hash: 'sha1' }), words: 'ca md too weak' },
  'a padded serial number of a CA': { ...below({ serial: Buffer.of(0, 1) }), words: 'illegal padding' },
  'the chain before the leaf': {
    ...leaf({}),
    options: ['--order', 'chain,leaf,key'],
    words: 'key values mismatch',
  },
  'an RSA-PSS certificate': { ...leaf({ key: pss }), key: ofRsa, ...unfit, nginxWords: null },
  'an RSA-PSS key': { ...leaf({ key: ofRsa }), key: pss, ...unfit, nginxWords: null },
  'the key of another': {
    ...leaf({}),
    key: newKey(),
    isPair: true,
    words: 'belongs to none',
    nginxWords: 'key values mismatch',
  },
};

// nginx names files in its configuration: not below the folder of the test, whose name is long.
const directory = mkdtempSync(join(tmpdir(), 'pkiutils-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

t.test('servers load what passes and refuse what is warned of', { skip }, async (t) => {
  const loaded: string[] = [];
  const refused: string[] = [];
  for (const [i, [what, kind]] of some(Object.entries(kinds), 4).entries()) {
    const { key, certificates, options = [], words, nginxWords = words, isPair = false } = kind;
    const keyPem = encodePem('PRIVATE KEY', key instanceof Uint8Array ? key : pkcs8(key));
    const chain = certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join('');
    const input = join(directory, `${i}.in`);
    const file = join(directory, `${i}.pem`);
    writeFileSync(input, keyPem + chain, { mode: 0o600 });
    const args = ['-q', '--for', 'nginx', '--at', at, ...options, '-o', file, input];
    // A bundle that is refused and not warned of is no file: the servers are asked about one laid out by hand.
    const result = run('pem-merge', words === undefined ? ['--strict', ...args] : args);
    t.equal(result.status, isPair ? 1 : 0, `${what}: the status`, result);
    t.match(result.stderr, words === undefined ? /^$/ : words, what);
    if (isPair) writeFileSync(file, keyPem + chain, { mode: 0o600 });
    (words === undefined ? loaded : refused).push(file);
    if (typeof nginxWords !== 'string') continue;
    const { status, stderr } = nginx([file]);
    t.equal(status, 1, `nginx refuses ${what}`);
    t.match(stderr, nginxWords, `and says of ${what}: ${nginxWords}`);
  }
  const { status, stderr } = nginx(loaded);
  t.equal(status, 0, `nginx loads ${loaded.length} others`, { stderr });
  t.equal(haproxy(loaded).status, 0, 'and so does haproxy');
  const checked = haproxy(refused);
  t.equal(checked.status, 1, 'haproxy refuses the refused');
  for (const file of refused) t.match(checked.stderr, `'${file}'`, `haproxy refuses ${file}`);
});

/** Has nginx test a configuration with a server for every file. */
function nginx(files: readonly string[]) {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${directory}/tmp;`,
  );
  const sites = files.map(
    (file, i) => `server { listen 127.0.0.1:${20_000 + i} ssl; ssl_certificate ${file}; ssl_certificate_key ${file}; }`,
  );
  const http = ['access_log off;', ...folders, ...sites].join('\n');
  writeFileSync(join(directory, 'nginx.conf'), `pid ${directory}/pid;\nevents {}\nhttp {\n${http}\n}\n`);
  return inSbin('nginx', ['-t', '-e', 'stderr', '-p', directory, '-c', 'nginx.conf']);
}

/** The same of haproxy, which names every file it refuses. */
function haproxy(files: readonly string[]) {
  const binds = files.map((file, i) => `  bind 127.0.0.1:${20_000 + i} ssl crt ${file}\n`);
  const timeouts = ['client', 'server', 'connect'].map((each) => `  timeout ${each} 5s\n`);
  writeFileSync(
    join(directory, 'haproxy.cfg'),
    `defaults\n  mode http\n${timeouts.join('')}frontend test\n${binds.join('')}`,
  );
  return inSbin('haproxy', ['-c', '-f', join(directory, 'haproxy.cfg')]);
}

function inSbin(program: string, args: readonly string[]) {
  return run('sh', ['-c', 'PATH="$PATH:/usr/sbin:/sbin"; exec "$0" "$@"', program, ...args]);
}

function pkcs8(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' });
}

/** The fields of PrivateKeyInfo behind the version, and a public key behind them (RFC 5958 2). */
function secondVersion(key: KeyObject): Buffer {
  const pkcs1 = key.export({ type: 'pkcs1', format: 'der' });
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const [modulus, exponent] = [n, e].map((each) => integer(Buffer.from(each, 'base64url')));
  const publicKey = sequence(modulus ?? integer(0), exponent ?? integer(0));
  return sequence(integer(1), rsaAlgorithm('1'), octetString(pkcs1), element(context(1), Buffer.of(0), publicKey));
}

function rsaAlgorithm(arc: string): Buffer {
  return sequence(objectIdentifier(`1.2.840.113549.1.1.${arc}`), element(Tag.null));
}

/** As ring makes it, its public key tagged explicitly. */
function secondEd25519(): Kind {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const algorithm = sequence(objectIdentifier('1.3.101.112'));
  const publicKey = element(contextConstructed(1), bitString(point));
  const key = sequence(integer(1), algorithm, octetString(octetString(seed)), publicKey);
  return { ...leaf({ key: privateKey }), key };
}

/** The same RSA key, for RSASSA-PSS alone (RFC 4055 3.1). */
function asPss(pkcs1: Buffer): Buffer {
  return sequence(integer(0), sequence(objectIdentifier('1.2.840.113549.1.1.10')), octetString(pkcs1));
}

function madeByOpenssl(command: string): KeyObject {
  return skip === false ? createPrivateKey(run('openssl', command.split(' ')).stdout) : newKey();
}
