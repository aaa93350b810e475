import { berChildren, readBerElement } from '../der/ber.js';
import { derFromBer } from '../der/canonical.js';
import { checkWellFormed } from '../der/reader.js';
import { isPkiError } from '../errors.js';
import { CertificationRequest } from '../x509/request.js';
import { attempt, type Envelope } from './facts.js';

/** A request with what is said about the way it came. */
export interface ReadRequest {
  readonly request: CertificationRequest;
  readonly envelope: Envelope;
}

/**
 * A request from its bytes: as DER, and where they are none as BER, which is then what the rules find.
 *
 * @throws {DerError} neither
 */
export function readRequest(der: Uint8Array, pemOddities: readonly string[] = []): ReadRequest {
  try {
    const request = new CertificationRequest(der);
    checkWellFormed(request.elements.request);
    return { request, envelope: { pemOddities } };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const request = attempt(() => new CertificationRequest(derFromBer(der)));
    if (request === undefined) throw error;
    const signedInfo = berChildren(readBerElement(der)).next().encoding();
    return { request, envelope: { pemOddities, berFault: error.message, signedInfo } };
  }
}
