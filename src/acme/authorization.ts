import { PkiError } from '../errors.js';
import type { Account } from './account.js';
import { type Challenge, challengeIn } from './challenge.js';
import type { Connection } from './connection.js';
import type { Identifier } from './identifier.js';
import { objectIn, objectsIn, type ParsedObject, textIn } from './json-object.js';
import { type ProblemDocument, problemDocument, problemError } from './problem.js';
import type { AcmeResponse } from './transport.js';

/** The CA's question about one name (RFC 8555 7.1.4). */
export interface Authorization {
  readonly url: string;
  readonly identifier: Identifier;
  readonly isWildcard: boolean;
  readonly status: string;
  readonly challenges: readonly Challenge[];
  /** Why a challenge failed, where one did. */
  readonly problem: ProblemDocument | undefined;
}

/** The name as the order has it: `*.valami.hu`. */
export const authorizationName = ({ identifier, isWildcard }: Authorization): string =>
  isWildcard ? `*.${identifier.value}` : identifier.value;

/** @throws {PkiError} */
export async function readAuthorization(
  connection: Connection,
  account: Account,
  url: string,
): Promise<{ response: AcmeResponse; authorization: Authorization }> {
  const { response, object } = await connection.postForObject(url, account, undefined, 'an authorization');
  return { response, authorization: authorizationIn(url, object) };
}

function authorizationIn(url: string, object: ParsedObject): Authorization {
  const identifier = objectIn(object, 'identifier') ?? {};
  const [type, value, status] = [textIn(identifier, 'type'), textIn(identifier, 'value'), textIn(object, 'status')];
  if ((type !== 'dns' && type !== 'ip') || value === undefined || status === undefined) {
    throw new PkiError('ACME_ANSWER', 'an authorization without a name or a status', { source: url });
  }
  const offered = objectsIn(object, 'challenges');
  const error = offered.map((each) => objectIn(each, 'error')).find((each) => each !== undefined);
  return {
    url,
    identifier: { type, value },
    isWildcard: object['wildcard'] === true,
    status,
    challenges: offered.map(challengeIn).filter((each) => each !== undefined),
    problem: error && problemDocument(error),
  };
}

/** An authorization that cannot become valid any more. */
export function authorizationError(authorization: Authorization): PkiError {
  const { problem, status } = authorization;
  const name = authorizationName(authorization);
  if (problem !== undefined) return problemError(problem, name);
  return new PkiError('ACME_AUTHORIZATION', `${name}: the authorization is ${status}`, { status: 1 });
}
