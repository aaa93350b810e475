import type { RequestContent } from '../input/requests.js';
import { pemKind } from '../pem/labels.js';
import type { CertificationRequest } from '../x509/request.js';
import type { Envelope } from './examined-request.js';

/** A request with what is said about the way it came. */
export interface JudgeableRequest {
  readonly request: CertificationRequest;
  readonly envelope: Envelope;
}

/**
 * A request whose key and signature say what they are: one that does not is none, and no question can be asked about it.
 * BER is for a rule to find.
 *
 * @throws {DerError}
 */
export function judgeableRequest({ request, content }: RequestContent): JudgeableRequest {
  // Each is read when it is asked for, and throws where it cannot be.
  request.publicKey;
  request.signatureAlgorithm;
  const pemOddities = [...content.notices, ...oddLabel(content.label)];
  return { request, envelope: { pemOddities, berFault: content.ber?.fault } };
}

/** A label that means a request, but is not the one of RFC 7468. */
function oddLabel(label: string | undefined): string[] {
  const isOdd = label !== undefined && label !== 'CERTIFICATE REQUEST' && pemKind(label) === 'request';
  return isOdd ? [`the label is ${label}, an old spelling`] : [];
}
