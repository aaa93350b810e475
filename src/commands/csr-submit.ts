import { type AccountKey, thumbprint } from '../acme/account-key.js';
import { challengeTypes } from '../acme/challenge.js';
import type { Connection } from '../acme/connection.js';
import { type IssueWish, orderCertificate } from '../acme/issue.js';
import { profileOfServer } from '../acme/servers.js';
import { type Call, defineCommand } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { UsageError } from '../errors.js';
import { type Source, sourceOf, sourcesOf } from '../input/source.js';
import { encodePem } from '../pem/encode.js';
import { interruptible } from '../system/interruption.js';
import { nearestHint } from '../text/nearest.js';
import { accountPath, chosenServer, serverOptions, withServer } from './acme/server.js';
import { ownAccount } from './csr-submit/account.js';
import { chosenResponder, type ResponderChoice } from './csr-submit/responder.js';

const { server, ...connectionOptions } = serverOptions;

const options = {
  server,
  account: { value: 'KEY', help: 'the private key of the account at the CA, in any form' },
  'agree-tos': { help: "agree to the CA's terms of service; makes the key and the account where there are none" },
  webroot: { value: 'DIR', help: 'http-01: put files into DIR, which a web server serves' },
  listen: { value: '[ADDRESS:]PORT', help: 'http-01 or tls-alpn-01: answer on this port' },
  hook: { value: 'PROGRAM', help: 'run PROGRAM present|cleanup TYPE NAME VALUE' },
  nsupdate: { value: 'SERVER', help: 'dns-01: update the zone on this DNS server, HOST[:PORT]' },
  tsig: { value: 'FILE', help: 'the TSIG key for --nsupdate, as tsig-keygen writes it' },
  challenge: { value: 'TYPE', choices: challengeTypes, help: 'the type of challenge to answer' },
  profile: { value: 'NAME', help: "the kind of certificate, by the CA's name for it" },
  renews: { value: 'CERT', help: 'the certificate that is replaced' },
  issuer: { value: 'NAME', help: 'of several chains take the one under this common name' },
  'no-check': { help: 'send the request without checking it first' },
  ...passin,
  ...connectionOptions,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-submit',
  summary: 'have a CA issue a certificate over ACME',
  input: 'a request',
  synopsis: [
    '--server URL --account KEY --webroot DIR [-o FILE] [CSR]',
    '--server URL --account KEY --listen [ADDRESS:]PORT [--challenge TYPE] [-o FILE] [CSR]',
    '--server URL --account KEY --hook PROGRAM [--challenge TYPE] [-o FILE] [CSR]',
    '--server URL --account KEY --nsupdate SERVER --tsig FILE [--challenge TYPE] [-o FILE] [CSR]',
  ],
  options,
  run,
});

type CsrSubmit = Call<typeof options>;

async function run(call: CsrSubmit): Promise<void> {
  const { values, stdin, output, report } = call;
  const choice = chosenServer(values);
  const account = accountPath(values.account);
  const responder = chosenResponder(values);
  const sources = {
    request: onlySource(call),
    renews: values.renews === undefined ? undefined : sourceOf(values.renews, stdin, '--renews -'),
    account,
    secrets: new Secrets(values, stdin),
  };
  // Not to be found out when the certificate is there.
  output.check();
  const { chosenChain, readInputs } = await import('./csr-submit/documents.js');
  const inputs = await readInputs(call, sources, profileOfServer(choice.url));
  if (inputs === undefined) return;
  const { request, key, replaces } = inputs;
  const wish = { ...request, replaces, issuer: values.issuer };
  const chain = await interruptible((interruption) =>
    answering(responder, key, call, (answers) =>
      withServer(
        choice,
        values,
        async (connection) => {
          const profile = knownProfile(values.profile, connection);
          const own = await ownAccount(connection, key, values['agree-tos'], report);
          const order = await orderCertificate(connection, own, { ...answers, ...wish, ...profile });
          return await chosenChain(connection, own, order, { ...answers, ...wish });
        },
        interruption,
      ),
    ),
  );
  output.write(chain.certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join(''));
  output.commit();
}

/** Where the request is. @throws {UsageError} there is more than one operand */
function onlySource({ operands, stdin }: CsrSubmit): Source {
  const [source, second] = sourcesOf(operands, stdin);
  if (source !== undefined && second === undefined) return source;
  throw new UsageError(`one request at a time, found ${second?.name} too`, 'one call for each');
}

/** Works with the responder, which is closed at any end. */
async function answering<T>(
  { type, open }: ResponderChoice,
  key: AccountKey,
  { report }: CsrSubmit,
  work: (answers: Pick<IssueWish, 'type' | 'responder' | 'onLeftBehind' | 'onNotice'>) => Promise<T>,
): Promise<T> {
  const responder = await open(thumbprint(key));
  try {
    await responder.prepare();
    return await work({
      type,
      responder,
      onLeftBehind: ({ name }, error) => {
        report.warning(undefined, `what was put up for ${name} could not be taken down`);
        report.error(undefined, error);
      },
      onNotice: (message) => report.notice(undefined, message),
    });
  } finally {
    await responder.close();
  }
}

/**
 * The certificate profile asked for, if the CA has it.
 *
 * @throws {UsageError}
 */
function knownProfile(name: string | undefined, { directory }: Connection): { readonly profile: string | undefined } {
  if (name === undefined || directory.profiles?.has(name)) return { profile: name };
  const known = [...(directory.profiles?.keys() ?? [])];
  if (known.length === 0) throw new UsageError(`--profile ${name}: this CA has no profiles`);
  throw new UsageError(`--profile: this CA has no profile ${name}`, nearestHint(name, known) ?? known.join(', '));
}
