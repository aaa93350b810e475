/** The algorithms of the usual public keys (RFC 3279 2.3, RFC 4055 1.2, RFC 5480 2.1.1). */
export const KeyOid = {
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ec: '1.2.840.10045.2.1',
} as const;
