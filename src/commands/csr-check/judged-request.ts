import type { SignatureVerdict } from '../../crypto/signature.js';
import type { ExaminedRequest } from '../../rules/examined-request.js';
import type { Judgement } from '../../rules/judge.js';
import type { Profile } from '../../rules/profile.js';
import { type RequestValues, readableValues } from '../../show/reading.js';

/** A request and what became of it: all that a report says. */
export interface JudgedRequest extends Judgement {
  readonly profile: Profile;
  readonly values: RequestValues;
  readonly signature: SignatureVerdict;
}

/** The request with its values, those {@link readRequest} has, as far as they can be read. */
export const judgedRequest = (
  { profile, request, requested, signature }: ExaminedRequest,
  judgement: Judgement,
): JudgedRequest => ({ ...judgement, profile, values: readableValues(request, requested), signature });
