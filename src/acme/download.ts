import { PkiError } from '../errors.js';
import type { Account } from './account.js';
import type { Connection } from './connection.js';
import type { Identifier } from './identifier.js';
import { type IssuedChain, isIssuedUnder, issuedChain, issuersIn } from './issued-chain.js';
import type { Order } from './order.js';
import { links } from './transport.js';

/** The chain that is wanted of an order. */
interface ChainWish {
  /** The SubjectPublicKeyInfo of the request. */
  readonly publicKey: Uint8Array;
  readonly identifiers: readonly Identifier[];
  /** The common name of an issuer, to choose among the chains on offer. */
  readonly issuer: string | undefined;
  /** Hears that there is no chain of this issuer. */
  readonly onNotice: (message: string) => void;
}

/**
 * The chain the CA gives, or the alternate one under the issuer that is wanted (RFC 8555 7.4.2).
 *
 * @param order that is valid
 * @throws {PkiError} it is not what was asked for
 */
export async function chosenChain(
  connection: Connection,
  account: Account,
  { certificate: url }: Order,
  { publicKey, identifiers, issuer, onNotice }: ChainWish,
): Promise<IssuedChain> {
  if (url === undefined)
    throw new PkiError('ACME_ANSWER', 'the order is valid, but does not say where its certificate is');
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

/** A certificate with its chain, and where the CA has it with another chain. */
async function download(
  connection: Connection,
  account: Account,
  url: string,
): Promise<{ readonly body: Buffer; readonly alternates: readonly string[] }> {
  const response = await connection.post(url, account, undefined, 'the certificate');
  return { body: response.body, alternates: links(response, 'alternate', url) };
}
