import { PkiError } from '../errors.js';
import type { Account } from './account.js';
import type { Connection } from './connection.js';
import { type Identifier, identifiersIn, sameIdentifiers } from './identifier.js';
import { type JsonObject, objectIn, textIn, textsIn } from './json-object.js';
import { pause } from './polling.js';
import { type Problem, problemError, problemOf } from './problem.js';
import { type AcmeResponse, header, links } from './transport.js';

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
  readonly problem: Problem | undefined;
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
  const location = header(response, 'location');
  if (location === undefined) throw new PkiError('ACME_ANSWER', 'the order: the answer does not say its URL');
  return orderIn(location, object);
}

/** More than this are not looked through: an account may be the whole fleet's. */
const MAX_LISTED = 64;

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

/** The URLs of the account's orders, the last ones first, as far as one looks back (RFC 8555 7.1.2.1). */
async function orderUrls(connection: Connection, account: Account): Promise<string[]> {
  const urls: string[] = [];
  const seen = new Set<string>();
  for (let page = account.orders; page !== undefined && !seen.has(page) && urls.length < MAX_LISTED; ) {
    seen.add(page);
    const { response, object } = await connection.postForObject(page, account, undefined, 'the list of orders');
    urls.push(...textsIn(object, 'orders'));
    [page] = links(response, 'next', page);
  }
  return urls.reverse().slice(0, MAX_LISTED);
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

/** The order once it knows that all its names are proved. @throws {PkiError} status 1: it became invalid */
export async function awaitReadiness(connection: Connection, account: Account, { url }: Order): Promise<Order> {
  return await awaitOrder(connection, account, url, ['pending']);
}

/**
 * Sends the request (RFC 8555 7.4), and waits for the certificate.
 *
 * @param request in DER
 * @throws {PkiError} status 1: the CA does not take it
 */
export async function finalize(
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

/** A certificate with its chain, and where the CA has it with another chain (RFC 8555 7.4.2). */
export interface Download {
  readonly body: Buffer;
  readonly alternates: readonly string[];
}

export async function download(connection: Connection, account: Account, url: string): Promise<Download> {
  const response: AcmeResponse = await connection.post(url, account, undefined, 'the certificate');
  return { body: response.body, alternates: links(response, 'alternate', url) };
}

/** An order that cannot become a certificate any more. */
function invalid({ problem, status }: Order): PkiError {
  if (problem !== undefined) return problemError(problem, 'the order');
  return new PkiError('ACME_ORDER', `the order is ${status}`, { status: 1 });
}

function orderIn(url: string, object: JsonObject): Order {
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
    problem: error && problemOf(error),
  };
}
