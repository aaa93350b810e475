import { type Complaint, PkiError } from '../errors.js';
import { objectIn, objectsIn, type ParsedObject, parseObject, textIn } from './json-object.js';
import { type AcmeResponse, headerValue } from './transport.js';

/** A problem document (RFC 9457, RFC 8555 6.7). */
export interface ProblemDocument {
  /** The part behind `urn:ietf:params:acme:error:`; any other type whole. */
  readonly type: string;
  readonly detail: string | undefined;
  /** A page to look at: terms to agree to, a limit explained. */
  readonly instance: string | undefined;
  /** The name it is about. */
  readonly identifier: string | undefined;
  readonly subproblems: readonly ProblemDocument[];
}

const NAMESPACE = 'urn:ietf:params:acme:error:';

export function problemDocument(object: ParsedObject): ProblemDocument {
  const identifier = objectIn(object, 'identifier');
  return {
    type: (textIn(object, 'type') ?? 'about:blank').replace(NAMESPACE, ''),
    detail: textIn(object, 'detail') ?? textIn(object, 'title'),
    instance: textIn(object, 'instance'),
    identifier: identifier && textIn(identifier, 'value'),
    subproblems: objectsIn(object, 'subproblems').map(problemDocument),
  };
}

/** The problem a response brings; undefined for an answer that is no problem document, such as a proxy's page. */
export function problemIn(response: AcmeResponse): ProblemDocument | undefined {
  const isProblem = /^application\/problem\+json\b/i.test(headerValue(response, 'content-type') ?? '');
  const object = isProblem || response.status >= 400 ? parseObject(response.body) : undefined;
  return object !== undefined && (isProblem || 'type' in object) ? problemDocument(object) : undefined;
}

/** Answers that say nothing about the question: the server is busy, broken, or wants another nonce. */
const cannotTell = new Set(['badNonce', 'rateLimited', 'serverInternal']);

const hints: Readonly<Record<string, string>> = {
  accountDoesNotExist: 'acme-account register makes an account for this key',
  externalAccountRequired: 'acme-account register takes what the CA gave you: --eab-kid and --eab-key',
  userActionRequired: 'the terms of service have changed: read them, then acme-account register --agree-tos',
  caa: 'a CAA record of the domain does not name this CA',
  alreadyRevoked: 'it was revoked before',
};

/**
 * A problem as an error: status 1 where the CA says no, 2 where it could not answer. Its subproblems follow, a line each
 * with the name it is about. Its code is `ACME:` and the problem's type.
 *
 * @param what what was asked for: `the order`
 * @param status of the response
 */
export function problemError(problem: ProblemDocument, what: string, status = 400): PkiError {
  const { type, instance } = problem;
  const others = problem.subproblems.flatMap(findings);
  return new PkiError(`ACME:${type}`, `${what}: ${textOf(problem)}`, {
    status: status >= 500 || cannotTell.has(type) ? 2 : 1,
    hint: instance === undefined ? hints[type] : `${hints[type] ?? 'the CA says more'}: ${instance}`,
    others,
  });
}

function findings(problem: ProblemDocument): Complaint[] {
  return [{ message: textOf(problem), hint: hints[problem.type] }, ...problem.subproblems.flatMap(findings)];
}

function textOf({ type, detail, identifier }: ProblemDocument): string {
  const about = identifier === undefined ? '' : `${identifier}: `;
  return `${about}${detail === undefined ? type : `${detail} (${type})`}`;
}
