import { isPkiError, PkiError } from '../errors.js';
import type { Account } from './account.js';
import { type Authorization, nameOf, readAuthorization, refusal, validate } from './authorization.js';
import { type Challenge, type ChallengeType, type Proof, proofOf } from './challenge.js';
import type { Connection } from './connection.js';
import { inParallel } from './in-parallel.js';
import type { Order } from './order.js';
import type { Responder } from './responder.js';

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
  if (spent.length > 0) throw joined(spent.map(refusal));
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
      patience.enter(`the proof for ${nameOf(authorization)}`);
      isUp.push(proof);
      await responder.present(proof, patience.signal);
    }
    await validateAll(connection, account, tasks);
  } finally {
    for (const proof of isUp) await responder.withdraw(proof).catch((error: unknown) => onLeftBehind(proof, error));
  }
}

/** Has the CA look for all proofs; what it says against any of them is thrown together. */
async function validateAll(connection: Connection, account: Account, tasks: readonly Task[]): Promise<void> {
  const refusals: PkiError[] = [];
  await inParallel(tasks, async ({ authorization, challenge }) => {
    try {
      await validate(connection, account, authorization, challenge);
    } catch (error) {
      if (!isPkiError(error) || error.status !== 1) throw error;
      refusals.push(error);
    }
  });
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
  const name = nameOf(authorization);
  throw new PkiError('ACME_CHALLENGE', `${name}: the CA does not offer ${type} for it, but ${offered}`, {
    status: 1,
    hint: authorization.isWildcard ? 'a wildcard is proved in DNS: --hook or --nsupdate' : 'choose with --challenge',
  });
}
