import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../support/session.js';

/** openssl key-generation arguments by kind of key. */
const keys: Readonly<Record<string, readonly string[]>> = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'rsa exponent 3': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-pkeyopt', 'rsa_keygen_pubexp:3'],
  'rsa-pss': ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ...Object.fromEntries(
    ['P-256', 'P-384', 'P-521', 'secp256k1', 'brainpoolP256r1', 'brainpoolP512t1', 'secp224r1', 'sect283k1'].map(
      (curve) => [curve, ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`]],
    ),
  ),
  ed25519: ['-algorithm', 'ED25519'],
  ed448: ['-algorithm', 'ED448'],
};

/** Extension sections of openssl.cnf. */
const sections: Readonly<Record<string, string>> = {
  ca: 'basicConstraints=critical,CA:TRUE,pathlen:3\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash',
  leaf: `basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyAgreement,encipherOnly,decipherOnly
extendedKeyUsage=serverAuth,clientAuth,codeSigning,emailProtection,timeStamping,OCSPSigning,1.2.3.4
subjectAltName=DNS:valami.hu,DNS:*.valami.hu,email:info@valami.hu,URI:https://valami.hu/a?b=c
issuerAltName=DNS:ca.valami.hu,IP:10.1.2.3
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid,issuer
crlDistributionPoints=URI:http://crl.valami.hu/a.crl,URI:ldap://ldap.valami.hu/cn=ca
freshestCRL=URI:http://crl.valami.hu/delta.crl
authorityInfoAccess=OCSP;URI:http://ocsp.valami.hu,caIssuers;URI:http://ca.valami.hu/ca.crt
certificatePolicies=2.23.140.1.2.2,1.2.3.4,@policy
tlsfeature=status_request
[policy]
policyIdentifier=2.23.140.1.2.1
CPS.1=http://cps.valami.hu/
userNotice.1=@notice
[notice]
explicitText="A notice"
organization="Valami"
noticeNumbers=1,2`,
  names: `subjectAltName=IP:192.0.2.1,IP:2001:db8::1,RID:1.2.3.4,dirName:directory,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@valami.hu,otherName:1.3.6.1.5.5.7.8.9;UTF8:or@valami.hu
[directory]
C=HU
O=Valami`,
  constraints: `nameConstraints=critical,permitted;DNS:valami.hu,permitted;IP:10.0.0.0/255.0.0.0,excluded;email:.example.com,excluded;URI:.example.org
policyConstraints=requireExplicitPolicy:1,inhibitPolicyMapping:2
inhibitAnyPolicy=4
policyMappings=1.2.3:1.2.4
basicConstraints=critical,CA:TRUE`,
  odd: `nsCertType=server,client
nsComment="A comment"
nsBaseUrl=https://valami.hu/
noCheck=ignored
1.3.6.1.4.1.311.21.1=ASN1:INTEGER:65537
1.3.6.1.4.1.311.20.2=ASN1:BMPSTRING:WebServer
1.3.6.1.4.1.11129.2.4.3=critical,ASN1:NULL
1.2.3.4.5.6=critical,ASN1:UTF8String:unknown`,
  points: `crlDistributionPoints=point
[point]
fullname=URI:http://crl.valami.hu/b.crl
CRLissuer=dirName:issuing
reasons=keyCompromise,CACompromise
[issuing]
CN=CRL issuer`,
};

/** Subjects in openssl's slash form; the second item is further arguments. */
const subjects: readonly (readonly [subject: string, ...args: string[]])[] = [
  ['/C=HU/ST=Pest/L=Budapest/O=Valami/OU=Egy/OU=Kettő/CN=mail.valami.hu/emailAddress=info@valami.hu'],
  ['/CN=árvíztűrő tükörfúrógép/SN=Nagy/GN=Éva/serialNumber=17/title=dr./dnQualifier=q/pseudonym=p/street=Fő utca 1.'],
  ['/CN= leading blank/O=trailing blank /OU=#hash/L=a#b'],
  ['/CN=a,b\\+c"d\\\\e<f>g;h=i/O=tab\there/OU=#'],
  ['/DC=hu/DC=valami/CN=multi+UID=42/OU=a+L=b'],
  ['/2.5.4.97=VATHU-12345678/1.2.3.4.5=unknown/jurisdictionC=HU/businessCategory=Private Organization'],
  ['/CN=😀 beyond the basic plane'],
  ['/'],
];

/** certtool templates. */
const templates: readonly string[] = [
  'cn = "certtool"\norganization = "Valami"\ndns_name = "valami.hu"\nip_address = "192.0.2.7"\nexpiration_days = 10\ntls_www_server\nsigning_key',
  'cn = "certtool CA"\nca\ncert_signing_key\ncrl_signing_key\npath_len = 0\nexpiration_days = -1\nserial = 0x00ff00ff00ff00ff00ff',
  'dn = "CN=certtool\\, with a comma,O=Valami"\nuri = "https://valami.hu/"\nemail = "a@valami.hu"\nexpiration_days = 40000\nnc_permit_dns = "valami.hu"\ncrl_dist_points = "http://crl.valami.hu/"\nocsp_uri = "http://ocsp.valami.hu/"',
];

function must(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = run(program, args, { cwd });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** Certificates that together show every kind of key, name, extension and serial number openssl and certtool can make. */
export function generatedCertificates(directory: string): Buffer[] {
  const certificates: Buffer[] = [];
  const base = '[req]\ndistinguished_name=dn\nstring_mask=MASK:0x2002\n[dn]\n';
  let serial = 1;
  const issue = (key: string, subject: string, section: string | undefined, ...args: readonly string[]) => {
    const extensions = section === undefined ? '' : `[ext]\n${section}\n`;
    writeFileSync(join(directory, 'openssl.cnf'), `${base}${extensions}`);
    const end = section === undefined ? [] : ['-extensions', 'ext'];
    const common = [
      'req',
      '-x509',
      '-config',
      'openssl.cnf',
      '-key',
      key,
      '-utf8',
      '-outform',
      'DER',
      '-out',
      'out.der',
    ];
    must('openssl', [...common, '-subj', subject, '-set_serial', String(serial), ...end, ...args], directory);
    serial = serial * 251 + 1;
    if (serial > 2 ** 40) serial = 1;
    certificates.push(readDer(directory));
  };
  for (const [kind, args] of Object.entries(keys)) {
    must('openssl', ['genpkey', ...args, '-out', `${kind}.key`], directory);
    issue(`${kind}.key`, `/CN=${kind}`, undefined);
  }
  for (const section of Object.values(sections)) issue('P-256.key', '/CN=extensions', section);
  for (const [subject, ...args] of subjects) issue('P-256.key', subject, undefined, ...args);
  for (const mask of ['default', 'nombstr', 'pkix']) {
    const config = `[req]\ndistinguished_name=dn\nstring_mask=${mask}\n[dn]\n`;
    writeFileSync(join(directory, 'mask.cnf'), config);
    const args = [
      'req',
      '-x509',
      '-config',
      'mask.cnf',
      '-key',
      'P-256.key',
      '-utf8',
      '-outform',
      'DER',
      '-out',
      'out.der',
    ];
    must('openssl', [...args, '-subj', '/CN=Ünnep/O=Valami'], directory);
    certificates.push(readDer(directory));
  }
  for (const options of [['-sha1'], ['-sha224'], ['-sha384'], ['-sha512'], ['-md5']]) {
    issue('rsa.key', `/CN=${options[0]}`, undefined, ...options);
  }
  for (const hash of ['sha1', 'sha256', 'sha512']) {
    const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:17', '-sigopt', 'rsa_mgf1_md:sha256'];
    issue('rsa.key', `/CN=pss ${hash}`, undefined, `-${hash}`, ...pss);
  }
  issue('P-256.key', '/CN=days', undefined, '-days', '36500');
  for (const template of templates) {
    writeFileSync(join(directory, 'template'), template);
    const args = [
      '--generate-self-signed',
      '--load-privkey',
      'rsa.key',
      '--template',
      'template',
      '--outder',
      '--outfile',
      'out.der',
    ];
    must('certtool', args, directory);
    certificates.push(readDer(directory));
  }
  return certificates;
}

const readDer = (directory: string): Buffer => readFileSync(join(directory, 'out.der'));
