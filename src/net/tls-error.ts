import { isPkiError, PkiError } from '../errors.js';
import { systemErrorText } from '../system/error.js';

/**
 * A failed handshake in words. OpenSSL's errors have a code made of its library and reason
 * (`ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE`, from Node.js 24 on `ERR_SSL_SSL/TLS_ALERT_…`); verification errors have those of X509_verify_cert_error_string(3)
 * (`CERT_HAS_EXPIRED`).
 */
export function tlsError(error: unknown): PkiError {
  if (isPkiError(error)) return error;
  const code = codeOf(error);
  const alert = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_ALERT_(\w+)$/.exec(code)?.[1];
  if (alert !== undefined) {
    return new PkiError('NET_ALERT', `the server ended the TLS handshake: alert ${words(alert)}`, { cause: error });
  }
  if (plainAnswers.has(code)) return new PkiError('NET_NOT_TLS', 'the answer is not TLS', { cause: error });
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return new PkiError('NET_CLOSED', 'the connection was closed during the TLS handshake', { cause: error });
  }
  const text = systemErrorText(error) ?? reasonOf(error);
  return new PkiError('NET_TLS', `TLS handshake failed: ${text}`, { cause: error });
}

/** A certificate that a verified connection did not take, in words; undefined for any other error. */
export function trustError(error: unknown): PkiError | undefined {
  const code = codeOf(error);
  if (code.startsWith('ERR_SSL') || !(error instanceof Error)) return undefined;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new PkiError('NET_TRUST', 'its certificate is not for this name', { cause: error });
  }
  if (!verificationCodes.test(code)) return undefined;
  const isUnknown = /SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY/.test(code);
  const hint = isUnknown ? 'name the file of its root with --ca-file' : undefined;
  return new PkiError('NET_TRUST', `its certificate is not trusted: ${error.message}`, { hint, cause: error });
}

/** X509_V_ERR_… as Node.js spells them. */
const verificationCodes =
  /^(?:CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERROR_IN_CERT|INVALID_|PATH_LENGTH|HOSTNAME_|UNSPECIFIED$|EE_|CA_)/;

/** The errors OpenSSL has for octets that are no TLS record. */
const plainAnswers: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_HTTPS_PROXY_REQUEST',
  'ERR_SSL_UNKNOWN_PROTOCOL',
  'ERR_SSL_RECORD_TOO_SMALL',
]);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** OpenSSL's own words without its file names and numbers. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'reason' in error && typeof error.reason === 'string') return error.reason;
  return error instanceof Error ? error.message : String(error);
}

const words = (name: string): string => name.toLowerCase().replaceAll('_', ' ');
