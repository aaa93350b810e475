import type { AccountKey } from '../../acme/account-key.js';
import { type Identifier, identifiersOf } from '../../acme/identifier.js';
import { renewalId } from '../../acme/renewal-info.js';
import type { Call } from '../../cli/command.js';
import type { OptionTable } from '../../cli/options.js';
import type { Report } from '../../cli/report.js';
import type { Secrets } from '../../cli/secrets.js';
import { belongsTogether } from '../../crypto/key-pair.js';
import { PkiError, withSource } from '../../errors.js';
import { atPlace } from '../../input/at-place.js';
import type { ContentOptions } from '../../input/contents.js';
import { readRenewed } from '../../input/renewable.js';
import { type RequestContent, requestsOf } from '../../input/requests.js';
import { parseSize, type Source } from '../../input/source.js';
import { nameOracle } from '../../rules/dns-name.js';
import { ExaminedRequest } from '../../rules/examined-request.js';
import { judge } from '../../rules/judge.js';
import { judgeableRequest } from '../../rules/judgeable-request.js';
import { type BuiltInProfile, profiles } from '../../rules/profile.js';
import { readAccountKey, readOrMakeKey } from '../acme/account-key.js';

/** Everything a call reads before the CA is asked. */
export interface Inputs {
  readonly request: SubmittedRequest;
  readonly key: AccountKey;
  /** The certificate that is replaced, by its name in renewal information. */
  readonly replaces: string | undefined;
}

/** A request that goes to a CA. */
interface SubmittedRequest {
  readonly der: Uint8Array;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly identifiers: readonly Identifier[];
}

interface InputsCall extends Pick<Call<OptionTable>, 'report' | 'now' | 'stdin'> {
  readonly values: {
    readonly 'max-size': string | undefined;
    readonly output: string | undefined;
    readonly 'no-check': boolean;
    readonly 'agree-tos': boolean;
  };
}

/** The sources of a call's inputs. */
interface InputSources {
  readonly request: Source;
  readonly renews: Source | undefined;
  /** The file of the account's key. */
  readonly account: string;
  readonly secrets: Secrets;
}

/**
 * Reads the request, the certificate it renews, and the account's key, which is made where there is none and the terms are
 * agreed to; undefined when it was said why the request goes nowhere: it is damaged, or a CA would refuse it.
 *
 * @param profile whose rules the request is judged by, unless --no-check is given
 * @throws {PkiError}
 */
export async function readInputs(
  call: InputsCall,
  { request: source, renews, account, secrets }: InputSources,
  profile: BuiltInProfile,
): Promise<Inputs | undefined> {
  const { values } = call;
  const found = await onlyRequest(source, values['max-size'], call.report);
  if (found === undefined) return undefined;
  const { request } = found;
  const identifiers = identifiersOf(request);
  if (!values['no-check'] && !(await isAcceptable(found, profile, source.name, call))) return undefined;
  const maxSize = parseSize(values['max-size']);
  const replaces = renews && (await renewedId(renews, { maxSize, passphrases: secrets.input }));
  const key = await (values['agree-tos'] ? readOrMakeKey : readAccountKey)(call, account, '--account', secrets);
  if (belongsTogether(key.key, request.publicKey.der)) {
    throw new PkiError('ACME_KEY', 'this is the key of the request, an account has one of its own', {
      source: account,
      hint: 'another file for --account; --agree-tos makes it',
    });
  }
  return { request: { der: request.der, publicKey: request.publicKey.der, identifiers }, key, replaces };
}

/** The name of the certificate in a source, in renewal information. @throws {PkiError} */
async function renewedId(source: Source, options: ContentOptions): Promise<string> {
  const certificate = await readRenewed(source, options);
  try {
    return renewalId(certificate);
  } catch (error) {
    throw withSource(error, source.name);
  }
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
async function isAcceptable(
  found: RequestContent,
  profile: BuiltInProfile,
  source: string,
  { report, now }: Pick<InputsCall, 'report' | 'now'>,
): Promise<boolean> {
  const { request, envelope } = atPlace(source, found.content.place, () => judgeableRequest(found));
  const oracle = await nameOracle();
  const { verdict, findings } = judge(
    new ExaminedRequest(request, { profile: profiles[profile], now, oracle }, envelope),
  );
  for (const { rule, severity, message, hint } of findings) {
    if (severity === 'error') report.refusal(source, `${rule}: ${message}`, hint);
  }
  return verdict === 'accept';
}
