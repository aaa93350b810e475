import { type Account, findAccount, register } from '../../acme/account.js';
import type { AccountKey } from '../../acme/account-key.js';
import type { Connection } from '../../acme/connection.js';
import type { Report } from '../../cli/report.js';
import { isPkiError, PkiError } from '../../errors.js';

/**
 * The account of a key; a new one where there is none and the terms are agreed to.
 *
 * @throws {PkiError} there is none
 */
export async function ownAccount(
  connection: Connection,
  key: AccountKey,
  agreesToTerms: boolean,
  report: Report,
): Promise<Account> {
  try {
    return await findAccount(connection, key);
  } catch (error) {
    if (!isPkiError(error) || error.code !== 'ACME:accountDoesNotExist') throw error;
    const { termsOfService } = connection.directory;
    if (!agreesToTerms) {
      const terms = termsOfService === undefined ? "the CA's terms of service" : termsOfService;
      throw new PkiError(error.code, 'the CA has no account for this key', {
        hint: `read ${terms}, then --agree-tos makes one`,
        cause: error,
      });
    }
    const account = await register(connection, key, { contact: [] });
    report.notice(undefined, `made an account: ${account.account}`);
    return account;
  }
}
