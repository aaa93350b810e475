import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pkijs from 'pkijs';
import t, { type Test } from 'tap';
import { findProgram, run } from '../support/session.js';

/** Revocation lists of openssl and certtool: every field as openssl prints it and PKI.js reads it. */

const openssl = findProgram('openssl');
const certtool = findProgram('certtool');

interface ListJson {
  readonly version: number;
  readonly issuer: string;
  readonly this_update: string;
  readonly next_update: string;
  readonly number: string | null;
  readonly fingerprints: { readonly sha1: string; readonly sha256: string };
  readonly authority_key_id: string | null;
  readonly extensions: readonly { readonly oid: string; readonly critical: boolean }[];
  readonly revoked: readonly { readonly serial: string; readonly time: string; readonly reason: string | null }[];
}

const configuration = `[ca]
default_ca=here
[here]
database=index
serial=serial
crlnumber=number
new_certs_dir=.
default_md=sha384
policy=any
default_days=30
default_crl_days=7
crl_extensions=list
[any]
commonName=supplied
[list]
authorityKeyIdentifier=keyid:always
issuerAltName=DNS:ca.valami.hu
issuingDistributionPoint=critical,@point
freshestCRL=URI:http://crl.valami.hu/delta.crl
[point]
fullname=URI:http://crl.valami.hu/full.crl
onlysomereasons=keyCompromise,certificateHold
[req]
distinguished_name=name
[name]
[v3]
subjectKeyIdentifier=hash
`;

/** Options of `openssl ca -revoke`, and the reason they make. */
const revocations: readonly (readonly [options: string, reason: string | null])[] = [
  ['', null],
  ...[
    'unspecified',
    'keyCompromise',
    'affiliationChanged',
    'superseded',
    'cessationOfOperation',
    'certificateHold',
    'removeFromCRL',
  ].map((reason) => [`-crl_reason ${reason}`, reason] as const),
  ['-crl_reason CACompromise', 'cACompromise'],
  ['-crl_hold holdInstructionReject', 'certificateHold'],
  ['-crl_compromise 20260101000000Z', 'keyCompromise'],
  ['-crl_CA_compromise 20260102000000Z', 'cACompromise'],
];

function must(cwd: string, command: string): void {
  const { status, stderr } = run('sh', ['-ec', command], { cwd });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

function listOfOpenssl(cwd: string): void {
  writeFileSync(join(cwd, 'ca.cnf'), configuration);
  writeFileSync(join(cwd, 'index'), '');
  writeFileSync(join(cwd, 'serial'), '00FE\n');
  writeFileSync(join(cwd, 'number'), '0100\n');
  must(
    cwd,
    `openssl req -x509 -config ca.cnf -newkey rsa:2048 -nodes -keyout ca.key -subj '/O=Valami, Kft./CN=CA ő' -utf8 -extensions v3 -out ca.pem
    openssl req -new -config ca.cnf -newkey rsa:2048 -nodes -keyout leaf.key -subj /CN=leaf -out leaf.csr`,
  );
  const ca = 'openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key';
  revocations.forEach(([options], i) => {
    must(cwd, `${ca} -subj /CN=${i} -in leaf.csr -out leaf.pem; ${ca} -revoke leaf.pem ${options}`);
  });
  must(cwd, `${ca} -gencrl -out list.pem`);
}

function compare(t: Test, directory: string, file: string): ListJson {
  const path = join(directory, file);
  const { stdout, stderr } = run('cert-info', ['--json', path]);
  t.equal(stderr, '');
  const ours = JSON.parse(stdout) as ListJson;
  const facts = [
    '-issuer',
    '-lastupdate',
    '-nextupdate',
    '-crlnumber',
    '-dateopt',
    'iso_8601',
    '-fingerprint',
    '-text',
  ];
  const text = run('openssl', ['crl', '-in', path, '-noout', '-nameopt', 'RFC2253,-esc_msb,utf8', ...facts]).stdout;
  const line = (pattern: RegExp) => pattern.exec(text)?.[1];
  const entries = [
    ...text.matchAll(
      /Serial Number: ([0-9A-F]+)\n +Revocation Date: (.*)\n([\s\S]*?)(?= +Serial Number| +Signature Alg)/g,
    ),
  ];
  t.same(
    {
      version: ours.version,
      issuer: ours.issuer,
      this_update: ours.this_update,
      next_update: ours.next_update,
      number: Number.parseInt(ours.number ?? '', 16),
      sha1: ours.fingerprints.sha1,
      revoked: ours.revoked.map(({ serial, time, reason }) => [serial, time, reason]),
    },
    {
      version: Number(line(/Version (\d)/)),
      issuer: line(/^issuer=(.*)$/m),
      this_update: line(/^lastUpdate=(.*)$/m)?.replace(' ', 'T'),
      next_update: line(/^nextUpdate=(.*)$/m)?.replace(' ', 'T'),
      number: Number(line(/^crlNumber=(.*)$/m)),
      sha1: line(/^sha1 Fingerprint=(.*)$/im)
        ?.replaceAll(':', '')
        .toLowerCase(),
      revoked: entries.map(([, serial = '', date = '', rest = '']) => [
        serial.toLowerCase().replace(/^(?=.(?:..)*$)/, '0'),
        new Date(date).toISOString().replace('.000', ''),
        reasons[/Reason Code: \n +(.*)/.exec(rest)?.[1] ?? ''] ?? null,
      ]),
    },
    `openssl: ${file}`,
  );
  const der = Buffer.from(readFileSync(path, 'latin1').replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const theirs = pkijs.CertificateRevocationList.fromBER(der);
  const hex = (bytes: Uint8Array) =>
    Buffer.from(bytes)
      .toString('hex')
      .replace(/^00(?=.)/, '');
  t.same(
    {
      version: ours.version,
      this_update: ours.this_update,
      next_update: ours.next_update,
      extensions: ours.extensions.map(({ oid, critical }) => [oid, critical]),
      revoked: ours.revoked.map(({ serial, time }) => [serial, time]),
    },
    {
      version: theirs.version + 1,
      this_update: theirs.thisUpdate.value.toISOString().replace('.000', ''),
      next_update: theirs.nextUpdate?.value.toISOString().replace('.000', ''),
      extensions: theirs.crlExtensions?.extensions.map(({ extnID, critical }) => [extnID, critical]),
      revoked: theirs.revokedCertificates?.map(({ userCertificate, revocationDate }) => [
        hex(userCertificate.valueBlock.valueHexView),
        revocationDate.value.toISOString().replace('.000', ''),
      ]),
    },
    `PKI.js: ${file}`,
  );
  return ours;
}

/** openssl's words for reasons. */
const reasons: Readonly<Record<string, string>> = {
  Unspecified: 'unspecified',
  'Key Compromise': 'keyCompromise',
  'CA Compromise': 'cACompromise',
  'Affiliation Changed': 'affiliationChanged',
  Superseded: 'superseded',
  'Cessation Of Operation': 'cessationOfOperation',
  'Certificate Hold': 'certificateHold',
  'Remove From CRL': 'removeFromCRL',
};

t.test('a list of openssl, every reason in it', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const directory = t.testdir();
  mkdirSync(directory, { recursive: true });
  listOfOpenssl(directory);
  const { revoked, authority_key_id } = compare(t, directory, 'list.pem');
  t.strictSame(
    revoked.map(({ reason }) => reason),
    revocations.map(([, reason]) => reason),
  );
  t.match(authority_key_id, /^[0-9a-f]{40}$/);
  const { stdout } = run('cert-info', ['-l', 'list.pem'], { cwd: directory });
  for (const line of [
    'DNS:ca.valami.hu',
    'URI:http://crl.valami.hu/full.crl',
    'only keyCompromise, certificateHold',
    'URI:http://crl.valami.hu/delta.crl',
    'invalidityDate 2026-01-01T00:00:00Z',
  ]) {
    t.match(stdout, `  ${line}\n`, line);
  }
});

t.test(
  'a list of certtool',
  { skip: openssl && certtool ? false : 'openssl or certtool is not installed' },
  async (t) => {
    const directory = t.testdir({
      template: 'crl_next_update = 10\ncrl_number = 255\n',
      ca: 'cn = "CA"\nca\ncrl_signing_key\n',
    });
    must(
      directory,
      `certtool --generate-privkey --key-type rsa --bits 2048 --outfile ca.key
    certtool --generate-self-signed --load-privkey ca.key --template ca --outfile ca.pem
    certtool --generate-crl --load-ca-privkey ca.key --load-ca-certificate ca.pem --load-certificate ca.pem --template template --outfile list.pem`,
    );
    t.match(compare(t, directory, 'list.pem'), { number: 'ff', revoked: [{ reason: null }] });
  },
);
