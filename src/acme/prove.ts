import { isPkiError, PkiError } from '../errors.js';
import type { Account } from './account.js';
import { type Authorization, authorizationError, authorizationName, readAuthorization } from './authorization.js';
import { type Challenge, type ChallengeType, type Proof, proofOf } from './challenge.js';
import type { Connection } from './connection.js';
import { inParallel } from './in-parallel.js';
import type { Order } from './order.js';
import { pause } from './polling.js';
import type { Responder } from './responder.js';
import type { AcmeResponse } from './transport.js';

/** How the names of an order are proved. */
export interface Proving {
  readonly type: ChallengeType;
  readonly responder: Responder;
  /** True when an earlier call may have left proofs behind: those of names that are proved by now are taken down too. */
  readonly isTakenUp: boolean;
  /** Hears of a proof that could not be taken down. */
  readonly onLeftBehind: (proof: Proof, error: unknown) => void;
}

/** A name to prove, with what to put up for it. */
interface Task {
  readonly authorization: Authorization;
  readonly challenge: Challenge;
  readonly proof: Proof;
}

/**
 * Proves control of every name of an order: all proofs are put up, then the CA looks, then all are taken down, however it
 * ends.
 *
 * @throws {PkiError} status 1: the CA did not find proofs, a line a name
 */
export async function proveNames(
  connection: Connection,
  account: Account,
  order: Order,
  { type, responder, isTakenUp, onLeftBehind }: Proving,
): Promise<void> {
  const authorizations = await inParallel(order.authorizations, async (url) => {
    const { authorization } = await readAuthorization(connection, account, url);
    return authorization;
  });
  const spent = authorizations.filter(({ status }) => status !== 'pending' && status !== 'valid');
  if (spent.length > 0) throw joined(spent.map(authorizationError));
  const taskOf = (authorization: Authorization): Task | undefined => {
    const challenge = authorization.challenges.find((each) => each.type === type);
    const { identifier, isWildcard } = authorization;
    return challenge && { authorization, challenge, proof: proofOf(challenge, identifier, isWildcard, account) };
  };
  const open = authorizations.filter(({ status }) => status === 'pending');
  const tasks = open.map((authorization) => taskOf(authorization) ?? notOffered(authorization, type));
  const settled = authorizations.filter(({ status }) => status === 'valid');
  const leftovers = isTakenUp ? settled.map(taskOf).filter((each) => each !== undefined) : [];
  const { patience } = connection;
  const isUp = leftovers.map(({ proof }) => proof);
  try {
    for (const { authorization, proof } of tasks) {
      patience.enter(`the proof for ${authorizationName(authorization)}`);
      isUp.push(proof);
      await responder.present(proof, patience.signal);
    }
    await validateAll(connection, account, tasks);
  } finally {
    for (const proof of isUp) await responder.withdraw(proof).catch((error: unknown) => onLeftBehind(proof, error));
  }
}

/** A proof the CA has been told of, and its last word about it. */
interface Told {
  readonly task: Task;
  readonly response: AcmeResponse;
}

/**
 * Says to the CA that the proofs are up (RFC 8555 7.5.1), and waits until it has made up its mind about all of them; what
 * it says against any is thrown together.
 */
async function validateAll(connection: Connection, account: Account, tasks: readonly Task[]): Promise<void> {
  const { patience } = connection;
  const refusals: PkiError[] = [];
  const tell = async (task: Task): Promise<Told[]> => {
    try {
      return [{ task, response: await connection.post(task.challenge.url, account, {}, 'a challenge') }];
    } catch (error) {
      if (!isPkiError(error) || error.status !== 1) throw error;
      refusals.push(error);
      return [];
    }
  };
  const look = async ({ task }: Told): Promise<Told[]> => {
    const { response, authorization } = await readAuthorization(connection, account, task.authorization.url);
    if (authorization.status === 'pending') return [{ task, response }];
    if (authorization.status !== 'valid') refusals.push(authorizationError(authorization));
    return [];
  };
  let undecided = (await inParallel(tasks, tell)).flat();
  for (let round = 0; undecided[0] !== undefined; round++) {
    const [{ task, response }] = undecided;
    patience.enter(`the validation of ${authorizationName(task.authorization)}`);
    await pause(response, round, patience);
    undecided = (await inParallel(undecided, look)).flat();
  }
  if (refusals.length > 0) throw joined(refusals);
}

/** Several refusals as one error with a line each. */
function joined([first, ...rest]: readonly PkiError[]): PkiError {
  if (first === undefined) throw new RangeError('there is a refusal to join');
  const { code, message, hint, status, others } = first;
  return new PkiError(code, message, {
    hint,
    status,
    others: [...others, ...rest.flatMap((each) => [each, ...each.others])],
  });
}

function notOffered(authorization: Authorization, type: ChallengeType): never {
  const offered = authorization.challenges.map((each) => each.type).join(', ') || 'none this client knows';
  const name = authorizationName(authorization);
  throw new PkiError('ACME_CHALLENGE', `${name}: the CA does not offer ${type} for it, but ${offered}`, {
    status: 1,
    hint: authorization.isWildcard ? 'a wildcard is proved in DNS: --hook or --nsupdate' : 'choose with --challenge',
  });
}
