import { isPkiError, PkiError } from '../errors.js';
import type { AccountKey } from './account-key.js';
import type { Connection, Signing } from './connection.js';
import { type ParsedObject, textIn, textsIn } from './json-object.js';
import { authenticated, signedJws } from './jws.js';
import { type AcmeResponse, headerValue } from './transport.js';

/** An account at a CA (RFC 8555 7.1.2). */
export interface Account extends Signing {
  /** Its URL, which names it in every request. */
  readonly account: string;
  /** `valid`, `deactivated` by its owner, `revoked` by the CA. */
  readonly status: string;
  readonly contact: readonly string[];
  /** Where its orders are listed; not every CA does. */
  readonly orders: string | undefined;
}

/** An external account: the id and the key the CA gave its customer (RFC 8555 7.3.4). */
export interface ExternalAccount {
  readonly id: string;
  readonly key: Uint8Array;
}

interface Registration {
  readonly contact: readonly string[];
  readonly external?: ExternalAccount | undefined;
}

/**
 * Makes an account with this key, or finds the one it has: the CA's terms of service are agreed to.
 *
 * @throws {PkiError}
 */
export async function register(
  connection: Connection,
  key: AccountKey,
  { contact, external }: Registration,
): Promise<Account & { readonly isNew: boolean }> {
  const { requiresExternalAccount, newAccount: url } = connection.directory;
  if (requiresExternalAccount && external === undefined) return await boundAccount(connection, key);
  const payload = {
    termsOfServiceAgreed: true,
    ...(contact.length === 0 ? {} : { contact }),
    ...(external === undefined
      ? {}
      : { externalAccountBinding: authenticated(external.key, { kid: external.id, url }, key.jwk) }),
  };
  const { response, object } = await connection.postForObject(url, { key }, payload, 'the account');
  return { ...accountIn(key, response, object), isNew: response.status === 201 };
}

/** The account a key has at a CA that makes none without an external account. @throws {PkiError} status 1: it has none */
async function boundAccount(connection: Connection, key: AccountKey): Promise<Account & { readonly isNew: boolean }> {
  try {
    return { ...(await findAccount(connection, key)), isNew: false };
  } catch (error) {
    if (!isPkiError(error) || error.code !== 'ACME:accountDoesNotExist') throw error;
    throw new PkiError('ACME_ACCOUNT', 'this CA wants to know who you are: an external account is needed', {
      status: 1,
      hint: 'acme-account register takes what the CA gave you: --eab-kid and --eab-key',
      cause: error,
    });
  }
}

/**
 * The account this key has.
 *
 * @throws {PkiError} accountDoesNotExist, status 1: it has none
 */
export async function findAccount(connection: Connection, key: AccountKey): Promise<Account> {
  const payload = { onlyReturnExisting: true };
  const url = connection.directory.newAccount;
  const { response, object } = await connection.postForObject(url, { key }, payload, 'the account');
  return accountIn(key, response, object);
}

/** The account as the server has it now. */
export async function readAccount(connection: Connection, account: Account): Promise<Account> {
  return await ask(connection, account, undefined);
}

/** Sets the contacts, in place of those there are (RFC 8555 7.3.2). */
export async function updateContact(
  connection: Connection,
  account: Account,
  contact: readonly string[],
): Promise<Account> {
  return await ask(connection, account, { contact });
}

/** Gives the account up, for ever (RFC 8555 7.3.6). */
export async function deactivate(connection: Connection, account: Account): Promise<Account> {
  return await ask(connection, account, { status: 'deactivated' });
}

/**
 * Puts another key in the place of the account's (RFC 8555 7.3.5).
 *
 * @throws {PkiError}
 */
export async function rollover(connection: Connection, account: Account, newKey: AccountKey): Promise<void> {
  const url = connection.directory.keyChange;
  if (url === undefined) throw new PkiError('ACME_ACCOUNT', 'this CA does not change keys of accounts', { status: 1 });
  const change = { account: account.account, oldKey: account.key.jwk };
  await connection.post(url, account, signedJws(newKey, { jwk: newKey.jwk, url }, change), 'the new key');
}

async function ask(connection: Connection, account: Account, payload: unknown): Promise<Account> {
  const { object } = await connection.postForObject(account.account, account, payload, 'the account');
  return { ...account, ...fieldsOf(object) };
}

function accountIn(key: AccountKey, response: AcmeResponse, object: ParsedObject): Account {
  const account = headerValue(response, 'location');
  if (account === undefined) throw new PkiError('ACME_ANSWER', 'the account: the answer does not say its URL');
  return { key, account, ...fieldsOf(object) };
}

const fieldsOf = (object: ParsedObject): Pick<Account, 'status' | 'contact' | 'orders'> => ({
  status: textIn(object, 'status') ?? 'valid',
  contact: textsIn(object, 'contact'),
  orders: textIn(object, 'orders'),
});
