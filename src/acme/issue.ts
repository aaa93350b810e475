import { isPkiError, PkiError } from '../errors.js';
import type { Account } from './account.js';
import type { Connection } from './connection.js';
import type { IssuedChain } from './issued-chain.js';
import { awaitReadiness, download, finalize, findOrder, newOrder, type Order, type OrderWish } from './order.js';
import { type Proving, proveNames } from './prove.js';

/** A certificate to be issued for a request. */
export interface IssueWish extends OrderWish, Omit<Proving, 'isTakenUp'> {
  /** The request in DER, and the SubjectPublicKeyInfo in it. */
  readonly der: Uint8Array;
  readonly publicKey: Uint8Array;
  /** The common name of an issuer, to choose among the chains on offer. */
  readonly issuer: string | undefined;
  /** Hears what is worth knowing and no error. */
  readonly onNotice: (message: string) => void;
}

/**
 * Has the CA issue a certificate: an order, the proofs for its names, the request, the chain. An order that an earlier call
 * left behind is taken up again.
 *
 * @throws {PkiError} status 1 where the CA says no, 2 where nothing came of it
 */
export async function issue(connection: Connection, account: Account, wish: IssueWish): Promise<IssuedChain> {
  const earlier = await findOrder(connection, account, wish);
  if (earlier !== undefined) wish.onNotice(`takes up an order that is ${earlier.status}`);
  const first = earlier ?? (await placed(connection, account, wish));
  if (first.status === 'pending' || earlier !== undefined) {
    await proveNames(connection, account, first, { ...wish, isTakenUp: earlier !== undefined });
  }
  const proved = await awaitReadiness(connection, account, first);
  const done = proved.status === 'valid' ? proved : await finalize(connection, account, proved, wish.der);
  return await chosenChain(connection, account, done, wish);
}

/** A new order; a certificate that has been replaced before is then no reason not to issue (RFC 9773 5). */
async function placed(connection: Connection, account: Account, wish: OrderWish): Promise<Order> {
  try {
    return await newOrder(connection, account, wish);
  } catch (error) {
    const isReplaced = isPkiError(error) && error.code === 'ACME:alreadyReplaced';
    if (wish.replaces === undefined || !isReplaced) throw error;
    return await newOrder(connection, account, { ...wish, replaces: undefined });
  }
}

/** The chain the CA gives, or the alternate one under the issuer that is wanted. */
async function chosenChain(
  connection: Connection,
  account: Account,
  { certificate: url }: Order,
  { publicKey, identifiers, issuer, onNotice }: IssueWish,
): Promise<IssuedChain> {
  if (url === undefined)
    throw new PkiError('ACME_ANSWER', 'the order is valid, but does not say where its certificate is');
  // Reading certificates takes more code than all else here, and is done at the very end.
  const { issuedChain, issuersIn, isIssuedUnder } = await import('./issued-chain.js');
  const { body, alternates } = await download(connection, account, url);
  const usual = await issuedChain(body, url, publicKey, identifiers);
  if (issuer === undefined || isIssuedUnder(usual, issuer)) return usual;
  const offered = [...issuersIn(usual)];
  for (const each of alternates) {
    const { body } = await download(connection, account, each);
    const chain = await issuedChain(body, each, publicKey, identifiers);
    if (isIssuedUnder(chain, issuer)) return chain;
    offered.push(...issuersIn(chain));
  }
  onNotice(
    `no chain leads to ${issuer}: this is the usual one; the issuers on offer are ${[...new Set(offered)].join(', ')}`,
  );
  return usual;
}
