import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Tag } from '../../src/der/tag.js';
import { element, integer, octetString, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { Certificate } from '../../src/x509/certificate.js';
import { frameWarnings } from '../../src/x509/certificate-warnings.js';
import { buildRequest, extension } from '../support/request-builder.js';
import { findProgram, run, session } from '../support/session.js';

const dir = t.testdir();
const workshop = `
  csr-gen --cn Root --ca --path-length 1 --self-sign 3650 -n ec -K root.key -o root.pem
  csr-gen --cn Middle --ca --self-sign 30 -n ec -K expired.key -o expired.pem --at 2020-01-01
  csr-gen --cn Leaf --self-sign 30 -n ec -K leaf.key -o leaf.pem
  csr-gen --cn Verifier --ca --key-usage cRLSign --self-sign 30 -n ec -K crl.key -o crl.pem
  csr-gen --cn mail.valami.hu -a '*.valami.hu' -a joe@valami.hu -n ec -K mail.key -o mail.csr --eku serverAuth --must-staple
  csr-gen --cn mail.valami.hu -a '*.valami.hu' -a joe@valami.hu -k mail.key -o plain.csr
  csr-gen --cn mail.valami.hu -k mail.key -o code.csr --eku serverAuth,codeSigning
  csr-gen -s CN=old.valami.hu -k mail.key -o old.csr
  csr-gen -s CN=old.valami.hu --eku clientAuth -k mail.key -o client.csr
  csr-gen --cn Middle --ca -n ed25519 -K middle.key -o middle.csr
  (umask 077; cat root.pem root.key > both.pem)
`;
const made = run('sh', ['-e', '-c', workshop], { cwd: dir });
if (made.status !== 0) throw new Error(made.stderr);

/** The first certificate of a call. */
function sign(...args: string[]): Certificate {
  const { stdout, stderr } = run('csr-sign', ['-q', '--ca', 'both.pem', ...args], { cwd: dir });
  if (stdout === '') throw new Error(stderr);
  const [, body = ''] = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(stdout) ?? [];
  return new Certificate(Buffer.from(body, 'base64'));
}

t.test('what a profile makes of a request', async (t) => {
  const root = new Certificate(
    Buffer.from(readFileSync(join(dir, 'root.pem'), 'utf8').replace(/-----.*/g, ''), 'base64'),
  );
  const server = sign('mail.csr');
  t.match(server, { version: 3, keyUsage: ['digitalSignature'], extendedKeyUsage: ['serverAuth'], mustStaple: true });
  t.same(
    server.subjectAltNames.map(({ value }) => value),
    ['mail.valami.hu', '*.valami.hu'],
  );
  t.same(server.basicConstraints, { isCa: false, pathLength: null });
  t.equal(server.authorityKeyId, root.subjectKeyId);
  t.equal(server.notAfter.getTime() - server.notBefore.getTime(), 90 * 86_400_000 - 1000);
  t.ok(Date.now() - server.notBefore.getTime() < 3_600_000, 'backdated an hour at most');
  t.match(server.serial, /^[4-7][0-9a-f]{31}$/);
  t.not(server.serial, sign('mail.csr').serial);
  t.same(frameWarnings(server), []);
  const client = sign('--profile', 'client', 'plain.csr');
  t.same(client.extendedKeyUsage, ['clientAuth']);
  t.same(
    client.subjectAltNames.map(({ value }) => value),
    ['mail.valami.hu', '*.valami.hu', 'joe@valami.hu'],
  );
  t.same(sign('--profile', 'server+client', 'mail.csr').extendedKeyUsage, ['serverAuth'], 'no more than is asked for');
  const ca = sign('--profile', 'ca', 'middle.csr');
  t.same(ca.basicConstraints, { isCa: true, pathLength: 0 }, 'one less than its own');
  t.same(ca.keyUsage, ['keyCertSign', 'cRLSign']);
  t.equal(Math.round((ca.notAfter.getTime() - ca.notBefore.getTime()) / 86_400_000), 1825);
});

t.test('what is asked for over the request', async (t) => {
  const urls = [
    '--crl-url',
    'http://ca.hu/crl',
    '--ocsp-url',
    'http://ca.hu/ocsp',
    '--issuer-url',
    'http://ca.hu/ca.crt',
  ];
  const certificate = sign('-a', 'x.hu', '-a', '10.0.0.1', '--days', '5', '--hash', 'sha512', ...urls, 'mail.csr');
  t.same(
    certificate.subjectAltNames.map(({ value }) => value),
    ['x.hu', '10.0.0.1'],
  );
  t.match(certificate, {
    crlUrls: ['http://ca.hu/crl'],
    ocspUrls: ['http://ca.hu/ocsp'],
    issuerUrls: ['http://ca.hu/ca.crt'],
  });
  t.equal(certificate.signatureAlgorithm.oid, '1.2.840.10045.4.3.4');
});

t.test('what is left out is said', async (t) => {
  const asked = buildRequest({
    extensions: [
      extension('2.5.29.19', sequence(element(Tag.boolean, Buffer.of(0xff)), integer(3))),
      extension('2.5.29.14', octetString(Buffer.of(1, 2))),
      extension('1.3.6.1.5.5.7.1.24', sequence(integer(17))),
    ],
  });
  writeFileSync(join(dir, 'asked.csr'), encodePem('CERTIFICATE REQUEST', asked));
  session(
    t,
    dir,
    `
    $ csr-sign --ca both.pem mail.csr -o out.pem
    2> csr-sign: mail.csr: request 1 at line 1: names left out: joe@valami.hu (profile server)
    $ csr-sign --ca both.pem --profile server+client client.csr -o out.pem
    2> csr-sign: client.csr: request 1 at line 1: no alternative names in the request: the common name old.valami.hu became one
    $ csr-sign --ca both.pem client.csr -o out.pem
    2> csr-sign: client.csr: request 1 at line 1: the request asks for clientAuth, which profile server does not give
    2> hint: --profile client
    ? 1
    $ csr-sign --ca both.pem code.csr -o out.pem
    2> csr-sign: code.csr: request 1 at line 1: the request asks for codeSigning, which profile server does not give
    2> hint: csr-gen --from FILE --eku NAME,... makes a request that asks for less
    ? 1
    $ csr-sign --ca both.pem asked.csr -o out.pem
    2> csr-sign: asked.csr: request 1 at line 1: path length left out: 3
    2> csr-sign: asked.csr: request 1 at line 1: subject key identifier left out: 0102
    2> csr-sign: asked.csr: request 1 at line 1: TLS features left out: 17
    2> csr-sign: asked.csr: request 1 at line 1: the request asks for a CA: left out (profile server; --profile ca makes one)
    $ csr-sign --ca both.pem --days 826 mail.csr -q -o out.pem
    2> csr-sign: warning: --days 826: clients refuse server certificates over 825 days
    $ csr-sign --ca both.pem --profile client --days 9999 plain.csr -o out.pem
    2> /^csr-sign: plain.csr: request 1 at line 1: validity cut to the CA's own: until \\d{4}-\\d\\d-\\d\\d$/
  `,
  );
});

t.test('a CA that may not issue does not', async (t) => {
  session(
    t,
    dir,
    `
    $ csr-sign --ca leaf.pem --ca-key leaf.key mail.csr
    2> csr-sign: CN=Leaf is no CA: its basic constraints do not say CA:TRUE
    ? 1
    $ csr-sign --ca crl.pem --ca-key crl.key mail.csr
    2> csr-sign: CN=Verifier may not sign certificates: its key usage lacks keyCertSign
    ? 1
    $ csr-sign --ca expired.pem --ca-key expired.key mail.csr
    2> csr-sign: the CA certificate of CN=Middle has expired
    ? 1
    $ csr-sign --ca both.pem --at 2020-01-01 mail.csr
    2> csr-sign: the CA certificate of CN=Root is not valid yet
    ? 1
    $ csr-sign --ca root.pem --ca-key mail.key mail.csr
    2> csr-sign: the key in mail.key does not belong to the certificate in root.pem
    ? 1
    $ csr-sign --ca root.pem mail.csr
    2> csr-sign: root.pem holds no private key
    2> hint: give the CA's key with --ca-key
    ? 2
    $ csr-sign --ca both.pem --profile ca --path-length 1 middle.csr
    2> csr-sign: middle.csr: request 1 at line 1: path length 1 is more than the CA's own allows (0)
    ? 1
    $ csr-sign --ca both.pem --profile ca middle.csr > middle.pem; csr-sign --ca middle.pem --ca-key middle.key --profile ca middle.csr
    2> csr-sign: middle.csr: request 1 at line 1: CN=Middle may not issue CA certificates: its path length is 0
    ? 1
    $ csr-sign mail.csr
    2> csr-sign: --ca FILE is needed: the certificate that issues
    ? 2
    $ csr-sign --ca both.pem --ca-key - < mail.csr
    2> csr-sign: standard input is asked for twice: --ca-key - and operand -
    ? 2
  `,
  );
});

t.test('the CA is an answer of cfssl: certificate, request and key in JSON', async (t) => {
  const [cert, key] = ['root.pem', 'root.key'].map((file) => readFileSync(join(dir, file), 'utf8'));
  for (const [name, answer] of Object.entries({ plain: { cert, csr: '', key }, wrapped: { result: { cert, key } } })) {
    writeFileSync(join(dir, `${name}.json`), JSON.stringify(answer), { mode: 0o600 });
    session(
      t,
      dir,
      `
      $ csr-sign -q --ca ${name}.json -o ${name}.pem mail.csr
      $ openssl verify -CAfile root.pem ${name}.pem
      ${name}.pem: OK
      $ csr-sign -q --ca root.pem --ca-key ${name}.json -o ${name}.pem mail.csr
      `,
    );
  }
});

t.test('the CA is a PKCS#12 or a PKCS#7', async (t) => {
  session(
    t,
    dir,
    `
    $ openssl pkcs12 -export -in root.pem -inkey root.key -passout pass:titok -out root.p12
    $ openssl crl2pkcs7 -nocrl -certfile root.pem -out root.p7
    $ PW=titok csr-sign -q --ca root.p12 --passin env:PW -o a.pem mail.csr
    $ csr-sign -q --ca root.p7 --ca-key root.key -o b.pem mail.csr
    $ openssl verify -CAfile root.pem a.pem b.pem
    a.pem: OK
    b.pem: OK
    $ csr-gen --from root.p7 -k root.key | cert-info -f subject
    CN=Root
    $ PW=titok csr-gen --from root.p12 --passin env:PW -k root.key | cert-info -f subject
    CN=Root
    `,
  );
});

t.test('many in, many out; one that is bad does not stop the others', async (t) => {
  session(
    t,
    dir,
    `
    $ sed 's/^MII\\(.*\\)$/MII\\1/; 5s/^..../AAAA/' mail.csr > changed.csr
    $ csr-sign -q --ca both.pem changed.csr
    2> /request 1 at line 1/
    2> ...
    ? 1
    $ cat mail.csr changed.csr root.pem old.csr | csr-sign -q --ca both.pem --chain > four.pem
    2> /^csr-sign: -: request 2 at line \\d+: the signature of the request is bad$/
    2> hint: it was changed on the way, or its key is not the one it was signed with
    2> /^csr-sign: -: line \\d+: expected a certificate request, found a certificate$/
    2> hint: cert-info reads certificates; csr-gen --from FILE makes a request from one
    ? 2
    $ cert-info -f subject.cn four.pem
    mail.valami.hu
    Root
    old.valami.hu
    Root
    $ echo old > kept.pem; csr-sign -q --ca both.pem changed.csr -o kept.pem 2> /dev/null; cat kept.pem
    old
    $ grep -v -e ----- mail.csr | base64 -d | csr-sign -q --ca both.pem | head -1
    -----BEGIN CERTIFICATE-----
    $ csr-sign --ca both.pem nosuch.csr mail.csr -q | grep -c BEGIN
    2> csr-sign: nosuch.csr: no such file or directory
    1
  `,
  );
});

const openssl = findProgram('openssl');
t.test('weak requests', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const make = `
    openssl req -new -newkey rsa:1024 -nodes -keyout small.key -subj /CN=a.hu -out small.csr
    openssl req -new -key small.key -subj /CN=a.hu -sha1 -out sha1.csr
    openssl req -new -key small.key -subj /CN=a.hu -md5 -out md5.csr
    openssl req -new -newkey rsa:512 -nodes -keyout tiny.key -subj /CN=a.hu -out tiny.csr
    openssl ecparam -name prime256v1 -param_enc explicit -genkey -noout -out explicit.key
    openssl req -new -key explicit.key -subj /CN=a.hu -out explicit.csr`;
  const { status, stderr } = run('sh', ['-e', '-c', make], { cwd: dir });
  t.equal(status, 0, stderr);
  for (const [file, name, message] of [
    ['sha1.csr', 'hash', 'it is signed with sha1, which can be forged'],
    ['md5.csr', 'hash', 'it is signed with md5, which can be forged'],
    ['tiny.csr', 'rsa-size', 'the RSA key has 512 bits, less than 1024'],
    ['explicit.csr', 'ec-parameters', 'the key spells its curve out instead of naming it'],
  ] as const) {
    const refused = run('csr-sign', ['-q', '--ca', 'both.pem', file], { cwd: dir });
    t.match(refused, { status: 1, stdout: '' }, file);
    t.equal(
      refused.stderr,
      `csr-sign: ${file}: request 1 at line 1: ${message}\n` +
        `hint: no CA may certify this; --allow-weak ${name} takes it all the same\n`,
      file,
    );
  }
  session(
    t,
    dir,
    `
    $ csr-sign -q --ca both.pem --allow-weak hash sha1.csr | grep -c BEGIN
    1
    2> csr-sign: sha1.csr: warning: request 1 at line 1: the RSA key has 1024 bits: clients refuse less than 2048
    $ csr-sign --ca both.pem --allow-weak everything sha1.csr
    2> csr-sign: --allow-weak: everything is none of rsa-exponent, rsa-size, hash, version, ec-parameters
    ? 2
    `,
  );
});
