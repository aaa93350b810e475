import { berChildren, berElementAt } from '../der/ber.js';
import { checkWellFormed } from '../der/reader.js';
import { attempt, isPkiError } from '../errors.js';
import { CertificationRequest } from '../x509/request.js';
import type { Envelope } from './facts.js';

/** A request with what is said about the way it came. */
export interface ReadRequest {
  readonly request: CertificationRequest;
  readonly envelope: Envelope;
}

/**
 * A request from its bytes: as DER, and where they are none as BER, which is then what the rules find; its signature is
 * over the bytes as they came.
 *
 * @throws {DerError} neither
 */
export async function readRequest(der: Uint8Array, pemOddities: readonly string[] = []): Promise<ReadRequest> {
  try {
    const request = requestFrom(der);
    return { request, envelope: { pemOddities } };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { berToDer } = await import('../x509/ber-to-der.js');
    const rewritten = berToDer(der);
    const request = rewritten && attempt(() => requestFrom(rewritten));
    if (request === undefined) throw error;
    const signedInfo = berChildren(berElementAt(der, 0, der.length))
      .next()
      .encoding();
    return { request, envelope: { pemOddities, berFault: error.message, signedInfo } };
  }
}

/**
 * A request whose key and signature say what they are: one that does not is none, and no question can be asked about it.
 *
 * @throws {DerError}
 */
function requestFrom(der: Uint8Array): CertificationRequest {
  const request = new CertificationRequest(der);
  checkWellFormed(request.elements.request);
  // Each is read when it is asked for, and throws where it cannot be.
  return request.publicKey && request.signatureAlgorithm && request;
}
