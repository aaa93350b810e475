import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { element, objectIdentifier, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import { session } from '../support/session.js';
import {
  CLIENT_AUTH,
  EMAIL_PROTECTION,
  generalName,
  type Made,
  make,
  makeCa,
  makeCrl,
  nameConstraints,
  oids,
  type Shape,
} from '../support/test-ca.js';

const HOST = 'mail.valami.hu';

const cwd = t.testdir({ 'empty.pem': 'no PEM\n' });

const write = (name: string, ...certificates: readonly Made[]): void =>
  writeFileSync(join(cwd, name), certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join(''));

/** A session whose output may begin with blanks: four of the transcript's own are not part of a line. */
const play = (t: Test, transcript: string): void =>
  session(t, cwd, transcript.replace(/^ {4}/gm, '      '), { env: { NO_COLOR: '1' } });

const root = makeCa('Valami Root CA');
const middle = makeCa('Valami CA 1', root);

const server = (shape: Shape = {}, issuer = middle): Made =>
  make(HOST, issuer, { names: [HOST, '*.valami.hu'], ...shape });

const issuersAt = (url: string): Shape => ({
  extensions: {
    [ExtensionOid.authorityInfoAccess]: {
      value: sequence(sequence(objectIdentifier('1.3.6.1.5.5.7.48.2'), element(0x86, Buffer.from(url)))),
    },
  },
});

const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;

write('root.pem', root);
write('middle.pem', middle);
write('mail.pem', server(), middle);

const verify = 'cert-verify --at 2026-06-15 --trust root.pem';

t.test('a path that is sound', async (t) => {
  play(
    t,
    `
    $ ${verify} --name ${HOST} mail.pem
    mail.pem: valid
      CN=mail.valami.hu
      CN=Valami CA 1
      CN=Valami Root CA, trusted
    $ ${verify} -q mail.pem
    $ ${verify} --print-chain mail.pem | cert-info -f subject
    CN=mail.valami.hu
    CN=Valami CA 1
    CN=Valami Root CA
    $ cat mail.pem | ${verify} --each --purpose any --profile rfc5280
    -: line 1: valid
      CN=mail.valami.hu
      CN=Valami CA 1
      CN=Valami Root CA, trusted
    /^-: line \\d+: valid$/
      CN=Valami CA 1
      CN=Valami Root CA, trusted
    $ ${verify} --json --name ${HOST} mail.pem | jq -c '[.type, .index, .verdict, .names, (.path | map(.subject))]'
    ["verification",1,"valid",["mail.valami.hu"],["CN=mail.valami.hu","CN=Valami CA 1","CN=Valami Root CA"]]
    `,
  );
});

/** The failures people meet most, each in the shape it has in life. */

t.test('a missing intermediate', async (t) => {
  write('alone.pem', server(issuersAt('http://ca.valami.hu/ca1.cer')));
  write('alone-too.pem', server());
  play(
    t,
    `
    $ ${verify} alone.pem
    alone.pem: not valid
      CN=mail.valami.hu
        was issued by CN=Valami CA 1, and there is no certificate of that name and key [RFC 5280 6.1.3 (a)(4)]
        hint: it should be at http://ca.valami.hu/ca1.cer
    ? 1
    $ ${verify} alone-too.pem
    alone-too.pem: not valid
      CN=mail.valami.hu
        was issued by CN=Valami CA 1, and there is no certificate of that name and key [RFC 5280 6.1.3 (a)(4)]
        hint: give the missing certificate with --untrusted FILE
    ? 1
    $ ${verify} --untrusted middle.pem -q alone.pem
    `,
  );
});

t.test('an expired root in the bundle, where another path would do', async (t) => {
  const old = makeCa('Old Root CA', undefined, { notAfter: '2026-05-30T10:48:38Z' });
  const cross = makeCa('Valami Root CA', old, { key: root.key, notAfter: '2026-05-30T10:48:38Z' });
  write('old.pem', old);
  write('crossed.pem', server(), middle, cross, old);
  play(
    t,
    `
    $ ${verify} crossed.pem
    crossed.pem: valid
      CN=mail.valami.hu
      CN=Valami CA 1
      CN=Valami Root CA, trusted
    $ cert-verify --at 2026-06-15 --trust old.pem crossed.pem
    crossed.pem: not valid
      CN=mail.valami.hu
      CN=Valami CA 1
      CN=Valami Root CA
        expired 2026-05-30T10:48:38Z [RFC 5280 6.1.3 (a)(2)]
        hint: leave it out of the file; ask its CA for the certificate that follows it
    ? 1
    `,
  );
});

t.test('a self-signed certificate', async (t) => {
  write('self.pem', make(HOST, undefined, { names: [HOST] }));
  play(
    t,
    `
    $ ${verify} self.pem
    self.pem: not valid
      CN=mail.valami.hu
        is signed with its own key, and is no anchor [RFC 5280 6.1.1 (d)]
        hint: --trust FILE makes an anchor of it, if you know it
    ? 1
    $ cert-verify --at 2026-06-15 --trust self.pem --name ${HOST} self.pem
    self.pem: valid
      CN=mail.valami.hu, trusted
    `,
  );
});

t.test('another host', async (t) => {
  play(
    t,
    `
    $ ${verify} --name jonatan.alma.valami.hu mail.pem
    mail.pem: not valid
      CN=mail.valami.hu
        is not for jonatan.alma.valami.hu, its names are mail.valami.hu, *.valami.hu [RFC 9525 6]
        hint: *.valami.hu: the * stands for exactly one label
      CN=Valami CA 1
      CN=Valami Root CA
    ? 1
    $ ${verify} --name 192.0.2.1 mail.pem
    mail.pem: not valid
      CN=mail.valami.hu
        is not for 192.0.2.1, it has no name of that kind [RFC 9525 6]
      CN=Valami CA 1
      CN=Valami Root CA
    ? 1
    `,
  );
});

t.test('the wrong order', async (t) => {
  write('upside-down.pem', root, middle, server());
  write('stranger.pem', server(), root, root, makeCa('Nobody'), middle);
  play(
    t,
    `
    $ ${verify} upside-down.pem
    upside-down.pem: not valid
      CN=Valami Root CA
        is a CA certificate, not one of a server [BR 7.1.2.7.8]
    /^ {4}hint: the certificate at line \\d+ is none: the one to judge comes first, or use --each$/
    ? 1
    $ ${verify} stranger.pem
    stranger.pem: valid
      CN=mail.valami.hu
      CN=Valami CA 1
      CN=Valami Root CA, trusted
    `,
  );
});

t.test('a client certificate', async (t) => {
  write(
    'client.pem',
    server({ extensions: { [ExtensionOid.extendedKeyUsage]: { value: oids(CLIENT_AUTH) } } }),
    middle,
  );
  play(
    t,
    `
    $ ${verify} client.pem
    client.pem: not valid
      CN=mail.valami.hu
        is not for serverAuth, its extended key usage is clientAuth [RFC 5280 4.2.1.12]
        hint: --purpose asks for another use
    ? 1
    $ ${verify} --purpose client -q client.pem
    `,
  );
});

t.test('a name constraint', async (t) => {
  const inner = makeCa('Inner CA', root, {
    extensions: { [ExtensionOid.nameConstraints]: nameConstraints([generalName('belso.hu')]) },
  });
  write('constrained.pem', server({}, inner), inner);
  play(
    t,
    `
    $ ${verify} constrained.pem
    constrained.pem: not valid
      CN=mail.valami.hu
        DNS:mail.valami.hu is not permitted by CN=Inner CA [RFC 5280 4.2.1.10]
      CN=Inner CA
    ? 1
    `,
  );
});

t.test('SHA-1, 1024 bit, a root of version 1', async (t) => {
  write('sha1.pem', server({ hash: 'sha1' }), middle);
  write('rsa1024.pem', server({ key: rsa1024 }), middle);
  const first = makeCa('First Root', undefined, { version: 1 });
  write('v1.pem', first);
  write('under-v1.pem', server({}, first));
  play(
    t,
    `
    $ ${verify} sha1.pem
    sha1.pem: not valid
      CN=mail.valami.hu
        is signed with SHA1 [BR 7.1.3.2]
        hint: ask its CA for one with SHA-256
    ? 1
    $ ${verify} rsa1024.pem
    rsa1024.pem: not valid
      CN=mail.valami.hu
        has an RSA key of 1024 bit, 2048 are needed [BR 6.1.5]
    ? 1
    $ cert-verify --at 2026-06-15 --trust v1.pem under-v1.pem
    under-v1.pem: not valid
      CN=mail.valami.hu
      CN=First Root
        is a version 1 certificate, which cannot say that it is a CA [RFC 5280 6.1.4 (k)]
        hint: basicConstraints with cA:TRUE makes a CA of a certificate
    ? 1
    $ cert-verify --at 2026-06-15 --profile rfc5280 --trust v1.pem -q under-v1.pem
    `,
  );
});

t.test('not yet valid, expired', async (t) => {
  play(
    t,
    `
    $ ${verify.replace('2026-06-15', '2025-12-31')} mail.pem
    mail.pem: not valid
      CN=mail.valami.hu
        is not valid before 2026-01-01T00:00:00Z [RFC 5280 6.1.3 (a)(2)]
        hint: is the clock of this machine right? --at TIME asks for another time
    ? 1
    $ ${verify.replace('2026-06-15', '2027-01-02')} mail.pem
    mail.pem: not valid
      CN=mail.valami.hu
        expired 2027-01-01T00:00:00Z [RFC 5280 6.1.3 (a)(2)]
    ? 1
    `,
  );
});

t.test('revoked', async (t) => {
  const leaf = server();
  write('revoked.pem', leaf, middle);
  writeFileSync(join(cwd, 'ca1.crl'), makeCrl(middle, [leaf]));
  writeFileSync(join(cwd, 'old.crl'), makeCrl(middle, [], ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']));
  play(
    t,
    `
    $ ${verify} --crl ca1.crl revoked.pem
    revoked.pem: not valid
      CN=mail.valami.hu
        was revoked 2026-05-01 [RFC 5280 6.3.3]
      CN=Valami CA 1
      CN=Valami Root CA
    ? 1
    $ ${verify} --crl ca1.crl -q mail.pem
    $ ${verify} --crl old.crl revoked.pem
    revoked.pem: cannot tell
      CN=mail.valami.hu
        may be revoked: the list is out of date since 2026-02-01T00:00:00Z [RFC 5280 5.1.2.5]
      CN=Valami CA 1
      CN=Valami Root CA
    ? 2
    `,
  );
});

t.test('calls that are no question', async (t) => {
  play(
    t,
    `
    $ ${verify} --name https://valami.hu/ mail.pem
    2> cert-verify: --name: https://valami.hu/: a URL is no host name
    2> hint: the name alone: valami.hu
    ? 2
    $ ${verify} --purpose servers mail.pem
    2> cert-verify: --purpose: servers is none of server, client, email, any
    2> hint: did you mean server?
    ? 2
    $ ${verify} --depth -1 mail.pem
    2> cert-verify: --depth needs a value, found -1
    2> hint: a value that starts with a dash attaches: --depth=-1
    ? 2
    $ ${verify} --policy anyPolicy mail.pem
    2> cert-verify: --policy: anyPolicy is not an object identifier
    ? 2
    $ cert-verify --trust empty.pem mail.pem
    2> cert-verify: empty.pem: neither PEM nor DER
    2> ...
    ? 2
    $ ${verify} empty.pem mail.pem
    mail.pem: valid
    ...
    2> cert-verify: empty.pem: neither PEM nor DER
    2> ...
    ? 2
    $ SSL_CERT_FILE=root.pem cert-verify --at 2026-06-15 -q mail.pem
    $ SSL_CERT_FILE=middle.pem cert-verify --at 2026-06-15 --trust system --trust root.pem mail.pem | tail -n 1
      CN=Valami CA 1, trusted
    $ SSL_CERT_DIR=nowhere cert-verify mail.pem
    2> cert-verify: the system has no trust anchors: looked in nowhere
    2> hint: SSL_CERT_DIR names folders with files of PEM in them
    ? 2
    `,
  );
});

/** The system's file of anchors, in every form that one is found in. */
const rootPem = encodePem('CERTIFICATE', root.der);
const otherPem = encodePem('CERTIFICATE', makeCa('Other Root CA').der);
const bundles = {
  usual: `${otherPem}${rootPem}`,
  'no newline at its end': `${otherPem}${rootPem}`.trimEnd(),
  'comments, as on Fedora': `# Other\n${otherPem}\n# Valami Root CA\n${rootPem}`,
  'text behind it': `${otherPem}${rootPem}# the end\n`,
  CRLF: `${otherPem}${rootPem}`.replaceAll('\n', '\r\n'),
  'a damaged block in front': `${otherPem.replace('\nMII', '\nM?I')}${rootPem}`,
  'a block that is no certificate in front': `${encodePem('CERTIFICATE', Buffer.from('3003020101', 'hex'))}${rootPem}`,
  'a key in front': `${encodePem('PRIVATE KEY', Buffer.from('3003020101', 'hex'))}${rootPem}`,
  'UTF-16': Buffer.from(`\ufeff${otherPem}${rootPem}`, 'utf16le'),
  DER: root.der,
};

const anyUse = '--purpose any --profile rfc5280';

for (const [form, bundle] of Object.entries(bundles)) {
  t.test(`the system's anchors: ${form}`, async (t) => {
    writeFileSync(join(cwd, 'bundle'), bundle);
    play(t, '$ SSL_CERT_FILE=bundle SSL_CERT_DIR= cert-verify --at 2026-06-15 -q mail.pem');
    play(t, `$ SSL_CERT_FILE=bundle SSL_CERT_DIR= cert-verify --at 2026-06-15 ${anyUse} -q root.pem middle.pem`);
  });
}

t.test("the system's anchors, and none for this certificate", async (t) => {
  writeFileSync(join(cwd, 'bundle'), otherPem);
  play(t, '$ SSL_CERT_FILE=bundle SSL_CERT_DIR= cert-verify --at 2026-06-15 -q mail.pem\n? 1');
});

t.test('csr-sign and pem-merge go by the same rules', async (t) => {
  const inner = makeCa('Inner CA', root, {
    extensions: { [ExtensionOid.nameConstraints]: nameConstraints([generalName('belso.hu')]) },
  });
  const mailOnly = makeCa('Mail CA', root, {
    extensions: { [ExtensionOid.extendedKeyUsage]: { value: oids(EMAIL_PROTECTION) } },
  });
  const client = server({ extensions: { [ExtensionOid.extendedKeyUsage]: { value: oids(CLIENT_AUTH) } } });
  write('inner.pem', inner);
  write('mail-ca.pem', mailOnly);
  write('client-alone.pem', client);
  for (const [name, { key }] of [
    ['inner', inner],
    ['mail-ca', mailOnly],
    ['client', client],
  ] as const) {
    writeFileSync(join(cwd, `${name}.key`), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  play(
    t,
    `
    $ csr-gen -q --cn ${HOST} -n ec:P-256 -K csr.key -o mail.csr
    $ csr-sign -q --at 2026-06-15 --ca inner.pem --ca-key inner.key mail.csr
    2> csr-sign: mail.csr: request 1 at line 1: no client would trust it: the certificate DNS:mail.valami.hu is not permitted by CN=Inner CA [RFC 5280 4.2.1.10]
    ? 1
    $ csr-sign -q --at 2026-06-15 --ca mail-ca.pem --ca-key mail-ca.key mail.csr
    2> csr-sign: mail.csr: request 1 at line 1: no client would trust it: the CA CN=Mail CA is a CA that is not for serverAuth, its extended key usage is emailProtection [RFC 5280 4.2.1.12]
    ? 1
    $ pem-merge -q --at 2026-06-15 --trust root.pem client.key client-alone.pem middle.pem
    2> pem-merge: client-alone.pem: the chain is not to be trusted: mail.valami.hu is not for serverAuth, its extended key usage is clientAuth [RFC 5280 4.2.1.12]
    ? 1
    `,
  );
});
