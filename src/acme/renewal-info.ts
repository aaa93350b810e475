import { PkiError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import type { Connection } from './connection.js';
import { objectIn, parseObject, textIn } from './json-object.js';

/** When a CA wants a certificate renewed (RFC 9773 4.2). */
export interface RenewalWindow {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** A page that says why, where the CA has one. */
  readonly explanation: string | undefined;
}

/**
 * The name of a certificate in renewal information (RFC 9773 4.1): its authority key identifier and its serial number.
 *
 * @throws {PkiError} it has no key identifier
 */
export function renewalId(certificate: Certificate): string {
  const keyId = certificate.authorityKeyIdentifier?.keyId;
  if (keyId == null) {
    throw new PkiError('ACME_RENEWAL', 'the certificate has no authority key identifier, which renewal goes by');
  }
  const parts = [Buffer.from(keyId, 'hex'), Buffer.from(certificate.serialBytes)];
  return parts.map((part) => part.toString('base64url')).join('.');
}

/**
 * @param url of renewal information, from the directory
 * @throws {PkiError}
 */
export async function renewalWindow(
  connection: Connection,
  url: string,
  certificate: Certificate,
): Promise<RenewalWindow> {
  const place = `${url.replace(/\/$/, '')}/${renewalId(certificate)}`;
  const { body } = await connection.get(place, 'the renewal information');
  const object = parseObject(body);
  const suggested = object && objectIn(object, 'suggestedWindow');
  const [start, end] = ['start', 'end'].map((name) => Date.parse((suggested && textIn(suggested, name)) ?? ''));
  if (object === undefined || start === undefined || end === undefined || !(start <= end)) {
    throw new PkiError('ACME_ANSWER', 'the renewal information has no window of time in it', { source: place });
  }
  return { start, end, explanation: textIn(object, 'explanationURL') };
}
