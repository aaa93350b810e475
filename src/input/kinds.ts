import type { PemKind } from '../pem/labels.js';
import type { Kind } from '../x509/kind.js';

/** Kinds of parameters: of Diffie-Hellman, of curves, of DSA. */
export type ParameterKind = 'dh' | 'ec' | 'dsa';

/** The kind a label names; undefined for parameters, which nothing but their label tells. */
export const kindsOfLabels: Readonly<Record<PemKind, Kind | undefined>> = {
  certificate: 'certificate',
  trusted_certificate: 'certificate',
  request: 'request',
  crl: 'crl',
  ocsp_response: 'ocsp_response',
  pkcs7: 'pkcs7',
  pkcs12: 'pkcs12',
  public_key: 'public_key',
  rsa_public_key: 'pkcs1_public_key',
  private_key: 'pkcs8',
  rsa_private_key: 'pkcs1',
  ec_private_key: 'sec1',
  dsa_private_key: 'dsa',
  encrypted_private_key: 'encrypted_pkcs8',
  ec_parameters: undefined,
  dh_parameters: undefined,
  dsa_parameters: undefined,
};

export const parametersOfLabels: Readonly<Partial<Record<PemKind, ParameterKind>>> = {
  ec_parameters: 'ec',
  dh_parameters: 'dh',
  dsa_parameters: 'dsa',
};

/** `labelled as certificate, holds a PKCS#7`. */
export function labelWarning(declared: Kind, actual: Kind): string {
  const form = formOf(actual);
  return `labelled as ${formOf(declared)}, holds ${/^(?:[aeiou]|RSA|EC)/.test(form) ? 'an' : 'a'} ${form}`;
}

/** A kind by its form, where several are called the same. */
const formOf = (kind: Kind): string => forms[kind] ?? kindName(kind);

const forms: Readonly<Partial<Record<Kind, string>>> = {
  pkcs1_public_key: 'RSA public key',
  pkcs8: 'PKCS#8 private key',
  pkcs1: 'RSA private key',
  sec1: 'EC private key',
  dsa: 'DSA private key',
};

/** A kind as messages call it: `certificate`, `CRL`, `private key`. */
export function kindName(kind: Kind): string {
  switch (kind) {
    case 'certificate':
    case 'request':
      return kind;
    case 'crl':
      return 'CRL';
    case 'ocsp_response':
      return 'OCSP response';
    case 'public_key':
    case 'pkcs1_public_key':
      return 'public key';
    case 'encrypted_pkcs8':
      return 'encrypted private key';
    case 'pkcs7':
      return 'PKCS#7';
    case 'pkcs12':
      return 'PKCS#12';
    case 'spkac':
      return 'SPKAC';
    default:
      return 'private key';
  }
}
