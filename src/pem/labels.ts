/** The kinds of objects PEM labels stand for (RFC 7468 and the older spellings tools still write). */
export type PemKind =
  | 'certificate'
  | 'trusted_certificate'
  | 'request'
  | 'crl'
  | 'ocsp_response'
  | 'pkcs7'
  | 'public_key'
  | 'rsa_public_key'
  | 'private_key'
  | 'rsa_private_key'
  | 'ec_private_key'
  | 'dsa_private_key'
  | 'encrypted_private_key'
  | 'ec_parameters'
  | 'dh_parameters'
  | 'dsa_parameters'
  | 'pkcs12';

/** The labels that are known, by what they stand for. */
export const pemKinds: ReadonlyMap<string, PemKind> = new Map([
  ['CERTIFICATE', 'certificate'],
  ['X509 CERTIFICATE', 'certificate'],
  ['X.509 CERTIFICATE', 'certificate'],
  ['TRUSTED CERTIFICATE', 'trusted_certificate'],
  ['CERTIFICATE REQUEST', 'request'],
  ['NEW CERTIFICATE REQUEST', 'request'],
  ['PKCS10', 'request'],
  ['X509 CRL', 'crl'],
  ['CRL', 'crl'],
  ['OCSP RESPONSE', 'ocsp_response'],
  ['PKCS7', 'pkcs7'],
  ['PKCS #7 SIGNED DATA', 'pkcs7'],
  ['CERTIFICATE CHAIN', 'pkcs7'],
  ['CMS', 'pkcs7'],
  ['PUBLIC KEY', 'public_key'],
  ['RSA PUBLIC KEY', 'rsa_public_key'],
  ['PRIVATE KEY', 'private_key'],
  ['RSA PRIVATE KEY', 'rsa_private_key'],
  ['EC PRIVATE KEY', 'ec_private_key'],
  ['DSA PRIVATE KEY', 'dsa_private_key'],
  ['ENCRYPTED PRIVATE KEY', 'encrypted_private_key'],
  ['EC PARAMETERS', 'ec_parameters'],
  ['DH PARAMETERS', 'dh_parameters'],
  ['X9.42 DH PARAMETERS', 'dh_parameters'],
  ['DSA PARAMETERS', 'dsa_parameters'],
  ['PKCS12', 'pkcs12'],
]);

/** The kind a label stands for, or undefined for one we do not know. */
export function pemKind(label: string): PemKind | undefined {
  return pemKinds.get(label);
}

/** True when both labels mean the same thing, as `NEW CERTIFICATE REQUEST` and `CERTIFICATE REQUEST` do. */
export function sameKind(begin: string, end: string): boolean {
  if (begin === end) return true;
  const kind = pemKinds.get(begin);
  return kind !== undefined && kind === pemKinds.get(end);
}
