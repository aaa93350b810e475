import { type Identifier, identifiersOf } from '../../acme/identifier.js';
import type { Call } from '../../cli/command.js';
import type { OptionTable } from '../../cli/options.js';
import type { Report } from '../../cli/report.js';
import { PkiError } from '../../errors.js';
import { atPlace } from '../../input/at-place.js';
import { type RequestContent, requestsOf } from '../../input/requests.js';
import { parseSize, type Source } from '../../input/source.js';
import { publicSuffixOf } from '../../names/public-suffix.js';
import { Facts, sha3 } from '../../rules/facts.js';
import { judge } from '../../rules/judge.js';
import { type BuiltInProfile, profiles } from '../../rules/profile.js';
import { readRequest } from '../../rules/read-request.js';

/** A request that goes to a CA. */
export interface SubmittedRequest {
  readonly der: Uint8Array;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly identifiers: readonly Identifier[];
}

type RequestCall = Pick<Call<OptionTable>, 'report' | 'now'> & {
  readonly values: { readonly 'max-size': string | undefined; readonly 'no-check': boolean };
};

/**
 * The one request in a source; undefined when it was said why it goes nowhere: it is damaged, or a CA would refuse it.
 *
 * @param profile whose rules it is judged by, unless --no-check is given
 * @throws {PkiError} there are several, or it has no names for ACME
 */
export async function readSubmittedRequest(
  source: Source,
  profile: BuiltInProfile,
  { report, now, values }: RequestCall,
): Promise<SubmittedRequest | undefined> {
  const incoming = await onlyRequest(source, values['max-size'], report);
  if (incoming === undefined) return undefined;
  const { request } = incoming;
  const identifiers = identifiersOf(request);
  if (!values['no-check'] && !isAcceptable(incoming, profile, source.name, { report, now })) return undefined;
  return { der: request.der, publicKey: request.publicKey.der, identifiers };
}

async function onlyRequest(
  source: Source,
  maxSize: string | undefined,
  report: Report,
): Promise<RequestContent | undefined> {
  let found: RequestContent | undefined;
  for await (const each of requestsOf(source, { maxSize: parseSize(maxSize) }, report)) {
    if (found !== undefined) {
      const message = `several requests (${found.content.place}, ${each.content.place}): which one?`;
      throw new PkiError('ACME_REQUEST', message, { source: source.name, hint: 'one call for each' });
    }
    found = each;
  }
  return report.status === 0 ? found : undefined;
}

/** Judges a request as csr-check does, and says what a CA would refuse it for. */
function isAcceptable(
  found: RequestContent,
  profile: BuiltInProfile,
  source: string,
  { report, now }: Pick<RequestCall, 'report' | 'now'>,
): boolean {
  const { request, envelope } = atPlace(source, found.content.place, () => readRequest(found));
  const oracle = { suffixOf: publicSuffixOf, sha3 };
  const { verdict, findings } = judge(new Facts(request, { profile: profiles[profile], now, oracle }, envelope));
  for (const { rule, severity, message, hint } of findings) {
    if (severity === 'error') report.refusal(source, `${rule}: ${message}`, hint);
  }
  return verdict === 'accept';
}
