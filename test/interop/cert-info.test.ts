import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import t, { type Test } from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { Certificate } from '../../src/x509/certificate.js';
import { type OpensslFacts, opensslFacts } from '../support/openssl-facts.js';
import { pkijsFacts } from '../support/pkijs-facts.js';
import { findProgram, run, session } from '../support/session.js';
import { generatedCertificates } from './generated-certificates.js';

/** Every field of every certificate at hand equals what openssl prints and what PKI.js reads. */

const openssl = findProgram('openssl');
const certtool = findProgram('certtool');

const debianRoots = '/etc/ssl/certs/ca-certificates.crt';

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

function blocksOf(text: string): Buffer[] {
  return (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(derOf);
}

interface CertificateJson extends Omit<OpensslFacts, 'names' | 'signature' | 'key' | 'extensions' | 'sha1' | 'sha256'> {
  readonly names: Readonly<Record<'dns' | 'ip' | 'email' | 'uri' | 'other', readonly string[]>>;
  readonly key: { readonly type: string; readonly bits: number | null; readonly exponent: string | null };
  readonly signature: { readonly algorithm: string; readonly hash: string | null };
  readonly fingerprints: { readonly sha1: string; readonly sha256: string };
  readonly extensions: readonly { readonly oid: string; readonly critical: boolean }[];
}

/** openssl's words for signature algorithms in ours. */
const signatures: Readonly<Record<string, string>> = {
  md5WithRSAEncryption: 'rsa-pkcs1 md5',
  sha1WithRSAEncryption: 'rsa-pkcs1 sha1',
  sha224WithRSAEncryption: 'rsa-pkcs1 sha224',
  sha256WithRSAEncryption: 'rsa-pkcs1 sha256',
  sha384WithRSAEncryption: 'rsa-pkcs1 sha384',
  sha512WithRSAEncryption: 'rsa-pkcs1 sha512',
  'ecdsa-with-SHA1': 'ecdsa sha1',
  'ecdsa-with-SHA224': 'ecdsa sha224',
  'ecdsa-with-SHA256': 'ecdsa sha256',
  'ecdsa-with-SHA384': 'ecdsa sha384',
  'ecdsa-with-SHA512': 'ecdsa sha512',
  'ecdsa_with_SHA3-256': 'ecdsa sha3-256',
  dsa_with_SHA256: 'dsa sha256',
  ED25519: 'ed25519 null',
  ED448: 'ed448 null',
  'rsassaPss sha1': 'rsa-pss sha1',
  'rsassaPss sha256': 'rsa-pss sha256',
  'rsassaPss sha512': 'rsa-pss sha512',
};

const keyTypes: Readonly<Record<string, string>> = {
  rsaEncryption: 'rsa',
  rsassaPss: 'rsa-pss',
  'id-ecPublicKey': 'ec',
  dsaEncryption: 'dsa',
  ED25519: 'ed25519',
  ED448: 'ed448',
  X25519: 'x25519',
  X448: 'x448',
};

/** OIDs openssl 3.0 prints by name. */
const policyNames: Readonly<Record<string, string>> = { '2.5.29.32.0': 'X509v3 Any Policy' };
const usageNames: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.311.20.2.2': 'Microsoft Smartcard Login',
  '1.3.6.1.5.5.7.3.17': 'ipsec Internet Key Exchange',
};

/** Our JSON put as openssl puts it. */
function asOpenssl(json: CertificateJson) {
  const { key, names, fingerprints, signature } = json;
  return {
    subject: json.subject,
    issuer: json.issuer,
    serial: json.serial,
    not_before: json.not_before,
    not_after: json.not_after,
    ...fingerprints,
    version: json.version,
    signature: `${signature.algorithm} ${signature.hash}`,
    key: key.type,
    bits: key.bits,
    exponent: key.exponent,
    is_ca: json.is_ca,
    path_length: json.path_length,
    key_usage: json.key_usage,
    extended_key_usage: json.extended_key_usage?.map((oid) => usageNames[oid] ?? oid) ?? null,
    subject_key_id: json.subject_key_id,
    authority_key_id: json.authority_key_id,
    dns: names.dns,
    email: names.email,
    uri: names.uri,
    crl_urls: json.crl_urls,
    ocsp_urls: json.ocsp_urls,
    issuer_urls: json.issuer_urls,
    policies: json.policies.map((oid) => policyNames[oid] ?? oid),
    critical: json.extensions.map(({ critical }) => critical),
  };
}

/** What openssl says in the same shape. Keys of EdDSA have no size there. */
function ofOpenssl(facts: OpensslFacts, json: CertificateJson) {
  const { names, extensions, ...rest } = facts;
  const kind = (prefix: string) =>
    names.flatMap((name) => (name.startsWith(`${prefix}:`) ? [name.slice(prefix.length + 1)] : []));
  const signature = signatures[facts.signature] ?? facts.signature;
  return {
    ...rest,
    signature,
    key: keyTypes[facts.key] ?? facts.key,
    bits: facts.bits ?? json.key.bits,
    dns: kind('DNS'),
    email: kind('email'),
    uri: kind('URI'),
    critical: extensions.map(([, critical]) => critical),
  };
}

function compare(t: Test, certificates: readonly Buffer[]): void {
  const directory = t.testdir();
  mkdirSync(directory, { recursive: true });
  certificates.forEach((der, i) => {
    writeFileSync(join(directory, `${i}.pem`), encodePem('CERTIFICATE', der));
  });
  const all = certificates.map((der) => encodePem('CERTIFICATE', der)).join('');
  const result = run('cert-info', ['--json'], { stdin: all });
  t.equal(result.stderr, '');
  const ours = result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CertificateJson);
  t.equal(ours.length, certificates.length, 'one line a certificate');
  const theirs = opensslFacts(directory);
  certificates.forEach((der, i) => {
    const json = ours[i] as CertificateJson;
    t.same(asOpenssl(json), ofOpenssl(theirs[i] as OpensslFacts, json), `openssl: ${json.subject}`);
    compareWithPkijs(t, der, json);
  });
}

function compareWithPkijs(t: Test, der: Buffer, json: CertificateJson): void {
  const certificate = new Certificate(der);
  const theirs = pkijsFacts(der);
  const attributes = (name: Certificate['subject']) => name.attributes.map(({ oid, value }) => [oid, value]);
  t.same(
    {
      version: certificate.version,
      serial: certificate.serial,
      subject: attributes(certificate.subject),
      issuer: attributes(certificate.issuer),
      not_before: certificate.notBefore.getTime(),
      not_after: certificate.notAfter.getTime(),
      algorithm: certificate.signatureAlgorithm.oid,
      spki: Buffer.from(certificate.publicKey.der).toString('hex'),
      is_ca: certificate.basicConstraints?.isCa ?? false,
      path_length: certificate.basicConstraints?.pathLength ?? null,
      subject_key_id: certificate.subjectKeyId,
      authority_key_id: certificate.authorityKeyId,
      dns: json.names.dns,
      extensions: certificate.extensions.map(({ oid, critical }) => [oid, critical]),
      signature: Buffer.from(certificate.signature).toString('hex'),
    },
    theirs,
    `PKI.js: ${json.subject}`,
  );
}

t.test("Debian's roots", { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  compare(t, blocksOf(readFileSync(debianRoots, 'utf8')));
});

t.test("Node's roots", { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  compare(t, rootCertificates.map(derOf));
});

t.test('a generated set', { skip: openssl && certtool ? false : 'openssl or certtool is not installed' }, async (t) => {
  compare(t, generatedCertificates(t.testdir()));
});

t.test('containers and other labels', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const cwd = t.testdir({ right: 'secret\n', wrong: 'other\n' });
  const sh = (command: string) => {
    const { status, stderr } = run('sh', ['-c', command], { cwd });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
  };
  sh(`openssl req -x509 -newkey rsa:2048 -nodes -keyout a.key -subj /CN=a -out a.pem 2>&1
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout b.key -subj /CN=b -out b.pem 2>&1
    openssl crl2pkcs7 -nocrl -certfile a.pem -certfile b.pem -out ab.p7
    openssl crl2pkcs7 -nocrl -certfile a.pem -certfile b.pem -outform DER -out ab.p7b
    openssl x509 -in a.pem -trustout -addtrust serverAuth -out trusted.pem
    openssl x509 -in a.pem -outform DER -out a.der
    openssl pkcs12 -export -in a.pem -inkey a.key -passout pass:secret -out new.p12
    openssl pkcs12 -export -legacy -in b.pem -inkey b.key -passout pass:secret -out old.p12
    openssl rsa -in a.key -traditional -aes128 -passout pass:secret -out traditional.key 2>&1
    cat a.der a.der > two.der
    iconv -f UTF-8 -t UTF-16 a.pem > utf16.pem
    sed 's/ CERTIFICATE/ X509 CERTIFICATE/' a.pem > x509.pem
    sed 's/ CERTIFICATE/ CERTIFICATE REQUEST/' a.pem > wrong-label.pem`);
  session(
    t,
    cwd,
    `
      $ cert-info -f index,type,subject.cn ab.p7 ab.p7b trusted.pem two.der utf16.pem x509.pem
      1\tcertificate\ta
      2\tcertificate\tb
      3\tcertificate\ta
      4\tcertificate\tb
      5\tcertificate\ta
      6\tcertificate\ta
      7\tcertificate\ta
      8\tcertificate\ta
      9\tcertificate\ta
      $ cert-info -f type,subject.cn,key.type --passin file:right new.p12 old.p12
      private_key\t\trsa
      certificate\ta\trsa
      private_key\t\tec
      certificate\tb\tec
      $ cert-info --passin file:wrong --passin file:right --names old.p12
      $ cert-info --passin file:wrong old.p12
      2> cert-info: old.p12: PKCS#12 at byte 0: this PKCS#12 is encrypted and the passphrase is wrong
      ? 2
      $ cert-info -f type,format,encryption,key traditional.key
      encrypted_private_key\tpkcs1\tAES-128-CBC\t
      $ cert-info -f type,subject.cn,warnings wrong-label.pem
      certificate\ta\tlabelled as request, holds a certificate
      $ cert-info -f warnings utf16.pem
      UTF-16 text, taken as if it were ASCII
      $ cert-info --fingerprint trusted.pem > one; cert-info --fingerprint a.der | diff - one
    `,
  );
});

/** What --long says of the generated set, extension by extension. */
const contents: readonly string[] = [
  'a CA, at most 3 CAs below it',
  'not a CA',
  'digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, encipherOnly, decipherOnly',
  'DNS:*.valami.hu',
  'IP:10.1.2.3',
  'IP:2001:db8::1',
  'RID:1.2.3.4',
  'DN:O=Valami,C=HU',
  'UPN:user@valami.hu',
  'SmtpUTF8Mailbox:or@valami.hu',
  'URI:ldap://ldap.valami.hu/cn=ca',
  'for keyCompromise, cACompromise',
  'issued by DN:CN=CRL issuer',
  'URI:http://crl.valami.hu/delta.crl',
  'OCSP URI:http://ocsp.valami.hu',
  'CA issuers URI:http://ca.valami.hu/ca.crt',
  'organizationValidated (2.23.140.1.2.2)',
  'domainValidated (2.23.140.1.2.1)',
  'CPS http://cps.valami.hu/',
  'notice 1, 2 of Valami',
  'notice: A notice',
  'status_request (must staple)',
  'permitted DNS:valami.hu',
  'permitted IP:10.0.0.0/8',
  'excluded EMAIL:.example.com',
  'excluded URI:.example.org',
  'a policy is required after 1 certificates',
  'no mapping after 2 certificates',
  'after 4 certificates',
  '1.2.3 is their 1.2.4',
  'SSL client, SSL server',
  'A comment',
  'certificate 1, key 1',
  'WebServer',
  'a precertificate: not valid in TLS',
  'is there',
];

t.test(
  '--long knows extensions by content',
  { skip: openssl && certtool ? false : 'openssl or certtool is not installed' },
  async (t) => {
    const certificates = generatedCertificates(t.testdir());
    const { stdout } = run('cert-info', ['-l'], {
      stdin: certificates.map((der) => encodePem('CERTIFICATE', der)).join(''),
    });
    for (const line of contents) t.ok(stdout.includes(`  ${line}\n`), line);
  },
);
