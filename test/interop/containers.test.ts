import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { children, elementAt } from '../../src/der/reader.js';
import { readPkcs7 } from '../../src/pkcs/pkcs7.js';
import { readPkcs12 } from '../../src/pkcs/pkcs12.js';
import { findProgram, run } from '../support/session.js';
import { some } from '../support/whole.js';

const openssl = findProgram('openssl') === undefined ? 'openssl is not installed' : false;
const keytool = findProgram('keytool') === undefined ? 'keytool is not installed' : openssl;
const nss = findProgram('pk12util') === undefined ? 'pk12util (libnss3-tools) is not installed' : openssl;
const certtool = findProgram('certtool') === undefined ? 'certtool is not installed' : openssl;
const passphrase = 'titkos jelszó';

/** The two kinds of encryption `pem-merge --p12` has, by its options. */
const kinds = [[], ['--legacy']] as const;

const given = (...texts: string[]) =>
  async function* () {
    for (const text of texts) yield Buffer.from(text);
  };

/** A leaf and its CA, and what makes files of them with OpenSSL. */
function workshop(dir: string) {
  const tool = (program: string, ...args: string[]) => {
    // keytool takes no passphrase beyond ASCII.
    const env = { PW: program === 'keytool' ? 'changeit' : passphrase };
    const result = run(program, args, { cwd: dir, env });
    if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr}${result.stdout}`);
    return result.bytes;
  };
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  tool('openssl', 'req', '-x509', ...ec, '-subj', '/CN=CA', '-keyout', 'ca.key', '-out', 'ca.pem');
  tool('openssl', 'req', '-x509', ...ec, '-subj', '/CN=leaf', '-keyout', 'leaf.key', '-out', 'leaf.pem');
  const der = (file: string) => tool('openssl', 'x509', '-in', file, '-outform', 'DER');
  const key = tool('openssl', 'pkcs8', '-topk8', '-nocrypt', '-in', 'leaf.key', '-outform', 'DER');
  const certificates = [der('leaf.pem'), der('ca.pem')];
  return { tool, key, certificates };
}

/** The same in BER as Windows writes it: indefinite lengths outside, octet strings in pieces. */
function indefinite(der: Uint8Array, depth: number): Buffer {
  const element = elementAt(der, 0, der.length);
  if (element.tag === 0x04 && element.length > 10) {
    const content = element.content();
    const pieces = [content.subarray(0, 7), content.subarray(7)].map((piece) =>
      Buffer.concat([Buffer.from([0x04, 0x84]), lengthOf(piece), piece]),
    );
    return Buffer.concat([Buffer.from([0x24, 0x80]), ...pieces, Buffer.alloc(2)]);
  }
  if (!element.isConstructed || depth === 0) return Buffer.from(element.encoding());
  const parts: Buffer[] = [];
  for (const cursor = children(element); !cursor.atEnd; ) parts.push(indefinite(cursor.next().encoding(), depth - 1));
  return Buffer.concat([Buffer.from([element.tag, 0x80]), ...parts, Buffer.alloc(2)]);
}

const lengthOf = (bytes: Uint8Array) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
};

t.test('PKCS#7 as CAs send it', { skip: openssl }, async (t) => {
  const { tool, certificates } = workshop(t.testdir());
  const bundle = ['crl2pkcs7', '-nocrl', '-certfile', 'leaf.pem', '-certfile', 'ca.pem', '-outform', 'DER'];
  const der = tool('openssl', ...bundle);
  t.same(readPkcs7(der), { certificates, crls: [] });
  t.same(readPkcs7(indefinite(der, 3)), { certificates, crls: [] }, 'indefinite lengths');
  t.throws(() => readPkcs7(der.subarray(0, -300)), { code: 'DER_TRUNCATED' });
  const args = ['cms', '-encrypt', '-in', 'leaf.pem', '-outform', 'DER', 'ca.pem'];
  t.throws(() => readPkcs7(tool('openssl', ...args)), { message: /holds enveloped \(encrypted\) data/ });
});

t.test('PKCS#12 as OpenSSL writes it', { skip: openssl }, async (t) => {
  const dir = t.testdir();
  const { tool, key, certificates } = workshop(dir);
  const make = (...args: string[]) =>
    tool('openssl', 'pkcs12', '-export', '-in', 'leaf.pem', '-inkey', 'leaf.key', '-certfile', 'ca.pem', ...args);
  const pass = ['-passout', 'env:PW', '-name', 'Levelező'];
  for (const args of [
    [],
    ['-legacy'],
    ['-legacy', '-descert'],
    ['-certpbe', 'NONE'],
    ['-keypbe', 'NONE', '-certpbe', 'NONE'],
    ['-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC4-128', '-legacy'],
    ['-macalg', 'sha512', '-iter', '1'],
    ['-macalg', 'sha3-256'],
    ['-nomac'],
  ]) {
    const der = make(...pass, ...args);
    for (const bytes of [der, indefinite(der, 6)]) {
      const contents = await readPkcs12(bytes, given('wrong', passphrase), 'x.p12');
      t.same(contents.certificates, certificates, `openssl pkcs12 -export ${args.join(' ')}`);
      t.match(contents.keys, [{ der: key }]);
    }
    if (!args.includes('NONE')) await t.rejects(readPkcs12(der, given('wrong'), 'x'), { code: 'PASSPHRASE_WRONG' });
  }
  const never = () => {
    throw new Error('nobody is asked for the passphrase of a file without one');
  };
  t.match(await readPkcs12(make('-passout', 'pass:'), never, 'x'), { keys: [{}] });

  const sound = make(...pass);
  const broken = Buffer.from(sound);
  const mac = broken.indexOf(Buffer.from('300d06096086480165030402010500', 'hex'), -150) + 17;
  broken.writeUInt8(broken.readUInt8(mac) ^ 1, mac);
  await t.rejects(readPkcs12(broken, given(passphrase), 'x'), { code: 'PKCS12_MAC', message: /it is damaged/ });
  await t.rejects(readPkcs12(sound.subarray(0, -20), given(passphrase), 'x'), { code: 'DER_TRUNCATED' });
});

t.test('PKCS#12 as we write it, read by others', { skip: keytool }, async (t) => {
  const dir = t.testdir();
  const { tool, key } = workshop(dir);
  const [pass, merge] = [
    ['--passout', 'env:PW'],
    ['-q', 'leaf.key', 'leaf.pem', '--friendly-name', 'Levelező'],
  ];
  for (const how of some(kinds, 2, 1)) {
    tool('pem-merge', '--p12', ...how, ...merge, ...pass, '-o', 'ours.p12');
    const read = (...args: string[]) =>
      tool('openssl', 'pkcs12', '-in', 'ours.p12', '-passin', 'env:PW', '-nodes', ...args);
    t.match(read('-nocerts').toString('utf8'), /friendlyName: Levelez/);
    t.same(parsePem(read('-nocerts').toString('utf8')), key, `openssl takes the key, ${how}`);
    t.match(read('-info', '-nokeys').toString('utf8'), /subject=CN = leaf/);
    const ascii = ['-q', 'leaf.key', 'leaf.pem', '--friendly-name', 'mail', '--passout', 'file:changeit'];
    writeFileSync(join(dir, 'changeit'), 'changeit\n');
    tool('pem-merge', '--p12', ...how, ...ascii, '-o', 'java.p12');
    const listed = tool('keytool', '-list', '-keystore', 'java.p12', '-storepass:env', 'PW').toString('utf8');
    t.match(listed, /^mail, .*PrivateKeyEntry/m, `keytool lists it, ${how}`);
  }
});

t.test('trust stores Java reads', { skip: keytool }, async (t) => {
  const dir = t.testdir({ changeit: 'changeit\n' });
  const { tool } = workshop(dir);
  tool(
    'sh',
    '-ec',
    'for cn in "CA one" "ca ONE" "CA two"; do csr-gen -q --cn "$cn" --ca --self-sign 99 -n ec:P-256 -K "$cn.key"; done >roots.pem',
  );
  for (const how of some(kinds, 2)) {
    const store = `trust${how.length}.p12`;
    tool(
      'pem-merge',
      '-q',
      '--p12',
      '--no-key',
      ...how,
      '--passout',
      'file:changeit',
      'roots.pem',
      'leaf.pem',
      '-o',
      store,
    );
    const listed = tool('keytool', '-list', '-keystore', store, '-storepass', 'changeit').toString('utf8');
    const entries = [...listed.matchAll(/^([^,\n]*), .*trustedCertEntry/gm)].map(([, name]) => name);
    t.same(entries.sort(), ['ca one', 'ca one 2', 'ca two', 'leaf'], `keytool lists them, ${how}`);
    const again = tool('cert-info', '-f', 'cn', '--passin', 'file:changeit', store).toString('utf8');
    t.equal(again, 'CA one\nca ONE\nCA two\nleaf\n');
  }
});

/** The octets of the first PEM block. */
const parsePem = (text: string): Buffer => Buffer.from(/-----BEGIN [^-]*-----([^-]*)/.exec(text)?.[1] ?? '', 'base64');

t.test('PKCS#12 goes through the stores of Firefox and back', { skip: nss }, async (t) => {
  const dir = t.testdir();
  const { tool, key } = workshop(dir);
  writeFileSync(join(dir, 'pw'), `${passphrase}\n`);
  writeFileSync(join(dir, 'store-pw'), 'changeit1\n');
  const [store, open] = [
    ['-d', 'sql:.'],
    ['-d', 'sql:.', '-k', 'store-pw', '-w', 'pw'],
  ];
  const leaf = readFileSync(join(dir, 'leaf.pem'), 'utf8');
  for (const how of some(kinds, 2, 1)) {
    for (const file of ['cert9.db', 'key4.db', 'pkcs11.txt']) rmSync(join(dir, file), { force: true });
    tool('certutil', '-N', ...store, '-f', 'store-pw');
    const name = ['--friendly-name', 'Levelező', '--passout', 'env:PW'];
    tool('pem-merge', '-q', '--p12', ...how, 'leaf.key', 'leaf.pem', ...name, '-o', 'ours.p12');
    tool('pk12util', '-i', 'ours.p12', ...open);
    t.match(tool('certutil', '-L', ...store).toString('utf8'), /^Levelező +u,u,u$/m, `certutil lists it, ${how}`);
    t.equal(
      tool('certutil', '-L', '-n', 'Levelező', '-a', ...store)
        .toString('utf8')
        .replaceAll('\r', ''),
      leaf,
    );

    tool('pk12util', '-o', 'theirs.p12', '-n', 'Levelező', ...open);
    const contents = await readPkcs12(readFileSync(join(dir, 'theirs.p12')), given(passphrase), 'x');
    t.match(contents, { keys: [{ der: key }], certificates: { length: 1 } });
  }
});

t.test('PKCS#12 as we write it, read by GnuTLS', { skip: certtool }, async (t) => {
  const { tool } = workshop(t.testdir());
  for (const how of some(kinds, 2, 1)) {
    tool('pem-merge', '-q', '--p12', ...how, 'leaf.key', 'leaf.pem', '--passout', 'env:PW', '-o', 'ours.p12');
    const info = ['--p12-info', '--inder', '--infile', 'ours.p12', '--password', passphrase];
    t.match(tool('certtool', ...info).toString('utf8'), /BEGIN CERTIFICATE.*BEGIN ENCRYPTED PRIVATE KEY/s, `${how}`);
  }
});

t.test('PKCS#12 as keytool writes it', { skip: keytool }, async (t) => {
  const dir = t.testdir();
  const { tool, certificates } = workshop(dir);
  const store = ['-keystore', 'x.p12', '-storepass:env', 'PW', '-storetype', 'PKCS12', '-noprompt'];
  tool('keytool', '-importcert', '-alias', 'ca', '-file', 'ca.pem', ...store);
  tool('keytool', '-genkeypair', '-alias', 'leaf', '-keyalg', 'EC', '-dname', 'CN=leaf', ...store);
  const jks = ['-keystore', 'x.jks', '-storepass:env', 'PW', '-storetype', 'JKS', '-noprompt'];
  tool('keytool', '-importcert', '-alias', 'ca', '-file', 'ca.pem', ...jks);
  t.match(run('pem-merge', ['x.jks'], { cwd: dir }), {
    status: 2,
    stderr: /neither PEM nor DER\nhint: .*Java key store/,
  });
  const contents = await readPkcs12(readFileSync(join(dir, 'x.p12')), given('changeit'), 'x');
  t.equal(contents.keys.length, 1);
  t.ok(contents.certificates.some((der) => Buffer.compare(der, certificates[1] as Buffer) === 0));
});

t.test('pem-merge takes keys, certificates and parameters as OpenSSL writes them', { skip: openssl }, async (t) => {
  const dir = t.testdir();
  const { tool } = workshop(dir);
  tool('openssl', 'x509', '-in', 'leaf.pem', '-trustout', '-addtrust', 'serverAuth', '-out', 'trusted.pem');
  tool('openssl', 'x509', '-in', 'leaf.pem', '-outform', 'DER', '-out', 'leaf.der');
  tool('openssl', 'crl2pkcs7', '-nocrl', '-certfile', 'leaf.pem', '-certfile', 'ca.pem', '-out', 'both.p7b');
  tool('openssl', 'crl2pkcs7', '-nocrl', '-certfile', 'leaf.pem', '-outform', 'DER', '-out', 'leaf.p7');
  tool('openssl', 'pkey', '-in', 'leaf.key', '-outform', 'DER', '-out', 'key.der');
  tool('openssl', 'ec', '-in', 'leaf.key', '-aes256', '-passout', 'env:PW', '-out', 'sealed.key');
  tool('openssl', 'ecparam', '-name', 'prime256v1', '-out', 'ec.param');
  tool('openssl', 'genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', 'dh.param');
  const blocks = (...args: string[]) =>
    [
      ...tool('pem-merge', '-q', ...args)
        .toString('latin1')
        .matchAll(/-----BEGIN (.*)-----/g),
    ].map(([, label]) => label);

  const pair = ['PRIVATE KEY', 'CERTIFICATE'];
  for (const file of ['leaf.pem', 'trusted.pem', 'leaf.der', 'both.p7b', 'leaf.p7']) {
    t.same(blocks('leaf.key', file), pair, `leaf.key ${file}`);
  }
  t.same(blocks('key.der', 'leaf.pem').length, 2, 'a key in DER');
  t.same(blocks('--passin', 'env:PW', 'sealed.key', 'leaf.pem'), ['EC PRIVATE KEY', 'CERTIFICATE']);
  const parameters = ['ec.param', 'dh.param', 'leaf.key', 'leaf.pem'];
  t.same(blocks('--for', 'nginx', ...parameters), pair, 'nginx has a setting of its own for parameters');
  t.same(blocks('--for', 'haproxy', ...parameters), [...pair, 'DH PARAMETERS']);
  t.same(blocks('--for', 'apache', ...parameters), [...pair, 'EC PARAMETERS', 'DH PARAMETERS']);
});
