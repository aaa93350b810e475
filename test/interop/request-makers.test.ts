import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Tag } from '../../src/der/tag.js';
import { element, integer, sequence } from '../../src/der/writer.js';
import {
  attribute,
  buildRequest,
  dns,
  keyUsage,
  newEcKey,
  requestAttribute,
  utf8,
} from '../support/request-builder.js';
import { ed448, findProgram, isStandalone, run } from '../support/session.js';
import { isWhole, some } from '../support/whole.js';

interface Report {
  readonly verdict: string;
  readonly findings: readonly { readonly rule: string; readonly severity: string }[];
}

/** csr-check's reports on files, one behind the other, and its exit status. */
function check(cwd: string, ...args: readonly string[]): { status: number | null; reports: Report[] } {
  const { status, stdout, stderr } = run('csr-check', ['--json', ...args], { cwd });
  if (stderr !== '') throw new Error(stderr);
  const reports = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Report);
  return { status, reports };
}

const rulesOf = ({ findings }: Report, severity: string): string[] =>
  findings.filter((finding) => finding.severity === severity).map(({ rule }) => rule);

/** Errors and warnings of every request. */
function complaints(cwd: string, ...args: readonly string[]): string[][] {
  return check(cwd, ...args).reports.map((report) => [...rulesOf(report, 'error'), ...rulesOf(report, 'warning')]);
}

const openssl = findProgram('openssl');
t.test('requests by openssl', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const cwd = t.testdir();
  const san = ['-addext', 'subjectAltName=DNS:mail.valami.hu'];
  const subject = ['-subj', '/C=HU/L=Budapest/O=Valami/CN=mail.valami.hu'];
  const cases: [string, readonly string[], readonly string[]][] = [
    ['rsa', ['-newkey', 'rsa:2048', ...subject, ...san], []],
    ['ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', ...subject, ...san], []],
    [
      'explicit',
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit', ...subject, ...san],
      ['e_ec_explicit'],
    ],
    [
      'secp256k1',
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1', ...subject, ...san],
      isStandalone ? ['e_signature_unchecked', 'e_ec_curve'] : ['e_ec_curve'],
    ],
    ['ed25519', ['-newkey', 'ed25519', ...subject, ...san], ['e_key_eddsa']],
    [
      'ed448',
      ['-newkey', 'ed448', ...subject, ...san],
      isStandalone ? ['e_signature_unchecked', 'e_key_eddsa'] : ['e_key_eddsa'],
    ],
    ['sha1', ['-newkey', 'rsa:2048', '-sha1', ...subject, ...san], ['e_signature_hash']],
    ['md5', ['-newkey', 'rsa:2048', '-md5', ...subject, ...san], ['e_signature_hash']],
    ['small', ['-newkey', 'rsa:1024', ...subject, ...san], ['e_rsa_size']],
    [
      'pss',
      [
        '-newkey',
        'rsa:2048',
        '-sigopt',
        'rsa_padding_mode:pss',
        '-sigopt',
        'rsa_pss_saltlen:digest',
        ...subject,
        ...san,
      ],
      [],
    ],
    ['no-san', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...subject], ['e_san_missing']],
    [
      'defaults',
      [
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-subj',
        '/C=AU/ST=Some-State/O=Internet Widgits Pty Ltd',
        ...san,
      ],
      ['e_field_placeholder', 'e_field_placeholder'],
    ],
    [
      'ca',
      [
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        ...subject,
        ...san,
        '-addext',
        'basicConstraints=CA:TRUE',
      ],
      ['e_ca'],
    ],
  ];
  for (const [name, options] of cases) {
    const args = ['req', '-new', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, ...options];
    const made = run('openssl', args, { cwd });
    t.equal(made.status, 0, made.stderr);
    t.match(run('openssl', ['req', '-verify', '-noout', '-in', `${name}.csr`], { cwd }).stderr, 'verify OK', name);
  }
  const found = complaints(cwd, ...cases.map(([name]) => `${name}.csr`));
  for (const [i, [name, , expected]] of cases.entries()) t.same(found[i], expected, name);
  const passed = run('csr-check', ['-q', '--pass', 'rsa.csr'], { cwd });
  t.equal(passed.stdout, readFileSync(join(cwd, 'rsa.csr'), 'utf8'), '--pass hands it on as it was');
});

const certtool = findProgram('certtool');
t.test('requests by certtool', { skip: certtool ? false : 'certtool is not installed' }, async (t) => {
  const cwd = t.testdir({
    template:
      'cn = "mail.valami.hu"\norganization = "Valami"\ncountry = HU\nlocality = "Budapest"\ndns_name = "mail.valami.hu"\n' +
      'dns_name = "valami.hu"\nsigning_key\ntls_www_server\n',
  });
  const cases = [
    ['rsa', ['--key-type=rsa', '--bits=2048'], []],
    ['ecdsa', ['--key-type=ecdsa', '--curve=secp256r1'], []],
    ['eddsa', ['--key-type=ed25519'], ['e_key_eddsa']],
  ] as const;
  for (const [name, key] of cases) {
    run('certtool', ['--generate-privkey', ...key, '--outfile', `${name}.key`], { cwd });
    const options = ['--generate-request', '--load-privkey', `${name}.key`, '--template', 'template'];
    const made = run('certtool', [...options, '--outfile', `${name}.csr`], { cwd });
    t.equal(made.status, 0, made.stderr);
  }
  const found = complaints(cwd, ...cases.map(([name]) => `${name}.csr`));
  for (const [i, [name, , expected]] of cases.entries()) t.same(found[i], expected, name);
});

const keytool = findProgram('keytool');
t.test('requests by keytool', { skip: keytool ? false : 'keytool is not installed' }, async (t) => {
  const cwd = t.testdir();
  const store = ['-keystore', 'store.p12', '-storepass', 'secret1', '-alias', 'mail'];
  const subject = ['-dname', 'CN=mail.valami.hu, O=Valami, L=Budapest, C=HU'];
  const algorithms = [
    ['-keyalg', 'RSA', '-keysize', '2048'],
    ['-keyalg', 'EC', '-groupname', 'secp384r1'],
  ];
  for (const algorithm of some(algorithms, 4)) {
    const [, name = ''] = algorithm;
    const aliased = store.map((each) => (each === 'mail' ? name : each));
    run('keytool', ['-genkeypair', ...aliased, ...algorithm, ...subject], { cwd });
    const options = ['-certreq', ...aliased, '-ext', 'SAN=dns:mail.valami.hu', '-file', `${name}.csr`];
    const made = run('keytool', options, { cwd });
    t.equal(made.status, 0, made.stderr);
    const { reports } = check(cwd, `${name}.csr`);
    t.match(reports, [{ verdict: 'accept' }], name);
    for (const severity of ['error', 'warning'])
      t.same(
        reports.map((each) => rulesOf(each, severity)),
        [[]],
        name,
      );
  }
});

t.test('a request in the shape of certreq', async (t) => {
  const ia5 = (text: string) => element(Tag.ia5String, Buffer.from(text));
  const bmp = (text: string) => element(Tag.bmpString, Buffer.from(text, 'utf16le').swap16());
  const der = buildRequest({
    key: newEcKey('P-256'),
    subject: [attribute('2.5.4.3', 'mail.valami.hu')],
    names: [dns('mail.valami.hu')],
    extensions: [keyUsage(0)],
    attributes: [
      requestAttribute('1.3.6.1.4.1.311.13.2.3', ia5('10.0.20348.2')),
      requestAttribute(
        '1.3.6.1.4.1.311.21.20',
        sequence(integer(5), utf8('SRV01'), utf8('VALAMI\\admin'), utf8('MMC.EXE')),
      ),
      requestAttribute(
        '1.3.6.1.4.1.311.13.2.2',
        sequence(integer(1), bmp('Microsoft Software Key Storage Provider'), element(Tag.bitString, Buffer.of(0))),
      ),
    ],
  });
  const base64 = der.toString('base64').match(/.{1,64}/g) ?? [];
  const label = 'NEW CERTIFICATE REQUEST';
  const lines = [
    '\ufeff',
    `-----BEGIN ${label}-----\r\n`,
    ...base64.map((line) => `${line}\r\n`),
    `-----END ${label}-----\r\n`,
  ];
  const cwd = t.testdir({ 'certreq.csr': lines.join('') });
  const { status, reports } = check(cwd, 'certreq.csr');
  t.equal(status, 0);
  t.same(
    reports.map((report) => rulesOf(report, 'notice')),
    [['n_microsoft_attributes', 'n_pem']],
  );
  t.match(run('csr-check', ['certreq.csr'], { cwd }).stdout, /^ {2}certreq OS version +10\.0\.20348\.2$/m);
  const passed = run('csr-check', ['-q', '--pass', 'certreq.csr'], { cwd }).stdout;
  t.match(passed, /^-----BEGIN CERTIFICATE REQUEST-----\n/, 'and --pass gives it the label of today');
});

/** The effect of each part of a description on the errors of a request, by profile. */
interface Part {
  readonly spec: Record<string, unknown>;
  readonly webpki?: readonly string[];
  readonly letsencrypt?: readonly string[];
  readonly internal?: readonly string[];
}

const keys: readonly Part[] = [
  { spec: { key: { algo: 'ecdsa', size: 256 } } },
  { spec: { key: { algo: 'ecdsa', size: 384 } } },
  { spec: { key: { algo: 'ecdsa', size: 521 } }, letsencrypt: ['e_key_profile'] },
  { spec: { key: { algo: 'ed25519' } }, webpki: ['e_key_eddsa'], letsencrypt: ['e_key_eddsa'] },
];
const both = (...rules: string[]) => ({ webpki: rules, letsencrypt: rules });
const hosts: readonly Part[] = [
  { spec: { hosts: ['HOST.valami.hu'] } },
  { spec: { hosts: ['HOST.valami.hu', '*.HOST.valami.hu', 'valami.co.uk'] } },
  { spec: { hosts: ['HOST.valami.hu', '8.8.4.4', '2606:4700::1111'] } },
  { spec: { hosts: ['HOST.valami.hu', 'tükör.valami.hu'] } },
  { spec: { hosts: ['HOST.valami.hu', 'HOST.local'] }, ...both('e_dns_internal') },
  { spec: { hosts: ['HOST.valami.hu', '10.1.2.3', 'fd00::1'] }, ...both('e_ip_special', 'e_ip_special') },
  { spec: { hosts: ['HOST.valami.hu', 'HOST'] }, ...both('e_dns_single_label') },
  { spec: { hosts: ['HOST.valami.hu', '*.co.uk'] }, ...both('e_dns_wildcard_suffix') },
  { spec: { hosts: ['HOST.valami.hu', 'HOST.valamilyen'] }, ...both('e_dns_unknown_tld') },
  { spec: { hosts: ['HOST.valami.hu', 'info@valami.hu'] }, ...both('e_san_email') },
];
const fields: readonly Part[] = [
  { spec: {} },
  { spec: { names: [{ C: 'HU', L: 'Budapest', O: 'Valami' }] } },
  { spec: { names: [{ C: 'HU', ST: 'Pest', O: 'Valami', OU: 'IT' }] }, webpki: ['e_subject_unit'] },
  { spec: { names: [{ C: 'UK', L: 'London', O: 'Valami' }] }, webpki: ['e_country'], internal: ['e_country'] },
  { spec: { names: [{ C: 'AU', ST: 'Some-State', O: 'Valami' }] }, webpki: ['e_field_placeholder'] },
];

t.test('requests by csr-gen, of all kinds, are judged as expected', async (t) => {
  const specs = Array.from({ length: isWhole ? 1000 : 120 }, (_, i) => {
    const at = <T>(list: readonly T[], step: number) => list[Math.floor(i / step) % list.length] as T;
    return [at(keys, 1), at(hosts, keys.length), at(fields, keys.length * hosts.length)];
  });
  const lines = specs.map((parts, i) =>
    JSON.stringify(Object.assign({ CN: `h${i}.valami.hu` }, ...parts.map(({ spec }) => spec))).replaceAll(
      'HOST',
      `h${i}`,
    ),
  );
  const cwd = t.testdir();
  writeFileSync(join(cwd, 'specs'), `${lines.join('\n')}\n`);
  const made = run('csr-gen', ['--batch', '--key-dir', 'keys', '-q', '-o', 'all.csr', 'specs'], { cwd });
  t.equal(made.status, 0, made.stderr);
  for (const profile of ['webpki', 'letsencrypt', 'internal'] as const) {
    const { reports } = check(cwd, 'all.csr', '--profile', profile);
    t.equal(reports.length, specs.length);
    const wrong = reports.flatMap((report, i) => {
      const expected = (specs[i] ?? []).flatMap((part) => part[profile] ?? []);
      const found = rulesOf(report, 'error');
      return JSON.stringify(found.sort()) === JSON.stringify([...expected].sort())
        ? []
        : [{ spec: lines[i], found, expected }];
    });
    t.same(wrong, [], profile);
  }
});

t.test('every key csr-gen makes passes internal; what the web takes passes every profile', async (t) => {
  const cwd = t.testdir();
  const subject = ['--cn', 'mail.valami.hu', '--org', 'Valami', '--city', 'Budapest', '--country', 'HU'];
  // Making a large RSA key takes seconds.
  const large = isWhole ? ['rsa:3072', 'rsa:4096'] : [];
  const everywhere = ['rsa:2048', ...large, 'ec:P-256', 'ec:P-384'];
  const all = [...everywhere, 'rsa:2056', 'ec:P-521', 'ed25519', ...ed448];
  for (const algorithm of all) {
    run('csr-gen', [...subject, '-n', algorithm, '-K', `${algorithm}.key`, '-o', `${algorithm}.csr`], { cwd });
  }
  for (const profile of ['webpki', 'letsencrypt', 'netlock', 'internal']) {
    const algorithms = profile === 'internal' ? all : everywhere;
    const found = complaints(cwd, '--profile', profile, ...algorithms.map((algorithm) => `${algorithm}.csr`));
    t.equal(found.length, algorithms.length);
    for (const [i, algorithm] of algorithms.entries()) t.same(found[i], [], `${algorithm} by ${profile}`);
  }
});
