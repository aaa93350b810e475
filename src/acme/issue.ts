import { isPkiError } from '../errors.js';
import type { Account } from './account.js';
import type { Connection } from './connection.js';
import { finalize, findOrder, newOrder, type Order, type OrderWish } from './order.js';
import { type Proving, proveNames } from './prove.js';

/** A certificate to be issued for a request. */
export interface IssueWish extends OrderWish, Omit<Proving, 'isTakenUp'> {
  /** The request in DER. */
  readonly der: Uint8Array;
  /** Hears what is worth knowing and no error. */
  readonly onNotice: (message: string) => void;
}

/**
 * Has the CA issue a certificate: an order, the proofs for its names, the request. An order that an earlier call left
 * behind is taken up again.
 *
 * @returns the order, which is valid
 * @throws {PkiError} status 1 where the CA says no, 2 where nothing came of it
 */
export async function orderCertificate(connection: Connection, account: Account, wish: IssueWish): Promise<Order> {
  const earlier = await findOrder(connection, account, wish);
  if (earlier !== undefined) wish.onNotice(`takes up an order that is ${earlier.status}`);
  const order = earlier ?? (await placed(connection, account, wish));
  if (order.status === 'pending' || earlier !== undefined) {
    await proveNames(connection, account, order, { ...wish, isTakenUp: earlier !== undefined });
  }
  return order.status === 'valid' ? order : await finalize(connection, account, order, wish.der);
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
