import { run } from './session.js';

/**
 * What openssl says of certificates, in the words of our JSON: the reference cert-info is held to. Only what openssl says
 * is parsed here; nothing of ours is used.
 */
export interface OpensslFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly not_before: string;
  readonly not_after: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly version: number;
  readonly signature: string;
  readonly key: string;
  readonly bits: number | null;
  readonly exponent: string | null;
  readonly is_ca: boolean;
  readonly path_length: number | null;
  readonly key_usage: readonly string[] | null;
  readonly extended_key_usage: readonly string[] | null;
  readonly subject_key_id: string | null;
  readonly authority_key_id: string | null;
  readonly names: readonly string[];
  readonly crl_urls: readonly string[];
  readonly ocsp_urls: readonly string[];
  readonly issuer_urls: readonly string[];
  readonly policies: readonly string[];
  readonly extensions: readonly (readonly [title: string, critical: boolean])[];
}

const script = `i=0
while [ -e "$1/$i.pem" ]; do
  echo "=== $i"
  openssl x509 -in "$1/$i.pem" -noout -subject -issuer -serial -startdate -enddate -dateopt iso_8601 \\
    -nameopt RFC2253,-esc_msb,utf8 -fingerprint -sha1
  openssl x509 -in "$1/$i.pem" -noout -fingerprint -sha256
  openssl x509 -in "$1/$i.pem" -noout -text -certopt no_sigdump
  i=$((i+1))
done`;

/** Facts of the certificates in DIRECTORY/0.pem, 1.pem and so on, in order. */
export function opensslFacts(directory: string): OpensslFacts[] {
  const { stdout } = run('sh', ['-c', script, 'sh', directory]);
  return stdout
    .split(/^=== \d+\n/m)
    .slice(1)
    .map(parse);
}

function parse(text: string): OpensslFacts {
  const line = (pattern: RegExp) => pattern.exec(text)?.[1] ?? null;
  const extensions = parseExtensions(text);
  const lines = (title: string) => extensions.get(title)?.lines ?? [];
  const first = (title: string) => lines(title)[0];
  // Only RSASSA-PSS has its hash apart; "(default)" stands behind one that is not written.
  const pss = line(/^ {8}Hash Algorithm: (\S+)/m);
  const constraints = first('X509v3 Basic Constraints') ?? '';
  const access = (method: string) =>
    lines('Authority Information Access').flatMap((each) =>
      each.startsWith(`${method} - URI:`) ? [each.slice(method.length + 7)] : [],
    );
  return {
    subject: line(/^subject=(.*)$/m) ?? '',
    issuer: line(/^issuer=(.*)$/m) ?? '',
    serial: (line(/^serial=(.*)$/m) ?? '').toLowerCase(),
    not_before: isoOf(line(/^notBefore=(.*)$/m)),
    not_after: isoOf(line(/^notAfter=(.*)$/m)),
    sha1: hexOf(line(/^sha1 Fingerprint=(.*)$/im) ?? ''),
    sha256: hexOf(line(/^sha256 Fingerprint=(.*)$/im) ?? ''),
    version: Number(line(/^ +Version: (\d+)/m)),
    signature: (line(/^ {8}Signature Algorithm: (\S+)/m) ?? '') + (pss === null ? '' : ` ${pss}`),
    key: line(/Public Key Algorithm: (.*)$/m) ?? '',
    bits: numberOf(line(/Public-Key: \((\d+) bit\)/)),
    exponent: line(/Exponent: (\d+)/),
    is_ca: constraints.includes('CA:TRUE'),
    path_length: numberOf(/pathlen:(\d+)/.exec(constraints)?.[1] ?? null),
    key_usage: splitOf(first('X509v3 Key Usage'), keyUsages),
    extended_key_usage: splitOf(first('X509v3 Extended Key Usage'), extendedKeyUsages),
    subject_key_id: nullOr(first('X509v3 Subject Key Identifier'), hexOf),
    authority_key_id: nullOr(
      lines('X509v3 Authority Key Identifier').find((each) => /^(keyid:)?[0-9A-F]{2}(:[0-9A-F]{2})+$/.test(each)),
      (text) => hexOf(text.replace('keyid:', '')),
    ),
    names: (first('X509v3 Subject Alternative Name') ?? '').split(', ').filter((each) => each !== ''),
    crl_urls: lines('X509v3 CRL Distribution Points').flatMap((each) =>
      each.startsWith('URI:') ? [each.slice(4).replace(/ +Reasons:$/, '')] : [],
    ),
    ocsp_urls: access('OCSP'),
    issuer_urls: access('CA Issuers'),
    policies: lines('X509v3 Certificate Policies').flatMap((each) =>
      each.startsWith('Policy: ') ? [each.slice(8)] : [],
    ),
    extensions: [...extensions.values()].map(({ title, critical }) => [title, critical] as const),
  };
}

interface TextExtension {
  readonly title: string;
  readonly critical: boolean;
  readonly lines: string[];
}

/** Extensions are titled at twelve columns and told at sixteen. */
function parseExtensions(text: string): Map<string, TextExtension> {
  const found = new Map<string, TextExtension>();
  const section = text.slice(text.indexOf('X509v3 extensions:'));
  if (!text.includes('X509v3 extensions:')) return found;
  let open: TextExtension | undefined;
  for (const line of section.split('\n').slice(1)) {
    const title = /^ {12}(\S.*?): ?(critical)?$/.exec(line);
    if (title !== null) {
      open = { title: title[1] as string, critical: title[2] !== undefined, lines: [] };
      found.set(`${title[1]}`, open);
    } else if (/^ {0,4}\S/.test(line)) break;
    else if (line.trim() !== '') open?.lines.push(line.trim());
  }
  return found;
}

const isoOf = (date: string | null): string => (date ?? '').replace(' ', 'T');
const hexOf = (text: string): string => text.replaceAll(':', '').toLowerCase();
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

const extendedKeyUsages: Readonly<Record<string, string>> = {
  'TLS Web Server Authentication': 'serverAuth',
  'TLS Web Client Authentication': 'clientAuth',
  'Code Signing': 'codeSigning',
  'E-mail Protection': 'emailProtection',
  'Time Stamping': 'timeStamping',
  'OCSP Signing': 'OCSPSigning',
  'Any Extended Key Usage': 'anyExtendedKeyUsage',
};
