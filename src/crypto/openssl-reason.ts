/** The words at the end of `error:0600006f:public key routines:OPENSSL_internal:INVALID_DIGEST_TYPE`. */
export function opensslReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith('error:') ? message.replace(/^.*:/s, '').replaceAll('_', ' ').toLowerCase() : message;
}
