import type { PkiObject } from '../input/pki-object.js';

/** One object cert-info shows. */
export type Item = PkiObject;

/** The types of objects as messages call them. */
export const typeNames: Readonly<Record<Item['type'], string>> = {
  certificate: 'certificate',
  request: 'request',
  crl: 'CRL',
  ocsp_response: 'OCSP response',
  public_key: 'public key',
  private_key: 'private key',
  encrypted_private_key: 'encrypted private key',
};
