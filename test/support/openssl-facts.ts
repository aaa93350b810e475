import { createHash } from 'node:crypto';
import { run } from './session.js';

/**
 * Certificates as openssl prints them, in the JSON of cert-info: the reference it is held to. Only what openssl says is parsed
 * here; nothing of ours is used. What it does not say of a certificate is undefined.
 */

const script = `i=0
while [ -e "$1/$i.pem" ]; do
  f="$1/$i.pem"
  echo "=== $i"
  openssl x509 -in "$f" -noout -subject -issuer -serial -startdate -enddate -dateopt iso_8601 \\
    -nameopt RFC2253,-esc_msb,utf8 -fingerprint -sha1
  openssl x509 -in "$f" -noout -fingerprint -sha256
  openssl x509 -in "$f" -noout -pubkey 2>&1
  openssl x509 -in "$f" -noout -text -certopt no_sigdump,ext_dump
  i=$((i+1))
done`;

/** The facts of the certificates in DIRECTORY/0.pem, 1.pem and so on, in order. */
export function opensslFacts(directory: string, now: number) {
  const { stdout } = run('sh', ['-c', script, 'sh', directory]);
  return stdout
    .split(/^=== \d+\n/m)
    .slice(1)
    .map((text) => parse(text, now));
}

export type OpensslFacts = ReturnType<typeof parse>;

function parse(text: string, now: number) {
  const line = (pattern: RegExp) => pattern.exec(text)?.[1] ?? null;
  const extensions = parseExtensions(text);
  const lines = (title: string) => extensions.find((each) => each.title === title)?.lines ?? [];
  const first = (title: string) => lines(title)[0];
  const constraints = first('X509v3 Basic Constraints') ?? '';
  const access = (method: string) =>
    lines('Authority Information Access').flatMap((each) =>
      each.startsWith(`${method} - URI:`) ? [each.slice(method.length + 7)] : [],
    );
  const subject = line(/^subject=(.*)$/m) ?? '';
  const issuer = line(/^issuer=(.*)$/m) ?? '';
  const notBefore = isoOf(line(/^notBefore=(.*)$/m));
  const notAfter = isoOf(line(/^notAfter=(.*)$/m));
  const [from, until] = [Date.parse(notBefore), Date.parse(notAfter)];
  return {
    version: Number(line(/^ +Version: (\d+)/m)),
    serial: serialOf(line(/^serial=(.*)$/m) ?? ''),
    subject,
    issuer,
    subject_fields: fieldsOf(subject),
    issuer_fields: fieldsOf(issuer),
    not_before: notBefore,
    not_after: notAfter,
    days_left: Math.floor((until - now) / 86_400_000),
    status: now > until ? 'expired' : now < from ? 'not_yet_valid' : 'valid',
    names: namesOf(first('X509v3 Subject Alternative Name') ?? ''),
    key: keyOf(text),
    signature: signatureOf(text),
    fingerprints: {
      sha1: hexOf(line(/^sha1 Fingerprint=(.*)$/im) ?? ''),
      sha256: hexOf(line(/^sha256 Fingerprint=(.*)$/im) ?? ''),
    },
    is_ca: constraints.includes('CA:TRUE'),
    path_length: numberOf(/pathlen:(\d+)/.exec(constraints)?.[1] ?? null),
    key_usage: splitOf(first('X509v3 Key Usage'), keyUsages),
    extended_key_usage: splitOf(first('X509v3 Extended Key Usage'), extendedKeyUsages),
    subject_key_id: nullOr(first('X509v3 Subject Key Identifier'), hexOf),
    authority_key_id: nullOr(
      lines('X509v3 Authority Key Identifier').find((each) => /^(keyid:)?[0-9A-F]{2}(:[0-9A-F]{2})+$/.test(each)),
      (found) => hexOf(found.replace('keyid:', '')),
    ),
    crl_urls: lines('X509v3 CRL Distribution Points').flatMap((each) =>
      each.startsWith('URI:') ? [each.slice(4).replace(/ +Reasons:$/, '')] : [],
    ),
    ocsp_urls: access('OCSP'),
    issuer_urls: access('CA Issuers'),
    policies: lines('X509v3 Certificate Policies').flatMap((each) =>
      each.startsWith('Policy: ') ? [policies[each.slice(8)] ?? each.slice(8)] : [],
    ),
    must_staple: /\bstatus_request\b/.test(first('TLS Feature') ?? ''),
    scts: timestampsOf(lines('CT Precertificate SCTs').join('\n')),
    extensions: extensions.map(({ title, critical, dump }) => ({ oid: extensionOids[title] ?? title, critical, dump })),
  };
}

interface TextExtension {
  readonly title: string;
  readonly critical: boolean;
  readonly lines: string[];
  /** The hex of one openssl does not know. */
  dump: string;
}

/** Extensions are titled at twelve columns and told at sixteen; the unknown ones are dumped. */
function parseExtensions(text: string): TextExtension[] {
  const found: TextExtension[] = [];
  if (!text.includes('X509v3 extensions:')) return found;
  const section = text.slice(text.indexOf('X509v3 extensions:'));
  for (const line of section.split('\n').slice(1)) {
    const title = /^ {12}(\S.*?): ?(critical)?$/.exec(line);
    const open = found.at(-1);
    const dump = /^ +[0-9a-f]{4} - ((?:[0-9a-f]{2}[ -])+)/.exec(line);
    if (title !== null)
      found.push({ title: title[1] as string, critical: title[2] !== undefined, lines: [], dump: '' });
    else if (/^ {0,4}\S/.test(line)) break;
    else if (dump !== null && open !== undefined) open.dump += (dump[1] as string).replace(/[ -]/g, '');
    else if (line.trim() !== '') open?.lines.push(line.trim());
  }
  return found;
}

/** The attributes of a name out of its line: split, unescaped, and in the order they are written in the certificate. */
function fieldsOf(line: string): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  const rdns = splitUnescaped(line, ',').reverse();
  for (const attribute of rdns.flatMap((rdn) => splitUnescaped(rdn, '+').reverse())) {
    const at = attribute.indexOf('=');
    const [type, value] = [attribute.slice(0, at), attribute.slice(at + 1)];
    fields[type] = [...(fields[type] ?? []), /^\d/.test(type) ? textOfDer(value.slice(1)) : unescaped(value)];
  }
  return fields;
}

function splitUnescaped(text: string, separator: string): string[] {
  return text === '' ? [] : (text.match(new RegExp(`(?:\\\\.|[^\\\\${separator}])+`, 'gs')) ?? []);
}

const unescaped = (value: string): string =>
  value.replace(/\\([0-9A-F]{2})|\\(.)/gs, (_, hex: string | undefined, character: string) =>
    hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** Values openssl shows in hex, having no name for the type, are UTF8Strings here. */
const textOfDer = (hex: string): string => Buffer.from(hex, 'hex').subarray(2).toString();

/** `DNS:a, IP Address:…` by kind. A name may hold commas: it ends where another kind begins. */
function namesOf(text: string) {
  const all = text.split(/, (?=(?:DNS|email|URI|IP Address|Registered ID|DirName|othername|X400Name|EdiPartyName):)/);
  const ofKind = (kind: string) =>
    all.flatMap((each) => (each.startsWith(`${kind}:`) ? [each.slice(kind.length + 1)] : []));
  return {
    dns: ofKind('DNS'),
    ip: ofKind('IP Address').map((address) =>
      address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address,
    ),
    email: ofKind('email'),
    uri: ofKind('URI'),
    other: all.flatMap((each) => otherNameOf(each)),
  };
}

/** The contents of some other names are `<unsupported>` to openssl. */
function otherNameOf(text: string): string[] {
  const [, kind = '', value = ''] = /^([^:]+): ?(.*)$/s.exec(text) ?? [];
  if (kind === 'othername') return [value.replace('::', ':')];
  if (kind === 'DirName') return [`DN:${value.slice(1).split('/').reverse().join(',')}`];
  const words: Readonly<Record<string, string>> = { 'Registered ID': 'RID', X400Name: 'X400', EdiPartyName: 'EDI' };
  return words[kind] === undefined ? [] : [`${words[kind]}:${value}`];
}

function keyOf(text: string) {
  const line = (pattern: RegExp) => pattern.exec(text)?.[1] ?? null;
  const type = line(/Public Key Algorithm: (.*)$/m) ?? '';
  const pem = /-----BEGIN PUBLIC KEY-----([^-]+)-----END/.exec(text)?.[1];
  const oid = line(/ASN1 OID: (\S+)/);
  return {
    type: keyTypes[type] ?? type,
    bits: numberOf(line(/Public-Key: \((\d+) bit\)/)) ?? undefined,
    curve: line(/NIST CURVE: (P-\S+)/) ?? (oid === 'secp224r1' ? 'P-224' : oid),
    exponent: line(/Exponent: (\d+)/),
    spki_sha256: pem === undefined ? undefined : createHash('sha256').update(Buffer.from(pem, 'base64')).digest('hex'),
  };
}

/** Only RSASSA-PSS has its hash apart; `(default)` stands behind what is not written. */
function signatureOf(text: string) {
  const line = (pattern: RegExp) => pattern.exec(text)?.[1] ?? null;
  const name = line(/^ {8}Signature Algorithm: (\S+)/m) ?? '';
  if (name !== 'rsassaPss') {
    const [algorithm = name, digest = null] = signatures[name] ?? [];
    return { algorithm, hash: digest };
  }
  return {
    algorithm: 'rsa-pss',
    hash: line(/^ {8}Hash Algorithm: (\S+)/m),
    mgf_hash: line(/^ {8}Mask Algorithm: mgf1 with (\S+)/m),
    salt_length: Number(line(/^ +Salt Length: (0x[0-9A-F]+)/m)),
  };
}

function timestampsOf(text: string): { log_id: string; time: string }[] {
  return [...text.matchAll(/Log ID +: ([0-9A-F:\s]+?)\nTimestamp : (.*?) GMT/g)].map(([, log = '', time = '']) => ({
    log_id: hexOf(log.replace(/\s/g, '')),
    time: new Date(`${time.replace(/\.\d+/, '')} GMT`).toISOString().replace(/\.\d+/, /\.\d+/.exec(time)?.[0] ?? ''),
  }));
}

const isoOf = (date: string | null): string => (date ?? '').replace(' ', 'T');
const hexOf = (text: string): string => text.replaceAll(':', '').toLowerCase();
const serialOf = (text: string): string => text.toLowerCase().replace(/^-?(?=[^-](?:..)*$)/, '$&0');
const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));
const nullOr = <T>(value: string | undefined, map: (value: string) => T): T | null =>
  value === undefined ? null : map(value);
const splitOf = (text: string | undefined, names: Readonly<Record<string, string>>): string[] | null =>
  text === undefined ? null : text.split(', ').map((name) => names[name] ?? name);

const keyUsages: Readonly<Record<string, string>> = {
  'Digital Signature': 'digitalSignature',
  'Non Repudiation': 'nonRepudiation',
  'Key Encipherment': 'keyEncipherment',
  'Data Encipherment': 'dataEncipherment',
  'Key Agreement': 'keyAgreement',
  'Certificate Sign': 'keyCertSign',
  'CRL Sign': 'cRLSign',
  'Encipher Only': 'encipherOnly',
  'Decipher Only': 'decipherOnly',
};

/** RFC 5280's own, and those others openssl prints by name. */
const extendedKeyUsages: Readonly<Record<string, string>> = {
  'TLS Web Server Authentication': 'serverAuth',
  'TLS Web Client Authentication': 'clientAuth',
  'Code Signing': 'codeSigning',
  'E-mail Protection': 'emailProtection',
  'Time Stamping': 'timeStamping',
  'OCSP Signing': 'OCSPSigning',
  'Any Extended Key Usage': 'anyExtendedKeyUsage',
  'Microsoft Smartcard Login': '1.3.6.1.4.1.311.20.2.2',
  'ipsec Internet Key Exchange': '1.3.6.1.5.5.7.3.17',
};

const policies: Readonly<Record<string, string>> = { 'X509v3 Any Policy': '2.5.29.32.0' };

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

const signatures: Readonly<Record<string, readonly [algorithm: string, hash?: string]>> = {
  md5WithRSAEncryption: ['rsa-pkcs1', 'md5'],
  sha1WithRSAEncryption: ['rsa-pkcs1', 'sha1'],
  sha224WithRSAEncryption: ['rsa-pkcs1', 'sha224'],
  sha256WithRSAEncryption: ['rsa-pkcs1', 'sha256'],
  sha384WithRSAEncryption: ['rsa-pkcs1', 'sha384'],
  sha512WithRSAEncryption: ['rsa-pkcs1', 'sha512'],
  'ecdsa-with-SHA256': ['ecdsa', 'sha256'],
  'ecdsa-with-SHA384': ['ecdsa', 'sha384'],
  'ecdsa-with-SHA512': ['ecdsa', 'sha512'],
  dsa_with_SHA256: ['dsa', 'sha256'],
  ED25519: ['ed25519'],
  ED448: ['ed448'],
};

/** openssl 3.0's titles of extensions. */
const extensionOids: Readonly<Record<string, string>> = {
  'X509v3 Subject Directory Attributes': '2.5.29.9',
  'X509v3 Subject Key Identifier': '2.5.29.14',
  'X509v3 Key Usage': '2.5.29.15',
  'X509v3 Private Key Usage Period': '2.5.29.16',
  'X509v3 Subject Alternative Name': '2.5.29.17',
  'X509v3 Issuer Alternative Name': '2.5.29.18',
  'X509v3 Basic Constraints': '2.5.29.19',
  'X509v3 Name Constraints': '2.5.29.30',
  'X509v3 CRL Distribution Points': '2.5.29.31',
  'X509v3 Certificate Policies': '2.5.29.32',
  'X509v3 Policy Mappings': '2.5.29.33',
  'X509v3 Authority Key Identifier': '2.5.29.35',
  'X509v3 Policy Constraints': '2.5.29.36',
  'X509v3 Extended Key Usage': '2.5.29.37',
  'X509v3 Freshest CRL': '2.5.29.46',
  'X509v3 Inhibit Any Policy': '2.5.29.54',
  'Authority Information Access': '1.3.6.1.5.5.7.1.1',
  qcStatements: '1.3.6.1.5.5.7.1.3',
  'Subject Information Access': '1.3.6.1.5.5.7.1.11',
  'TLS Feature': '1.3.6.1.5.5.7.1.24',
  'OCSP No Check': '1.3.6.1.5.5.7.48.1.5',
  'CT Precertificate SCTs': '1.3.6.1.4.1.11129.2.4.2',
  'CT Precertificate Poison': '1.3.6.1.4.1.11129.2.4.3',
  'Netscape Cert Type': '2.16.840.1.113730.1.1',
  'Netscape Base Url': '2.16.840.1.113730.1.2',
  'Netscape Revocation Url': '2.16.840.1.113730.1.3',
  'Netscape CA Revocation Url': '2.16.840.1.113730.1.4',
  'Netscape Renewal Url': '2.16.840.1.113730.1.7',
  'Netscape CA Policy Url': '2.16.840.1.113730.1.8',
  'Netscape SSL Server Name': '2.16.840.1.113730.1.12',
  'Netscape Comment': '2.16.840.1.113730.1.13',
  'setCext-hashedRoot': '2.23.42.7.0',
};
