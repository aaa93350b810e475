/** The words at the end of `error:0600006f:public key routines:OPENSSL_internal:INVALID_DIGEST_TYPE`. */
export function opensslReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith('error:') ? message.replace(/^.*:/s, '').replaceAll('_', ' ').toLowerCase() : message;
}

/** Reasons that only say that another was given further down. */
const frames = new Set(['nested asn1 error', 'asn1 lib']);

/** All reasons OpenSSL gives for one failure, as its own programs list them: `decode error, ee key too small`. */
export function opensslReasons(error: unknown): string {
  const stack = error instanceof Error && 'opensslErrorStack' in error ? error.opensslErrorStack : [];
  const reasons = [error, ...(Array.isArray(stack) ? stack.map((each) => new Error(String(each))) : [])].map(
    opensslReason,
  );
  return [...new Set(reasons)].filter((each) => !frames.has(each)).join(', ');
}
