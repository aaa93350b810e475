import {
  type Account,
  deactivate,
  type ExternalAccount,
  findAccount,
  readAccount,
  register,
  rollover,
  updateContact,
} from '../acme/account.js';
import { type AccountKey, thumbprint } from '../acme/account-key.js';
import type { Connection } from '../acme/connection.js';
import { type Call, defineCommand } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets, secretOf } from '../cli/secrets.js';
import { UsageError } from '../errors.js';
import { jsonOf } from '../text/json.js';
import { nearestHint } from '../text/nearest.js';
import { printable } from '../text/printable.js';
import { readAccountKey, readOrMakeKey } from './acme/account-key.js';
import { accountPath, chosenServer, serverOptions, withServer } from './acme/server.js';

const { server, ...connectionOptions } = serverOptions;

const options = {
  server,
  account: { value: 'KEY', help: 'the private key of the account; register makes it where there is none' },
  'agree-tos': { help: "register: agree to the CA's terms of service" },
  contact: { value: 'MAILTO', repeatable: true, help: 'register, contact: an e-mail address; none takes all away' },
  'eab-kid': { value: 'ID', help: 'register: the id of the account you have at the CA' },
  'eab-key': {
    value: 'SOURCE',
    choices: ['env:', 'file:', 'fd:'],
    help: 'register: its key in base64url: env:NAME, file:PATH or fd:N',
  },
  json: { help: 'show the account as JSON' },
  ...passin,
  ...connectionOptions,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'acme-account',
  summary: 'make, show, change and give up an account at an ACME CA',
  input: 'nothing',
  synopsis: [
    'register --server URL --account KEY --agree-tos [--contact MAILTO]... [--eab-kid ID --eab-key SOURCE]',
    'show --server URL --account KEY [--json]',
    'contact --server URL --account KEY --contact MAILTO...',
    'rollover --server URL --account KEY NEWKEY',
    'deactivate --server URL --account KEY',
  ],
  options,
  run,
});

type AcmeAccount = Call<typeof options>;

/** One thing done with an account; its words go to standard output. */
type Action = (call: AcmeAccount, path: string, secrets: Secrets) => Promise<(connection: Connection) => Promise<void>>;

const actions: Readonly<Record<string, Action>> = {
  async register(call, path, secrets) {
    const { values, report } = call;
    if (!values['agree-tos'])
      throw new UsageError('register needs --agree-tos', "read the CA's terms of service first");
    const contact = contactsIn(values.contact);
    const external = externalAccount(call);
    const key = await readOrMakeKey(call, path, '--account', secrets);
    return async (connection) => {
      const { isNew, ...account } = await register(connection, key, { contact, external });
      report.notice(undefined, isNew ? 'made an account' : 'this key has an account already');
      show(call, account);
    };
  },
  async show(call, path, secrets) {
    return withAccount(call, path, secrets, readAccount);
  },
  async contact(call, path, secrets) {
    const contact = contactsIn(call.values.contact);
    if (call.values.contact.length === 0) {
      throw new UsageError('which contacts? --contact is needed', '--contact none takes all away');
    }
    return withAccount(call, path, secrets, (connection, account) => updateContact(connection, account, contact));
  },
  async rollover(call, path, secrets) {
    const [, newPath] = call.operands;
    if (newPath === undefined)
      throw new UsageError('rollover needs the file of the new key', 'one that is not there is made');
    const key = await readAccountKey(call, path, '--account', secrets);
    const newKey = await readOrMakeKey(call, newPath, 'NEWKEY', secrets);
    if (thumbprint(newKey) === thumbprint(key))
      throw new UsageError(`${newPath} holds the key the account has already`);
    return async (connection) => {
      const account = await findAccount(connection, key);
      await rollover(connection, account, newKey);
      call.report.notice(undefined, `the account's key is now that in ${newPath}`, `${path} is of no use any more`);
      show(call, { ...account, key: newKey });
    };
  },
  async deactivate(call, path, secrets) {
    return withAccount(call, path, secrets, deactivate);
  },
};

const names = Object.keys(actions);

async function run(call: AcmeAccount): Promise<void> {
  const { values, operands, stdin } = call;
  const [name, ...rest] = operands;
  const action = name === undefined || !Object.hasOwn(actions, name) ? undefined : actions[name];
  if (name === undefined || action === undefined) throw unknownAction(name);
  const surplus = rest[name === 'rollover' ? 1 : 0];
  if (surplus !== undefined) throw new UsageError(`unexpected operand ${surplus}`);
  const choice = chosenServer(values);
  const talk = await action(call, accountPath(values.account), new Secrets(values, stdin));
  await withServer(choice, values, talk);
  call.output.commit();
}

function unknownAction(name: string | undefined): UsageError {
  if (name === undefined) return new UsageError('what is to be done?', names.join(', '));
  return new UsageError(`unknown action ${name}`, nearestHint(name, names) ?? names.join(', '));
}

/** Does something with the account of a key, and shows what comes of it. */
async function withAccount(
  call: AcmeAccount,
  path: string,
  secrets: Secrets,
  act: (connection: Connection, account: Account) => Promise<Account>,
): Promise<(connection: Connection) => Promise<void>> {
  const key = await readAccountKey(call, path, '--account', secrets);
  return async (connection) => show(call, await act(connection, await findAccount(connection, key)));
}

/** `mailto:` may be left out; `none` alone is no contact at all. */
function contactsIn(given: readonly string[]): string[] {
  if (given.length === 1 && given[0] === 'none') return [];
  return given.map((text) => {
    const address = text.replace(/^mailto:/i, '');
    if (!/^[^\s@:,?]+@[^\s@:,?]+$/.test(address)) {
      throw new UsageError(`--contact: ${text} is no e-mail address`, 'for example --contact admin@valami.hu');
    }
    return `mailto:${address}`;
  });
}

/** @throws {UsageError} half of it, or a key that is no base64url */
function externalAccount({ values, stdin }: AcmeAccount): ExternalAccount | undefined {
  const { 'eab-kid': id, 'eab-key': source } = values;
  if (id === undefined && source === undefined) return undefined;
  if (id === undefined || source === undefined) throw new UsageError('--eab-kid and --eab-key go together');
  const text = secretOf('--eab-key', source, stdin).toString('latin1').trim();
  if (!/^[A-Za-z0-9_+/-]+=*$/.test(text)) throw new UsageError(`--eab-key ${source}: the key is no base64url`);
  return { id, key: Buffer.from(text, 'base64url') };
}

function show({ values, output }: AcmeAccount, { account, status, contact, key }: Account & { key: AccountKey }): void {
  if (values.quiet) return;
  const properties = { url: account, status, contact, key: thumbprint(key) };
  if (values.json) {
    output.write(`${jsonOf({ type: 'acme_account', ...properties })}\n`);
    return;
  }
  const lines = [
    `account  ${account}`,
    `status   ${status}`,
    ...contact.map((each) => `contact  ${each}`),
    `key      ${properties.key}`,
  ];
  output.write(lines.map((line) => `${printable(line)}\n`).join(''));
}
