import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { belongsTogether } from '../../src/crypto/key-pair.js';
import { loadPrivateKey, type PrivateKey } from '../../src/crypto/private-key.js';
import { PkiError } from '../../src/errors.js';
import { findProgram, run } from '../support/session.js';
import { some } from '../support/whole.js';

const skip = findProgram('openssl') === undefined ? 'openssl is not installed' : false;

/** Letters beyond ASCII: the PKCS#12 schemes turn them into UTF-16. */
const passphrase = 'titkos jelszó';

const none = async function* (): AsyncGenerator<Buffer> {};
const given = async function* (): AsyncGenerator<Buffer> {
  yield Buffer.from('not this one');
  yield Buffer.from(passphrase);
};

/** The octets of a PEM text, read the plain way: the scanner has tests of its own. */
function parsePem(text: string): { der: Buffer; dekInfo: string | undefined } {
  const lines = text.slice(0, text.indexOf('-----END')).split('\n').slice(1);
  const dekInfo = lines.find((line) => line.startsWith('DEK-Info:'))?.slice(9);
  return { der: Buffer.from(lines.filter((line) => !line.includes(':')).join(''), 'base64'), dekInfo };
}

t.test('private keys as OpenSSL writes them', { skip }, async (t) => {
  const dir = t.testdir();
  const openssl = (command: string) => {
    const args = [...command.split(' '), '-provider', 'legacy', '-provider', 'default'];
    const result = run('openssl', args, { cwd: dir, env: { PW: passphrase } });
    if (result.status !== 0) throw new Error(`openssl ${command}: ${result.stderr}`);
    return result.stdout;
  };
  openssl('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem');
  openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem');
  openssl('genpkey -algorithm ed25519 -out ed25519.pem');
  openssl('genpkey -algorithm ed448 -out ed448.pem');
  openssl('genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out pss.pem');
  openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out k1.pem');
  openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP384r1 -out brainpool.pem');
  openssl('genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out params.pem');
  openssl('genpkey -paramfile params.pem -out dsa.pem');

  const plain: [command: string, form: PrivateKey['form']][] = [
    ...['rsa', 'ec', 'ed25519', 'ed448', 'pss', 'k1', 'brainpool', 'dsa'].map((name): [string, PrivateKey['form']] => [
      `pkey -in ${name}.pem`,
      'pkcs8',
    ]),
    ['rsa -traditional -in rsa.pem', 'pkcs1'],
    ['pkey -traditional -in dsa.pem', 'dsa'],
    ['ec -in ec.pem', 'sec1'],
    ['ec -no_public -in ec.pem', 'sec1'],
  ];
  const pkcs8 = [
    ...['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA512-256', 'MD5'].map((hash) => `-v2prf hmacWith${hash}`),
    ...['aes-128-cbc', 'aes-192-cbc', 'aes-256-cfb', 'aes-256-ofb', 'des3', 'camellia-256-cbc', 'aria-256-cbc'].map(
      (cipher) => `-v2 ${cipher}`,
    ),
    ...['sm4-cbc', 'des-cbc', 'rc2-cbc', 'rc2-64-cbc', 'rc2-40-cbc'].map((cipher) => `-v2 ${cipher}`),
    ...[
      'MD5-DES',
      'SHA1-DES',
      'MD5-RC2-64',
      'SHA1-RC2-64',
      'SHA1-RC4-128',
      'SHA1-RC4-40',
      'SHA1-3DES',
      'SHA1-2DES',
    ].map((scheme) => `-v1 PBE-${scheme}`),
    ...['SHA1-RC2-128', 'SHA1-RC2-40'].map((scheme) => `-v1 PBE-${scheme}`),
    '-scrypt',
  ];
  const traditional = [
    ...['des', 'des3', 'des-ede-cbc', 'aes128', 'aes192', 'aes256', 'camellia256', 'aria256', 'sm4-cbc'],
    ...['rc2-cbc', 'rc2-64-cbc', 'rc2-40-cbc', 'aes-256-cfb', 'aes-256-ofb', 'des-cfb'],
  ];

  const identity = (file: string) =>
    createPublicKey(readFileSync(join(dir, file))).export({ format: 'der', type: 'spki' });
  for (const [command, form] of plain) {
    const file = / (\w+\.pem)$/.exec(command)?.[1] ?? '';
    const loaded = await loadPrivateKey(parsePem(openssl(command)), none, 'k');
    t.ok(belongsTogether(loaded.key, identity(file)), command);
    t.match(loaded, { form, wasEncrypted: false });
  }
  const encrypted: [command: string, form: PrivateKey['form']][] = [
    ...pkcs8.map((how): [string, 'pkcs8'] => [`pkcs8 -topk8 -in rsa.pem -passout env:PW ${how}`, 'pkcs8']),
    ...traditional.map((cipher): [string, 'pkcs1'] => [
      `rsa -traditional -in rsa.pem -passout env:PW -${cipher}`,
      'pkcs1',
    ]),
    ['ec -in ec.pem -aes128 -passout env:PW', 'sec1'],
    ['pkey -in dsa.pem -traditional -des3 -passout env:PW', 'dsa'],
  ];
  for (const [command, form] of some(encrypted, 4)) {
    const file = / -in (\w+\.pem)/.exec(command)?.[1] ?? '';
    const loaded = await loadPrivateKey(parsePem(openssl(command)), given, 'k');
    t.ok(belongsTogether(loaded.key, identity(file)), command);
    t.match(loaded, { form, wasEncrypted: true });
  }

  // Node.js loads no legacy provider: the hint is the way out, word for word.
  const ways = ['bf-cbc', 'cast5-cbc', 'seed-cbc'].flatMap((cipher) => [
    `pkcs8 -topk8 -in rsa.pem -passout env:PW -v2 ${cipher} -out OLD`,
    `rsa -traditional -in rsa.pem -passout env:PW -${cipher} -out OLD`,
  ]);
  for (const way of some(ways, 4)) {
    openssl(way);
    const old = parsePem(readFileSync(join(dir, 'OLD'), 'latin1'));
    const error = await loadPrivateKey(old, given, 'k').then(
      () => undefined,
      (reason: unknown) => (reason instanceof PkiError ? reason : undefined),
    );
    t.match(error, { code: 'KEY_ENCRYPTION', message: /^encrypted with the cipher (?:bf|cast5|seed)-cbc, / }, way);
    const command = error?.hint?.replace(/^openssl /, '').replace(/ writes it anew$/, '') ?? '';
    openssl(`${command} -passin env:PW -passout env:PW`);
    const anew = await loadPrivateKey(parsePem(readFileSync(join(dir, 'NEW'), 'latin1')), given, 'k');
    t.ok(belongsTogether(anew.key, identity('rsa.pem')), command);
  }

  const sealed = parsePem(openssl('pkcs8 -topk8 -in rsa.pem -passout env:PW'));
  const wrong = async function* () {
    yield Buffer.from('x');
  };
  await t.rejects(loadPrivateKey(sealed, none, 'k'), { code: 'PASSPHRASE_MISSING' });
  await t.rejects(loadPrivateKey(sealed, wrong, 'k'), { code: 'PASSPHRASE_WRONG', message: /the passphrase is wrong/ });
  const greedy = parsePem(openssl('pkcs8 -topk8 -in rsa.pem -passout env:PW -iter 10000001'));
  await t.rejects(loadPrivateKey(greedy, given, 'k'), { code: 'KDF_LIMIT' });
});
