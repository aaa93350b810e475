import { isPkiError, PkiError } from '../errors.js';
import type { Account } from './account.js';
import type { Connection } from './connection.js';
import { type Identifier, identifiersIn, sameIdentifiers } from './identifier.js';
import { isObject, objectIn, type ParsedObject, parsedBody, textIn, textsIn, textsOf } from './json-object.js';
import { pause } from './polling.js';
import { type ProblemDocument, problemDocument, problemError } from './problem.js';
import { type AcmeResponse, headerValue, links } from './transport.js';

/** An order (RFC 8555 7.1.3). */
export interface Order {
  readonly url: string;
  readonly status: string;
  readonly identifiers: readonly Identifier[];
  readonly authorizations: readonly string[];
  readonly finalize: string | undefined;
  readonly certificate: string | undefined;
  readonly profile: string | undefined;
  readonly replaces: string | undefined;
  readonly problem: ProblemDocument | undefined;
}

export interface OrderWish {
  readonly identifiers: readonly Identifier[];
  /** The CA's name for the kind of certificate, from its directory. */
  readonly profile: string | undefined;
  /** The certificate it takes the place of (RFC 9773 5). */
  readonly replaces: string | undefined;
}

/** @throws {PkiError} status 1: the CA does not issue for these names */
export async function newOrder(connection: Connection, account: Account, wish: OrderWish): Promise<Order> {
  const { identifiers, profile, replaces } = wish;
  const payload = {
    identifiers,
    ...(profile === undefined ? {} : { profile }),
    ...(replaces === undefined ? {} : { replaces }),
  };
  const url = connection.directory.newOrder;
  const { response, object } = await connection.postForObject(url, account, payload, 'the order');
  const location = headerValue(response, 'location');
  if (location === undefined) throw new PkiError('ACME_ANSWER', 'the order: the answer does not say its URL');
  return orderIn(location, object);
}

/** More than these, the last ones, are not looked at: an account may be the whole fleet's. */
const MAX_LOOKED_AT = 32;

/** So far a list is read; it should have the orders that are under way only (RFC 8555 7.1.2.1), but there are CAs whose list has all. */
const MAX_PAGES = 64;

/**
 * An order of this account for the same that is under way: one an earlier call left behind. A CA that lists no orders gives
 * the same order again when it is asked for a new one.
 */
export async function findOrder(connection: Connection, account: Account, wish: OrderWish): Promise<Order | undefined> {
  const urls = await orderUrls(connection, account);
  for (const url of urls) {
    const order = await readOrder(connection, account, url);
    const isOpen = order.status === 'pending' || order.status === 'ready';
    const isSame =
      sameIdentifiers(order.identifiers, wish.identifiers) &&
      (wish.profile ?? order.profile) === order.profile &&
      (wish.replaces ?? order.replaces) === order.replaces;
    if (isOpen && isSame) return order;
  }
  return undefined;
}

/** The URLs of the account's orders, the last ones first, as far as one looks back; none where the CA does not list them. */
async function orderUrls(connection: Connection, account: Account): Promise<string[]> {
  const urls: string[] = [];
  const seen = new Set<string>();
  for (let page = account.orders; page !== undefined && !seen.has(page) && seen.size < MAX_PAGES; ) {
    seen.add(page);
    const response = await listPage(connection, account, page);
    if (response === undefined) break;
    urls.push(...listedIn(response.body));
    [page] = links(response, 'next', page);
  }
  return urls.slice(-MAX_LOOKED_AT).reverse();
}

/** A page of the list, or undefined where no list comes: a CA may name one it does not have, or fails to make. */
async function listPage(connection: Connection, account: Account, page: string): Promise<AcmeResponse | undefined> {
  try {
    return await connection.post(page, account, undefined, 'the list of orders');
  } catch (error) {
    if (isPkiError(error) && /^ACME(?::|_ANSWER$)/.test(error.code)) return undefined;
    throw error;
  }
}

/** The URLs of a page: of the field `orders`, or those of a bare list, as smallstep's CA and Caddy have it. */
function listedIn(body: Uint8Array): string[] {
  const value = parsedBody(body);
  return textsOf(isObject(value) ? value['orders'] : value);
}

async function readOrder(connection: Connection, account: Account, url: string): Promise<Order> {
  const { object } = await connection.postForObject(url, account, undefined, 'the order');
  return orderIn(url, object);
}

/**
 * Waits while the order has one of these statuses.
 *
 * @throws {PkiError} status 1: it became invalid
 */
async function awaitOrder(
  connection: Connection,
  account: Account,
  url: string,
  statuses: readonly string[],
  first?: AcmeResponse,
): Promise<Order> {
  const { patience } = connection;
  let last = first;
  for (let round = 0; ; round++) {
    if (last !== undefined) await pause(last, round, patience);
    const { response, object } = await connection.postForObject(url, account, undefined, 'the order');
    const order = orderIn(url, object);
    if (order.status === 'invalid') throw invalid(order);
    if (!statuses.includes(order.status)) return order;
    patience.enter(`the order, which is ${order.status}`);
    last = response;
  }
}

/**
 * Sends the request (RFC 8555 7.4), and waits for the certificate.
 *
 * @param order whose names are proved
 * @param request in DER
 * @throws {PkiError} status 1: the CA does not take it
 */
export async function finalize(
  connection: Connection,
  account: Account,
  order: Order,
  request: Uint8Array,
): Promise<Order> {
  try {
    return await finalizeReady(connection, account, order, request);
  } catch (error) {
    if (!isPkiError(error) || error.code !== 'ACME:orderNotReady') throw error;
  }
  // It does not know yet that all names are proved; or it took the request already, and its answer was lost.
  const now = await awaitOrder(connection, account, order.url, ['pending', 'processing']);
  return now.status === 'valid' ? now : await finalizeReady(connection, account, now, request);
}

async function finalizeReady(
  connection: Connection,
  account: Account,
  { url, finalize }: Order,
  request: Uint8Array,
): Promise<Order> {
  if (finalize === undefined) throw new PkiError('ACME_ANSWER', 'the order does not say where requests go');
  const payload = { csr: Buffer.from(request).toString('base64url') };
  const { response, object } = await connection.postForObject(finalize, account, payload, 'the request');
  const answered = orderIn(url, object);
  if (answered.status === 'valid') return answered;
  // A CA may call it ready for a moment still after it took the request.
  const done = await awaitOrder(connection, account, url, ['ready', 'processing'], response);
  if (done.status !== 'valid') throw invalid(done);
  return done;
}

/** An order that cannot become a certificate any more. */
function invalid({ problem, status }: Order): PkiError {
  if (problem !== undefined) return problemError(problem, 'the order');
  return new PkiError('ACME_ORDER', `the order is ${status}`, { status: 1 });
}

function orderIn(url: string, object: ParsedObject): Order {
  const status = textIn(object, 'status');
  if (status === undefined) throw new PkiError('ACME_ANSWER', 'an order without a status', { source: url });
  const error = objectIn(object, 'error');
  return {
    url,
    status,
    identifiers: identifiersIn(object),
    authorizations: textsIn(object, 'authorizations'),
    finalize: textIn(object, 'finalize'),
    certificate: textIn(object, 'certificate'),
    profile: textIn(object, 'profile'),
    replaces: textIn(object, 'replaces'),
    problem: error && problemDocument(error),
  };
}
