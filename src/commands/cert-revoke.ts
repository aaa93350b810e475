import { findAccount } from '../acme/account.js';
import { accountKey } from '../acme/account-key.js';
import { revoke } from '../acme/revocation.js';
import { type Call, defineCommand } from '../cli/command.js';
import { warnIfExposed } from '../cli/exposed-key.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { belongsTogether } from '../crypto/key-pair.js';
import { PkiError, UsageError } from '../errors.js';
import { readKey } from '../input/private-key.js';
import { parseSize, sourceOf, sourcesOf } from '../input/source.js';
import { allReasons, parseReason } from '../spec/revocation-reason.js';
import { revocationReasons } from '../x509/extensions/reason-code.js';
import { readAccountKey } from './acme/account-key.js';
import { chosenServer, serverOptions, withServer } from './acme/server.js';

const { server, ...connectionOptions } = serverOptions;

const options = {
  server,
  account: { value: 'KEY', help: 'the key of the account that ordered the certificate' },
  key: { value: 'CERTKEY', help: "the certificate's own private key, in place of an account" },
  reason: { value: 'REASON', choices: allReasons, help: 'why: keyCompromise, superseded, ... (RFC 5280)' },
  ...passin,
  ...connectionOptions,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'cert-revoke',
  summary: 'have a CA revoke a certificate over ACME',
  input: 'a certificate',
  synopsis: ['--server URL (--account KEY | --key CERTKEY) [--reason REASON] [CERT]'],
  options,
  run,
});

async function run(call: Call<typeof options>): Promise<void> {
  const { values, stdin, operands, report } = call;
  const choice = chosenServer(values);
  if ((values.account === undefined) === (values.key === undefined)) {
    throw new UsageError('who revokes? one of --account KEY and --key CERTKEY', 'either may do it');
  }
  const reason =
    values.reason === undefined
      ? undefined
      : revocationReasons.indexOf(parseReason('--reason', values.reason, allReasons));
  const secrets = new Secrets(values, stdin);
  const maxSize = parseSize(values['max-size']);
  const keySource = values.key === undefined ? undefined : sourceOf(values.key, stdin, '--key -');
  const [source, second] = sourcesOf(operands, stdin);
  if (source === undefined || second !== undefined) {
    throw new UsageError(`one certificate at a time, found ${second?.name} too`, 'one call for each');
  }
  const { readRenewed } = await import('../input/renewable.js');
  const certificate = await readRenewed(source, { maxSize, passphrases: secrets.input });
  const own = keySource === undefined ? undefined : await readKey(keySource, secrets, { maxSize });
  if (own !== undefined && keySource !== undefined) {
    warnIfExposed(report, keySource.name, own);
    if (!belongsTogether(own.key, certificate.publicKey.der)) {
      const message = `this is not the key of the certificate in ${source.name}`;
      throw new PkiError('ACME_KEY', message, { source: keySource.name, status: 1 });
    }
  }
  const key =
    own === undefined
      ? await readAccountKey(call, values.account ?? '', '--account', secrets)
      : accountKey(own.key, keySource?.name ?? '');
  await withServer(choice, values, async (connection) => {
    const signing = own === undefined ? await findAccount(connection, key) : { key };
    await revoke(connection, signing, certificate.der, reason);
  });
  report.notice(source.name, `revoked: certificate ${certificate.serial}`);
}
