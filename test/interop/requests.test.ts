import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { contextConstructed, Tag } from '../../src/der/tag.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { ed448, findProgram, isStandalone, run } from '../support/session.js';
import { some } from '../support/whole.js';

const kinds = ['rsa:2048', 'ec:P-256', 'ec:P-384', 'ec:P-521', 'ed25519', ...ed448] as const;
const fileOf = (kind: string) => kind.replace(':', '-');

/** A folder with a key, a request of a server and a request of a CA for every kind of key. */
const dir = t.testdir();
for (const kind of kinds) {
  const name = fileOf(kind);
  make('csr-gen', '--cn', `${name}.hu`, '-a', '192.0.2.1', '-n', kind, '-K', `${name}.key`, '-o', `${name}.csr`);
  make('csr-gen', '--cn', `CA ${kind}`, '--ca', '-k', `${name}.key`, '-o', `${name}.ca.csr`);
}

/** The certificate of a root with the key of this name, made when it is asked for. */
function rootOf(name: string): string {
  const file = `${name}.root.pem`;
  if (!existsSync(join(dir, file))) {
    make('csr-gen', '--cn', `Root ${name}`, '--ca', '--self-sign', '99', '-k', `${name}.key`, '-o', file);
  }
  return file;
}

function make(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = run(program, args, { cwd: dir });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Writes each certificate of a stream into a file of its own. */
function split(pem: string, nameOf: (i: number) => string): void {
  for (const [i, block] of (pem.match(/-----BEGIN[\s\S]*?-----END.*\n/g) ?? []).entries()) {
    writeFileSync(join(dir, nameOf(i)), block);
  }
}

const needs = (name: string) => (findProgram(name) === undefined ? `${name} is not installed` : false);

t.test('openssl verifies every kind of request', { skip: needs('openssl') }, async (t) => {
  const variants = [
    ...kinds.map((kind) => [kind]),
    ['rsa:2048', '--pss'],
    ['rsa:2048', '--pss', '--hash', 'sha512'],
    ['rsa:2048', '--hash', 'sha384'],
    ['ec:P-521', '--hash', 'sha256'],
    ['ec:P-256', '--must-staple', '--eku', 'serverAuth,clientAuth', '--key-usage', 'digitalSignature'],
    ['ec:P-256', '--ca', '--path-length', '3'],
  ];
  for (const [kind = '', ...options] of some(variants, 4)) {
    const name = fileOf(kind);
    const pem = make(
      'csr-gen',
      '-s',
      '/C=HU/O=Ő Kft./CN=a.hu+OU=b',
      '-a',
      '::1',
      '-a',
      'URI:urn:x',
      '-k',
      `${name}.key`,
      ...options,
    );
    const { stdout, stderr } = run(
      'openssl',
      ['req', '-verify', '-noout', '-subject', '-nameopt', 'utf8,sep_comma_plus'],
      { stdin: pem },
    );
    t.match(stdout + stderr, /verify OK/, [kind, ...options].join(' '));
    t.match(stdout, 'C=HU,O=Ő Kft.,');
  }
});

t.test('certtool verifies every kind of request', { skip: needs('certtool') }, async (t) => {
  for (const kind of kinds) {
    const { stdout } = run('certtool', ['--crq-info', '--infile', `${fileOf(kind)}.csr`], { cwd: dir });
    t.match(stdout, /Self signature: verified/, kind);
  }
});

t.test('chains from root to leaf, for every pair of kinds of keys', { skip: needs('openssl') }, async (t) => {
  for (const root of some(kinds.map(fileOf), 4)) {
    const ca = ['--ca', rootOf(root), '--ca-key', `${root}.key`];
    const requests = kinds.map((kind) => `${fileOf(kind)}.ca.csr`);
    split(
      make('csr-sign', '-q', ...ca, '--profile', 'ca', ...requests),
      (i) => `${root}.${fileOf(kinds[i] ?? '')}.pem`,
    );
    const made = kinds.map((kind) => `${root}.${fileOf(kind)}.pem`);
    const { stdout, stderr } = run('openssl', ['verify', '-x509_strict', '-CAfile', rootOf(root), ...made], {
      cwd: dir,
    });
    t.equal(stdout, made.map((file) => `${file}: OK\n`).join(''), `${root}: ${stderr}`);
  }
  for (const issuer of some(kinds.map(fileOf), 4, 1)) {
    const middle = `rsa-2048.${issuer}.pem`;
    const requests = kinds.map((kind) => `${fileOf(kind)}.csr`);
    const leaves = make('csr-sign', '-q', '--ca', middle, '--ca-key', `${issuer}.key`, '--days', '9', ...requests);
    split(leaves, (i) => `${issuer}.leaf.${i}.pem`);
    const made = kinds.map((_, i) => `${issuer}.leaf.${i}.pem`);
    const chain = [
      '-CAfile',
      rootOf('rsa-2048'),
      '-untrusted',
      middle,
      '-purpose',
      'sslserver',
      '-verify_ip',
      '192.0.2.1',
    ];
    const { stdout, stderr } = run('openssl', ['verify', '-x509_strict', ...chain, ...made], { cwd: dir });
    t.equal(stdout, made.map((file) => `${file}: OK\n`).join(''), `${issuer}: ${stderr}`);
  }
  const pss = make('csr-sign', '-q', '--pss', '--ca', rootOf('rsa-2048'), '--ca-key', 'rsa-2048.key', 'ec-P-256.csr');
  writeFileSync(join(dir, 'pss.pem'), pss);
  t.match(run('openssl', ['verify', '-CAfile', rootOf('rsa-2048'), 'pss.pem'], { cwd: dir }).stdout, 'pss.pem: OK');
});

t.test('certtool verifies chains and self-signed certificates', { skip: needs('certtool') }, async (t) => {
  for (const kind of some(kinds.map(fileOf), 4)) {
    const leaf = make('csr-sign', '-q', '--ca', rootOf(kind), '--ca-key', `${kind}.key`, '--chain', `${kind}.csr`);
    const { stdout, stderr } = run('certtool', ['--verify', '--load-ca-certificate', rootOf(kind)], {
      cwd: dir,
      stdin: leaf,
    });
    t.match(stdout + stderr, /Chain verification output: Verified/, kind);
  }
});

t.test('self-signed certificates are their own root', { skip: needs('openssl') }, async (t) => {
  for (const kind of some(kinds.map(fileOf), 4, 1)) {
    make('csr-gen', '--cn', 'test.hu', '--self-sign', '9', '-k', `${kind}.key`, '-o', `${kind}.self.pem`);
    const args = [
      'verify',
      '-CAfile',
      `${kind}.self.pem`,
      '-purpose',
      'sslserver',
      '-verify_hostname',
      'test.hu',
      `${kind}.self.pem`,
    ];
    t.match(run('openssl', args, { cwd: dir }).stdout, ': OK', kind);
  }
});

t.test('keys load wherever they are taken', { skip: needs('openssl') }, async (t) => {
  const formats = [...kinds.map((kind) => [kind, 'pkcs8']), ['rsa:2048', 'pkcs1'], ['ec:P-384', 'sec1']] as const;
  for (const [kind = '', format = ''] of some(formats, 4)) {
    const pem = make('csr-gen', '--key-only', '-n', kind, '--key-format', format, '-K', '-');
    t.match(run('openssl', ['pkey', '-check', '-noout'], { stdin: pem }).stdout, /valid/, `${kind} ${format}`);
    t.equal(createPrivateKey(pem).type, 'private');
  }
  for (const kind of some(kinds, 6, 1)) {
    const pem = run('csr-gen', ['--key-only', '-n', kind, '--passout', 'env:P', '-K', '-'], {
      env: { P: 'árvíz' },
    }).stdout;
    t.match(pem, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    t.equal(
      run('openssl', ['pkey', '-noout', '-passin', 'env:P'], { stdin: pem, env: { P: 'árvíz' } }).status,
      0,
      kind,
    );
    t.equal(createPrivateKey({ key: pem, passphrase: 'árvíz' }).type, 'private');
  }
});

t.test('nginx loads key and certificate', { skip: needs('nginx') }, async (t) => {
  for (const kind of some(kinds.map(fileOf), 3)) {
    make('csr-gen', '--cn', 'test.hu', '--self-sign', '9', '-k', `${kind}.key`, '-o', `${kind}.nginx.pem`);
    const server = `listen 127.0.0.1:1 ssl; ssl_certificate ${dir}/${kind}.nginx.pem; ssl_certificate_key ${dir}/${kind}.key;`;
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${dir}/tmp;`)
      .join(' ');
    const config = `pid ${dir}/pid; error_log stderr; events {} http { access_log off; ${paths} server { ${server} } }`;
    writeFileSync(join(dir, 'nginx.conf'), config);
    const { stderr } = run(findProgram('nginx') ?? '', [
      '-t',
      '-e',
      'stderr',
      '-p',
      dir,
      '-c',
      join(dir, 'nginx.conf'),
    ]);
    t.match(stderr, /test is successful/, kind);
  }
});

/** That a request made by another tool is taken by --from and by csr-sign, and what comes out names the same. */
function isTaken(t: Test, name: string, pem: string, subject: RegExp, names: string, allowed: string[] = []): void {
  const again = run('csr-gen', ['-k', 'ec-P-256.key', '--from', '-'], { cwd: dir, stdin: pem });
  t.equal(again.status, 0, `${name}: csr-gen --from: ${again.stderr}`);
  const issued = run('csr-sign', ['-q', ...allowed, '--ca', rootOf('ec-P-256'), '--ca-key', 'ec-P-256.key'], {
    cwd: dir,
    stdin: pem,
  });
  t.equal(issued.status, 0, `${name}: csr-sign: ${issued.stderr}`);
  for (const { stdout } of [again, issued]) {
    const [facts = '', san = ''] = run('cert-info', ['-f', 'subject,names.dns'], { stdin: stdout })
      .stdout.trimEnd()
      .split('\t');
    t.match(facts, subject, name);
    t.equal(san, names, name);
  }
}

t.test("openssl's requests are taken, and its CAs used", { skip: needs('openssl') }, async (t) => {
  const keys = {
    rsa: ['rsa:2048'],
    ec: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    ed25519: ['ed25519'],
    // The runtime of the standalone executable lacks these.
    ...(isStandalone
      ? {}
      : {
          'rsa-pss': ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'],
          secp256k1: ['ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
        }),
  };
  for (const [name, key] of some(Object.entries(keys), 4)) {
    const pem = make(
      'openssl',
      'req',
      '-newkey',
      ...key,
      '-nodes',
      '-keyout',
      'o.key',
      '-subj',
      '/C=HU/CN=o.hu',
      '-addext',
      'subjectAltName=DNS:o.hu,DNS:p.hu',
    );
    isTaken(t, name, pem, /^CN=o\.hu,C=HU$/, 'o.hu, p.hu');
    make(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      ...key,
      '-nodes',
      '-keyout',
      'oca.key',
      '-subj',
      '/CN=OpenSSL CA',
      '-days',
      '9',
      '-out',
      'oca.pem',
    );
    make('csr-sign', '-q', '--ca', 'oca.pem', '--ca-key', 'oca.key', 'ec-P-256.csr', '-o', 'oleaf.pem');
    t.match(
      run('openssl', ['verify', '-CAfile', 'oca.pem', 'oleaf.pem'], { cwd: dir }).stdout,
      ': OK',
      `a CA of openssl's with ${name}`,
    );
  }
  make('openssl', 'ec', '-in', 'ec-P-256.key', '-aes256', '-passout', 'pass:titok', '-out', 'step.key');
  t.match(readFileSync(join(dir, 'step.key'), 'utf8'), 'Proc-Type: 4,ENCRYPTED', 'a key as step writes it');
  const args = ['-q', '--ca', rootOf('ec-P-256'), '--ca-key', 'step.key', '--passin', 'env:P', 'ed25519.csr'];
  t.equal(run('csr-sign', args, { cwd: dir, env: { P: 'titok' } }).status, 0);
});

t.test("certtool's requests are taken, and its CA used", { skip: needs('certtool') }, async (t) => {
  writeFileSync(
    join(dir, 'g.cfg'),
    'cn = g.hu\ncountry = HU\ndns_name = g.hu\ndns_name = h.hu\nsigning_key\ntls_www_server\n',
  );
  make('certtool', '--generate-privkey', '--key-type', 'ecdsa', '--outfile', 'g.key');
  const pem = make('certtool', '--generate-request', '--load-privkey', 'g.key', '--template', 'g.cfg');
  isTaken(t, 'certtool', pem, /^CN=g\.hu,C=HU$/, 'g.hu, h.hu');
  writeFileSync(join(dir, 'gca.cfg'), 'cn = GnuTLS CA\nca\ncert_signing_key\nexpiration_days = 9\n');
  make(
    'certtool',
    '--generate-self-signed',
    '--load-privkey',
    'g.key',
    '--template',
    'gca.cfg',
    '--outfile',
    'gca.pem',
  );
  const leaf = make('csr-sign', '-q', '--ca', 'gca.pem', '--ca-key', 'g.key', 'ed25519.csr');
  const { stdout } = run('certtool', ['--verify', '--load-ca-certificate', 'gca.pem'], { cwd: dir, stdin: leaf });
  t.match(stdout, /Chain verification output: Verified/);
});

t.test("keytool's requests are taken", { skip: needs('keytool') }, async (t) => {
  const store = ['-keystore', 'k.p12', '-storepass', 'titok1', '-alias', 'k'];
  make('keytool', '-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', '-dname', 'CN=k.hu, C=HU', ...store);
  const pem = make('keytool', '-certreq', '-ext', 'san=dns:k.hu,dns:l.hu', ...store);
  t.match(pem, '-----BEGIN NEW CERTIFICATE REQUEST-----');
  isTaken(t, 'keytool', pem, /^CN=k\.hu,C=HU$/, 'k.hu, l.hu');
});

t.test("requests in the shape of Windows' certreq are taken", async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = (tag: number, value: string) =>
    element(tag, tag === Tag.bmpString ? Buffer.from(value, 'utf16le').swap16() : Buffer.from(value, 'latin1'));
  const attribute = (oid: string, value: Uint8Array) => sequence(objectIdentifier(oid), element(Tag.set, value));
  const name = (oid: string, value: Uint8Array) => element(Tag.set, sequence(objectIdentifier(oid), value));
  const names = sequence(element(0x82, Buffer.from('w.hu')), element(0x82, Buffer.from('v.hu')));
  const extensions = sequence(sequence(objectIdentifier('2.5.29.17'), octetString(names)));
  const client = sequence(
    integer(9),
    text(Tag.utf8String, 'host'),
    text(Tag.utf8String, 'H\\Administrator'),
    text(Tag.utf8String, 'MMC.EXE'),
  );
  const provider = sequence(
    integer(1),
    text(Tag.bmpString, 'Microsoft RSA SChannel Cryptographic Provider'),
    bitString(Buffer.alloc(0)),
  );
  const info = sequence(
    integer(0),
    sequence(name('2.5.4.6', text(Tag.printableString, 'HU')), name('2.5.4.3', text(Tag.bmpString, 'w.hu'))),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(
      contextConstructed(0),
      attribute('1.3.6.1.4.1.311.13.2.3', text(Tag.ia5String, '6.1.7601.2')),
      attribute('1.3.6.1.4.1.311.21.20', client),
      attribute('1.3.6.1.4.1.311.2.1.14', extensions),
      attribute('1.3.6.1.4.1.311.13.2.2', provider),
    ),
  );
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.1.5'), nullValue());
  const der = sequence(info, algorithm, bitString(sign('sha1', info, privateKey)));
  const pem = encodePem('NEW CERTIFICATE REQUEST', der).replaceAll('\n', '\r\n');
  isTaken(t, 'certreq', pem, /^CN=w\.hu,C=HU$/, 'w.hu, v.hu', ['--allow-weak', 'hash']);
});
