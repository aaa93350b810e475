import t from 'tap';
import { element, integer, octetString, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { extension, forgeCertificate, utf8String } from '../support/forge.js';
import { run } from '../support/session.js';

/** Extensions whose content is not what their specification says. */

const truncated = Buffer.from('300282', 'hex');
const nothing = Buffer.from('0500', 'hex');
const number = integer(7);

const table: readonly (readonly [oid: string, content: Uint8Array, warning: RegExp])[] = [
  ['2.5.29.9', number, /^subjectDirectoryAttributes: expected SubjectDirectoryAttributes, found INTEGER/],
  ['2.5.29.14', number, /^subjectKeyIdentifier: expected OCTET STRING, found INTEGER/],
  ['2.5.29.15', number, /^keyUsage: expected BIT STRING, found INTEGER/],
  ['2.5.29.16', number, /^privateKeyUsagePeriod: expected PrivateKeyUsagePeriod, found INTEGER/],
  ['2.5.29.17', truncated, /^subjectAltName: SEQUENCE of 2 bytes ends 1 byte early/],
  ['2.5.29.18', truncated, /^issuerAltName: SEQUENCE of 2 bytes ends 1 byte early/],
  ['2.5.29.19', number, /^basicConstraints: expected BasicConstraints, found INTEGER/],
  ['2.5.29.20', nothing, /^cRLNumber: expected INTEGER, found NULL/],
  ['2.5.29.21', number, /^reasonCode: expected CRLReason, found INTEGER/],
  ['2.5.29.24', number, /^invalidityDate: expected GeneralizedTime, found INTEGER/],
  ['2.5.29.27', nothing, /^deltaCRLIndicator: expected INTEGER, found NULL/],
  ['2.5.29.28', number, /^issuingDistributionPoint: expected IssuingDistributionPoint, found INTEGER/],
  ['2.5.29.29', number, /^certificateIssuer: expected GeneralNames, found INTEGER/],
  ['2.5.29.30', octetString(Buffer.of(1)), /^nameConstraints: expected NameConstraints, found OCTET STRING/],
  ['2.5.29.31', sequence(number), /^cRLDistributionPoints: expected DistributionPoint \(SEQUENCE\), found INTEGER/],
  ['2.5.29.32', sequence(number), /^certificatePolicies: expected PolicyInformation \(SEQUENCE\), found INTEGER/],
  ['2.5.29.33', sequence(number), /^policyMappings: expected mapping \(SEQUENCE\), found INTEGER/],
  ['2.5.29.35', number, /^authorityKeyIdentifier: expected AuthorityKeyIdentifier, found INTEGER/],
  ['2.5.29.36', number, /^policyConstraints: expected PolicyConstraints, found INTEGER/],
  ['2.5.29.37', sequence(number), /^extKeyUsage: expected OBJECT IDENTIFIER, found INTEGER/],
  ['2.5.29.46', number, /^freshestCRL: expected CRLDistributionPoints, found INTEGER/],
  ['2.5.29.54', nothing, /^inhibitAnyPolicy: expected INTEGER, found NULL/],
  ['1.3.6.1.5.5.7.1.1', number, /^authorityInfoAccess: expected AuthorityInfoAccess, found INTEGER/],
  ['1.3.6.1.5.5.7.1.3', sequence(number), /^qcStatements: expected QCStatement \(SEQUENCE\), found INTEGER/],
  ['1.3.6.1.5.5.7.1.11', number, /^subjectInfoAccess: expected AuthorityInfoAccess, found INTEGER/],
  ['1.3.6.1.5.5.7.1.12', number, /^logotype: expected LogotypeExtn, found INTEGER/],
  ['1.3.6.1.5.5.7.1.24', number, /^tlsFeature: expected TLSFeatures, found INTEGER/],
  ['1.3.6.1.5.5.7.48.1.5', number, /^ocspNoCheck: expected NULL, found INTEGER/],
  ['1.3.6.1.4.1.11129.2.4.2', number, /^signedCertificateTimestampList: expected OCTET STRING, found INTEGER/],
  ['1.3.6.1.4.1.11129.2.4.3', number, /^ctPoison: expected NULL, found INTEGER/],
  ['2.16.840.1.113730.1.1', number, /^netscapeCertType: expected BIT STRING, found INTEGER/],
  ...[
    ['2', 'BaseUrl'],
    ['3', 'RevocationUrl'],
    ['4', 'CaRevocationUrl'],
    ['7', 'RenewalUrl'],
    ['8', 'CaPolicyUrl'],
    ['12', 'SslServerName'],
    ['13', 'Comment'],
  ].map(
    ([last, name]) =>
      [
        `2.16.840.1.113730.1.${last}`,
        number,
        new RegExp(`^netscape${name}: expected a string, found INTEGER`),
      ] as const,
  ),
  ['1.3.6.1.4.1.311.20.2', number, /^microsoftCertificateTemplateName: expected a string, found INTEGER/],
  ['1.3.6.1.4.1.311.21.1', nothing, /^microsoftCaVersion: expected INTEGER, found NULL/],
  ['1.3.6.1.4.1.311.21.2', number, /^microsoftPreviousCertHash: expected OCTET STRING, found INTEGER/],
  ['1.3.6.1.4.1.311.21.7', number, /^microsoftCertificateTemplate: expected CertificateTemplate, found INTEGER/],
  ['1.3.6.1.4.1.311.21.10', number, /^microsoftApplicationPolicies: expected CertificatePolicies, found INTEGER/],
];

interface Read {
  readonly warnings: readonly string[];
  readonly extensions: readonly { readonly oid: string; readonly name: string | null; readonly value: string | null }[];
}

function read(contents: readonly (readonly [oid: string, content: Uint8Array])[], ...args: readonly string[]): string {
  const forged = contents.map(([oid, content]) => forgeCertificate({ extensions: [extension(oid, content)] }));
  const { stdout, stderr, status } = run('cert-info', args, {
    stdin: forged.map((der) => encodePem('CERTIFICATE', der)).join(''),
  });
  t.strictSame([stderr, status], ['', 0], `${args.join(' ')}: all is read`);
  return stdout;
}

t.test('what is wrong in an extension is said in every way of showing', async (t) => {
  const contents = table.map(([oid, content]) => [oid, content] as const);
  const json = read(contents, '--json').trim().split('\n');
  const brief = read(contents).split('\n\n');
  const long = read(contents, '-l').split('\n\n');
  table.forEach(([oid, content, warning], i) => {
    const { warnings, extensions } = JSON.parse(json[i] as string) as Read;
    t.match(warnings, [warning], oid);
    t.equal(warnings.length, 1, `${oid}: nothing else`);
    t.match(extensions, [{ oid, name: /^\w+$/, value: Buffer.from(content).toString('hex') }], `${oid}: named, in hex`);
    for (const [how, block] of [
      ['block', brief[i]],
      ['--long', long[i]],
    ] as const) {
      t.ok(block?.includes(`  warning   ${warnings[0]}`), `${oid}: ${how}`);
    }
  });
});

t.test('octets behind the content, and unknown extensions that may hold anything', async (t) => {
  const key = Buffer.concat([Buffer.from('03020780', 'hex'), Buffer.of(0)]);
  const constraints = Buffer.concat([sequence(), Buffer.of(0, 0)]);
  const unknown = Buffer.from('ff00', 'hex');
  const contents = [
    ['2.5.29.15', key],
    ['2.5.29.30', constraints],
    ['1.2.3.4', unknown],
  ] as const;
  const json = read(contents, '--json')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
  t.match(json, [
    { warnings: ['keyUsage: 1 trailing byte'], extensions: [{ value: null }] },
    { warnings: ['nameConstraints: empty', 'nameConstraints: 2 trailing bytes'], extensions: [{ value: null }] },
    { warnings: [], extensions: [{ name: null, value: 'ff00' }] },
  ]);
  for (const args of [[], ['-l']]) {
    const text = read(contents, ...args);
    t.match(text, '  warning   keyUsage: 1 trailing byte\n');
    t.match(text, '  warning   nameConstraints: 2 trailing bytes\n');
  }
});

t.test('names of extensions that are only known by their OID come from a list of thousands', async (t) => {
  const contents = [
    ['2.16.840.1.113733.1.6.9', number],
    ['1.2.840.113549.1.9.15', sequence()],
    ['2.5.29.1', utf8String('x')],
    ['1.3.6.1.4.1.99999.1', element(0x04)],
  ] as const;
  const json = read(contents, '--json')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
  t.strictSame(
    json.map(({ extensions }) => [extensions[0]?.name, extensions[0]?.value]),
    [
      [null, '020107'],
      ['sMIMECapabilities', '3000'],
      ['authorityKeyIdentifier', '0c0178'],
      [null, '0400'],
    ],
  );
});
