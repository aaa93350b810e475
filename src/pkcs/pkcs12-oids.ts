/** The OIDs inside PKCS#12 (RFC 7292), for its reader and its writer. */

/** Kinds of bags (4.2). */
export const BagOid = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  crl: '1.2.840.113549.1.12.10.1.4',
  nested: '1.2.840.113549.1.12.10.1.6',
} as const;

/** X.509 inside certificate and CRL bags; the others are SDSI's. */
export const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
export const X509_CRL = '1.2.840.113549.1.9.23.1';

/** The name users see in key stores (RFC 2985 5.5.1). */
export const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
/** The same for a key and its certificate (RFC 2985 5.5.2). */
export const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
