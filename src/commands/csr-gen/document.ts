import type { KeyPair } from '../../crypto/key-pair.js';
import { type SigningChoice, signatureAlgorithmFor } from '../../crypto/signature.js';
import { encodePem } from '../../pem/encode.js';
import { checkCommonName, fittedToKey, type RequestSpec } from '../../spec/request-spec.js';

/** How a document is made, whatever it is about. */
export interface DocumentOptions {
  readonly choice: SigningChoice;
  /** The days of a self-signed certificate; undefined for a request. */
  readonly days: number | undefined;
  readonly now: Date;
  /** True when the key usage was asked for in person: then it must fit the key, or nothing is made. */
  readonly keyUsageIsMeant: boolean;
}

/** A request or certificate that was made, and what is to be said of it. */
export interface MadeDocument {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/**
 * The request, or the self-signed certificate. PKI.js is loaded here.
 *
 * @throws {PkiError} what is asked for cannot be, or not with this key
 */
export async function makeDocument(
  given: RequestSpec,
  pair: KeyPair,
  { choice, days, now, keyUsageIsMeant }: DocumentOptions,
): Promise<MadeDocument> {
  const { key } = pair;
  const algorithm = signatureAlgorithmFor(key, choice);
  const warning = checkCommonName(given);
  const { spec, leftOut } = keyUsageIsMeant ? { spec: given, leftOut: [] } : fittedToKey(given, key);
  const notice = `key usage left out, it is not for ${key.asymmetricKeyType} keys: ${leftOut.join(', ')}`;
  const words = {
    warnings: warning === undefined ? [] : [warning],
    notices: leftOut.length === 0 ? [] : [notice],
  };
  if (days === undefined) {
    const { makeRequest } = await import('../../make/request.js');
    const der = makeRequest(spec, pair, algorithm);
    return { der, pem: encodePem('CERTIFICATE REQUEST', der), ...words };
  }
  const { selfSigned, periodOf } = await import('../../make/certificate.js');
  const der = selfSigned(spec, pair, algorithm, periodOf(now, days));
  return { der, pem: encodePem('CERTIFICATE', der), ...words };
}
