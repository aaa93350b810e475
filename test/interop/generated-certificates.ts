import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../support/session.js';
import { extensionSections } from './generated-extensions.js';

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
  'explicit parameters': [
    '-algorithm',
    'EC',
    '-pkeyopt',
    'ec_paramgen_curve:P-384',
    '-pkeyopt',
    'ec_param_enc:explicit',
  ],
  ed25519: ['-algorithm', 'ED25519'],
  ed448: ['-algorithm', 'ED448'],
  dsa: ['-paramfile', 'dsa.parameters'],
};

const dsaParameters = [
  '-genparam',
  '-algorithm',
  'DSA',
  '-pkeyopt',
  'dsa_paramgen_bits:1024',
  '-out',
  'dsa.parameters',
];

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
    const number = args.includes('-set_serial') ? [] : ['-set_serial', String(serial)];
    must('openssl', [...common, '-subj', subject, ...number, ...end, ...args], directory);
    serial = serial * 251 + 1;
    if (serial > 2 ** 40) serial = 1;
    certificates.push(readDer(directory));
  };
  must('openssl', ['genpkey', ...dsaParameters], directory);
  for (const [kind, args] of Object.entries(keys)) {
    must('openssl', ['genpkey', ...args, '-out', `${kind}.key`], directory);
    issue(`${kind}.key`, `/CN=${kind}`, undefined);
  }
  for (const section of Object.values(extensionSections)) issue('P-256.key', '/CN=extensions', section);
  for (const [subject, ...args] of subjects) issue('P-256.key', subject, undefined, ...args);
  // Strings as T61String, BMPString, PrintableString or T61String, and what openssl takes by itself.
  for (const mask of ['default', 'nombstr', 'pkix', 'MASK:0x4', 'MASK:0x800']) {
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
  issue('P-256.key', '/CN=negative', undefined, '-set_serial', '-0x80ff');
  issue('P-256.key', '/CN=long', undefined, '-set_serial', `0x${'fe'.repeat(20)}`);
  certificates.push(...certificatesOfForeignKeys(directory));
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

/** Keys that cannot sign, in certificates of version 1. */
function certificatesOfForeignKeys(directory: string): Buffer[] {
  return ['X25519', 'X448'].map((algorithm) => {
    must('openssl', ['genpkey', '-algorithm', algorithm, '-out', 'foreign.key'], directory);
    must('openssl', ['pkey', '-in', 'foreign.key', '-pubout', '-out', 'foreign.pub'], directory);
    const key = ['-force_pubkey', 'foreign.pub', '-signkey', 'P-256.key'];
    must(
      'openssl',
      ['x509', '-new', '-subj', `/CN=${algorithm}`, ...key, '-outform', 'DER', '-out', 'out.der'],
      directory,
    );
    return readDer(directory);
  });
}

const readDer = (directory: string): Buffer => readFileSync(join(directory, 'out.der'));
