import { existsSync } from 'node:fs';
import { type AccountKey, accountKey } from '../../acme/account-key.js';
import type { Call } from '../../cli/command.js';
import { warnIfExposed } from '../../cli/exposed-key.js';
import type { OptionTable } from '../../cli/options.js';
import { isOutputFile } from '../../cli/output/destination.js';
import { openKeyFile } from '../../cli/output.js';
import type { Secrets } from '../../cli/secrets.js';
import { generateKey } from '../../crypto/generate.js';
import { UsageError } from '../../errors.js';
import { readKey } from '../../input/private-key.js';
import { parseSize, sourceOf } from '../../input/source.js';
import { pkcs8Pem } from '../../pkcs/write-key.js';

type KeyCall = Pick<Call<OptionTable>, 'report' | 'stdin' | 'now'> & {
  readonly values: { readonly 'max-size': string | undefined; readonly output: string | undefined };
};

/**
 * The key in a file, as signer of requests.
 *
 * @param option what messages call it: `--account`
 * @throws {PkiError} there is none, or CAs take no signatures of it
 */
export async function readAccountKey(
  call: KeyCall,
  path: string,
  option: string,
  secrets: Secrets,
): Promise<AccountKey> {
  const source = sourceOf(path, call.stdin, `${option} -`);
  const found = await readKey(source, secrets, { maxSize: parseSize(call.values['max-size']) });
  warnIfExposed(call.report, path, found);
  return accountKey(found.key, path);
}

/**
 * The key in a file; where there is no file, a new one in it: P-256, 0600. Of several calls at a time one makes it, and all
 * use it.
 */
export async function readOrMakeKey(
  call: KeyCall,
  path: string,
  option: string,
  secrets: Secrets,
): Promise<AccountKey> {
  if (path === '-' || existsSync(path)) return readAccountKey(call, path, option, secrets);
  if (isOutputFile(path, call.values.output)) throw new UsageError(`${option} and --output both name ${path}`);
  const { key, pkcs8 } = generateKey({ type: 'ec', curve: 'P-256' });
  try {
    const file = openKeyFile(path, { force: false, now: call.now, report: call.report });
    try {
      file.write(pkcs8Pem(pkcs8));
      file.commit();
    } finally {
      file.abort();
    }
  } catch (error) {
    if (!existsSync(path)) throw error;
    return readAccountKey(call, path, option, secrets);
  }
  call.report.notice(path, 'made a key for the account');
  return accountKey(key, path);
}
