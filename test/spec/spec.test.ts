import t from 'tap';
import { parseSpec } from '../../src/spec/spec.js';

const OID = { serverAuth: '1.3.6.1.5.5.7.3.1', emailProtection: '1.3.6.1.5.5.7.3.4' };

t.test('JSON as cfssl takes it', async (t) => {
  const { spec, ignored } = parseSpec(
    JSON.stringify({
      CN: 'www.valami.hu',
      hosts: ['valami.hu', '10.0.0.1', 'joe@valami.hu', 'https://valami.hu/x', ''],
      key: { algo: 'ecdsa', size: 384 },
      names: [
        {
          C: 'HU',
          ST: 'Pest',
          L: 'Budapest',
          O: 'Valami',
          OU: 'IT',
          E: 'a@b.hu',
          SerialNumber: '7',
          OID: { '2.5.4.12': 'Dr.' },
        },
      ],
      serialnumber: '42',
      ca: { expiry: '87600h', backdate: '5m', pathlen: 1 },
      extensions: [{ Id: [1, 2, 3, 4], Critical: true, Value: 'BQA=' }],
      delegation_enabled: true,
      crl_url: 'http://ca.hu/crl',
    }),
  );
  t.same(
    spec.subject.map(([attribute]) => attribute?.value),
    ['HU', 'Pest', 'Budapest', 'Valami', 'IT', 'Dr.', '7', '42', 'www.valami.hu', 'a@b.hu'],
    'the subject, from the largest to the name',
  );
  t.same(
    spec.altNames.map(({ type, value }) => `${type} ${value}`),
    ['dns valami.hu', 'ip 10.0.0.1', 'email joe@valami.hu', 'uri https://valami.hu/x'],
  );
  t.match(spec, { key: { type: 'ec', curve: 'P-384' }, ca: { pathLength: 1 } });
  t.match(spec.extensions, [
    { oid: '1.2.3.4', critical: true },
    { oid: '1.3.6.1.4.1.44363.44', critical: false },
  ]);
  t.same(ignored, ['ca.expiry', 'ca.backdate', 'crl_url']);
});

t.test('what cfssl leaves to defaults', async (t) => {
  t.match(parseSpec('{"cn": "a.hu", "key": {"algo": "rsa", "size": 4096}}').spec.key, { type: 'rsa', bits: 4096 });
  t.match(parseSpec('{"CN": "a.hu", "key": {"algo": "ed25519"}}').spec.key, { type: 'ed25519' });
  t.match(parseSpec('{"CN": "a.hu", "ca": {"pathlen": 0}}').spec.ca, { pathLength: undefined });
  t.match(parseSpec('{"CN": "a.hu", "ca": {"pathlen": 0, "pathlenzero": true}}').spec.ca, { pathLength: 0 });
  t.equal(parseSpec('{"CN": "a.hu"}').spec.key, undefined);
});

t.test('a template as certtool takes it', async (t) => {
  const { spec, ignored } = parseSpec(`# X.509 Certificate options
organization = "Koko inc."
unit = 'sleeping dept.'
unit = second
locality: Athens
state "Attiki"
country = GR
cn = "Cindy \\"C\\" Lauper" # the name
uid = clauper
dc = "name"
pkcs9_email = "none@none.org"
dn_oid = "2.5.4.12 Dr."
serial = 007
expiration_days = 700
dns_name = www.none.org
ip_address = 192.168.1.1
uri = "https://www.example.com/#x"
email = "none@@none.org"
other_name_utf8 = "1.2.4.5.6 text"
xmpp_name = juliet@im.example.com
krb5_principal = HTTP/user@REALM.COM
tls_feature = 5
tls_feature = 17
challenge_password = 123456
ca
path_len = 2
signing_key
encryption_key
data_encipherment = 0
tls_www_server
key_purpose_oid = 1.3.6.1.5.5.7.3.4
add_extension = "1.2.3.4 0x0AAB01ACFE"
add_critical_extension = "2.6.7.8 octet_string(0x0AAB)"
policy1 = 1.2.3
policy1_url = https://www.example.com/
crl_dist_points = "https://www.getcrl.crl/getcrl/"
honor_crq_extensions
`);
  t.same(
    spec.subject.map(([attribute]) => attribute?.value),
    [
      'name',
      'GR',
      'Attiki',
      'Athens',
      'Koko inc.',
      'sleeping dept.',
      'second',
      'Dr.',
      'Cindy "C" Lauper',
      'clauper',
      'none@none.org',
    ],
  );
  t.same(
    spec.altNames.map(({ type }) => type),
    ['dns', 'ip', 'uri', 'email', 'other', 'other', 'other'],
  );
  t.match(spec, {
    tlsFeatures: [5, 17],
    challengePassword: '123456',
    ca: { pathLength: 2 },
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    purposes: [OID.serverAuth, OID.emailProtection],
  });
  t.same(
    spec.extensions?.map(({ oid, critical, value }) => `${oid} ${critical} ${Buffer.from(value).toString('hex')}`),
    ['1.2.3.4 false 0aab01acfe', '2.6.7.8 true 04020aab'],
  );
  t.same(ignored, ['serial', 'expiration_days', 'policy1', 'policy1_url', 'crl_dist_points', 'honor_crq_extensions']);
});

t.test('a whole name in a template has the escapes of RFC 4514', async (t) => {
  for (const quote of ['"', "'", '']) {
    const { spec } = parseSpec(`dn = ${quote}cn = Nikos,st = New\\, Something,C=GR${quote}`);
    t.same(
      spec.subject.flat().map(({ value }) => value),
      ['GR', 'New, Something', 'Nikos'],
    );
  }
});

t.test('what is passed over is named once', async (t) => {
  t.same(parseSpec('cn = a.hu\nnc_exclude_email = a.hu\nnc_exclude_email = b.hu\n').ignored, ['nc_exclude_email']);
});

t.test('every other name of certtool(1) is known', async (t) => {
  for (const key of [
    'activation_date',
    'expiration_date',
    'subject_unique_id',
    'issuer_unique_id',
    'honor_crq_ext',
    'ocsp_uri',
    'ca_issuers_uri',
    'inhibit_anypolicy_skip_certs',
    'nc_permit_dns',
    'nc_exclude_dns',
    'nc_permit_email',
    'nc_exclude_email',
    'nc_permit_ip',
    'nc_exclude_ip',
    'proxy_policy_language',
    'crl_next_update',
    'crl_number',
    'crl_this_update_date',
    'crl_next_update_date',
    'crl_revocation_date',
    'password',
    'policy2_txt',
  ]) {
    t.same(parseSpec(`cn = a\n${key} = x`).ignored, [key]);
  }
  for (const key of [
    'non_repudiation',
    'key_agreement',
    'cert_signing_key',
    'crl_signing_key',
    'tls_www_client',
    'code_signing_key',
    'ocsp_signing_key',
    'time_stamping_key',
    'email_protection_key',
    'ipsec_ike_key',
  ]) {
    const { spec } = parseSpec(`cn = a\n${key}`);
    t.equal([...(spec.keyUsage ?? []), ...(spec.purposes ?? [])].length, 1, key);
  }
});

t.test('mistakes have their line and the nearest name', async (t) => {
  const table: [text: string, message: string, hint?: string][] = [
    ['{"CN": "a.hu",\n "host": ["b.hu"]}', 'line 2: host is no field of the request', 'did you mean hosts?'],
    ['{"CN": "a.hu",\n "names": [{"C": "HU"},\n {"OO": "x"}]}', 'line 3: OO is no field of names', 'did you mean O?'],
    ['{"CN": "a.hu",\n "key": {"algorithm": "rsa"}}', 'line 2: algorithm is no field of key'],
    ['{"CN": "a.hu",\n "key": {"algo": "rsa", "size": 1024}}', 'line 2: rsa:1024 is not a kind of key'],
    ['{"CN": "a.hu",\n "hosts": "b.hu"}', 'line 2: hosts is not a list'],
    ['{"CN": "a.hu",\n "hosts": [\n"b/c"]}', 'line 3: b/c: holds "/"'],
    ['{"CN": 5}', 'line 1: CN is not a text'],
    ['{"CN": "a.hu",\n "names": [{"OID": {"abc": "x"}}]}', 'line 2: abc is not an OID'],
    ['{"CN": "a.hu",\n "names": [{"C":\n\n "HU", "O":\n 5}]}', 'line 5: O is not a text'],
    ['{"CN": "valami.hu",\n "names": [{"O": "C"},\n {"C": "C"}]}', 'line 3: C: C is not two letters'],
    ['{"CN": "b/c",\n "hosts": ["a.hu",\n "b/c"]}', 'line 3: b/c: holds "/"'],
    ['{"CN": "a.hu",\n "key": {"algo": "rsa",\n "size": 1024}}', 'line 3: rsa:1024 is not a kind of key'],
    ['{"CN": "a.hu",\n "cn": "b.hu"}', 'line 2: cn is there twice'],
    ['{"CN": "a.hu"\n "hosts": []}', 'line 2: not JSON: a comma or } is missing, found "hosts": []}'],
    ['[]', 'line 1: the request is not an object'],
    ['cn = a\ndnsname = b', 'line 2: dnsname is no name of a template', 'did you mean dns_name?'],
    ['cn = "a', 'line 1: the quotes of "a do not close'],
    ['cn = a\n\nip_address = b', 'line 3: b is not an IP address'],
    ['cn = a\ncountry = HUN', 'line 2: C: HUN is not two letters'],
    ['signing_key = maybe', 'line 1: maybe is neither true nor false'],
    ['  \n', 'empty input'],
  ];
  for (const [text, message, hint] of table) {
    t.throws(() => parseSpec(text), hint === undefined ? { message } : { message, hint }, message);
  }
});
