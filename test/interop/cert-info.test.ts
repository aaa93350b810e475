import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import t, { type Test } from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { type OpensslFacts, opensslFacts } from '../support/openssl-facts.js';
import { pkijsJson } from '../support/pkijs-json.js';
import { findProgram, run, session } from '../support/session.js';
import { some } from '../support/whole.js';
import { forgedCertificates } from './forged-certificates.js';
import { generatedCertificates } from './generated-certificates.js';
import { extensionLines } from './generated-extensions.js';

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

type Facts = ReturnType<typeof pkijsJson>;

interface CertificateJson extends Omit<Facts, 'extensions'> {
  readonly extensions: readonly {
    readonly oid: string;
    readonly name: string | null;
    readonly critical: boolean;
    readonly value: string | null;
  }[];
}

/** The properties both references can be compared with: all but where it came from, what is odd about it, and names of extensions. */
function factsOf(line: string): Facts {
  const { type, source, index, warnings, extensions, ...facts } = JSON.parse(line);
  const named = extensions as CertificateJson['extensions'];
  return { ...facts, extensions: named.map(({ oid, critical, value }) => ({ oid, critical, value })) };
}

/** Ours, as far as openssl has something to say: some kinds of keys and of other names are beyond version 3.0. */
function asOpenssl(ours: Facts, theirs: OpensslFacts) {
  const { key, names, signature, extensions } = theirs;
  const isKnown = !/^\d/.test(key.type);
  return {
    ...ours,
    names: {
      ...ours.names,
      other: ours.names.other.map((name, i) => (names.other[i]?.endsWith(':<unsupported>') ? names.other[i] : name)),
    },
    key: isKnown
      ? { ...ours.key, bits: key.bits && ours.key.bits, spki_sha256: key.spki_sha256 && ours.key.spki_sha256 }
      : key,
    signature: /^\d/.test(signature.algorithm) ? signature : ours.signature,
    // It knows some extensions that we do not, and we some that it does not.
    extensions: ours.extensions.map(({ value, ...rest }, i) => ({ ...rest, dump: value ?? extensions[i]?.dump })),
    self_issued: undefined,
  };
}

const now = new Date('2026-06-01T00:00:00Z');

function compare(t: Test, certificates: readonly Buffer[]): void {
  const directory = t.testdir();
  mkdirSync(directory, { recursive: true });
  certificates.forEach((der, i) => {
    writeFileSync(join(directory, `${i}.pem`), encodePem('CERTIFICATE', der));
  });
  const all = certificates.map((der) => encodePem('CERTIFICATE', der)).join('');
  const result = run('cert-info', ['--json', '--at', now.toISOString()], { stdin: all });
  t.equal(result.stderr, '');
  const ours = result.stdout.trim().split('\n').map(factsOf);
  t.equal(ours.length, certificates.length, 'one line a certificate');
  const theirs = opensslFacts(directory, now.getTime());
  certificates.forEach((der, i) => {
    const [our, their] = [ours[i] as Facts, theirs[i] as OpensslFacts];
    t.same(asOpenssl(our, their), { ...their, self_issued: undefined }, `openssl: ${our.subject}`);
    t.same(our, pkijsJson(der, now.getTime()), `PKI.js: ${our.subject}`);
  });
}

const noMaker = openssl && certtool ? false : 'openssl or certtool is not installed';
const generated = noMaker ? [] : [...generatedCertificates(t.testdir()), ...forgedCertificates()];

t.test('a generated set', { skip: noMaker }, async (t) => {
  compare(t, some(generated, 4));
});

t.test("Debian's roots", { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  compare(t, some(blocksOf(readFileSync(debianRoots, 'utf8')), 16));
});

t.test("Node's roots", { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  compare(t, some(rootCertificates.map(derOf), 16, 3));
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
      2> cert-info: old.p12: byte 0: this PKCS#12 is encrypted and the passphrase is wrong
      ? 2
      $ cert-info -f type,format,encryption,key traditional.key
      encrypted_private_key\tpkcs1\tAES-128-CBC\t
      $ cert-info -f type,subject.cn,warnings wrong-label.pem
      certificate\ta\t"labelled as request, holds a certificate"
      $ cert-info -f warnings utf16.pem
      "UTF-16 text, taken as if it were ASCII"
      $ cert-info --fingerprint trusted.pem > one; cert-info --fingerprint a.der | diff - one
    `,
  );
});

t.test('--long knows extensions by content', { skip: noMaker }, async (t) => {
  const stdin = generated.map((der) => encodePem('CERTIFICATE', der)).join('');
  const lines = new Set(
    run('cert-info', ['-l'], { stdin })
      .stdout.split('\n')
      .map((line) => line.trim()),
  );
  for (const line of extensionLines) t.ok(lines.has(line), line);
});
