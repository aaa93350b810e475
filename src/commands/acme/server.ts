import { Connection } from '../../acme/connection.js';
import { Patience } from '../../acme/patience.js';
import { serverNames, serverUrl } from '../../acme/servers.js';
import { httpClient, networkOptions } from '../../cli/network.js';
import type { OptionTable, OptionValues } from '../../cli/options.js';
import { parseTimeout } from '../../cli/time.js';
import { UsageError } from '../../errors.js';

/** Entries for the tables of commands that talk to an ACME server. */
export const serverOptions = {
  server: {
    value: 'URL',
    choices: serverNames,
    help: "the CA: its ACME directory's URL, or letsencrypt, zerossl, google, ...",
  },
  ...networkOptions,
  timeout: { value: 'DURATION', help: 'give up after this time, all in all (300s)' },
} as const satisfies OptionTable;

type ServerValues = OptionValues<typeof serverOptions>;

/** For a whole call, in milliseconds. */
const DEFAULT_TIMEOUT = 300_000;

/** Larger than any directory, order or chain, in octets. */
const MAX_ANSWER = 2 ** 20;

/** The server of a call, judged before any work is done. */
export interface ServerChoice {
  readonly url: string;
  /** For the whole call, in milliseconds. */
  readonly timeout: number;
}

/** @throws {UsageError} there is none, or it is no https URL; --timeout is no duration */
export function chosenServer(values: ServerValues): ServerChoice {
  if (values.server === undefined) {
    throw new UsageError('--server is needed: which CA?', `${serverNames.join(', ')}, or the URL of a directory`);
  }
  return {
    url: serverUrl(values.server, values['ca-file'] !== undefined),
    timeout: values.timeout === undefined ? DEFAULT_TIMEOUT : parseTimeout('--timeout', values.timeout),
  };
}

/** The value of --account. @throws {UsageError} it is not given */
export function accountPath(path: string | undefined): string {
  if (path !== undefined) return path;
  throw new UsageError('--account is needed: the key the CA knows you by', 'a file; --agree-tos makes it');
}

/**
 * Talks to the server, within the time there is.
 *
 * @param interruption ends the talk when it is aborted
 */
export async function withServer<T>(
  { url, timeout }: ServerChoice,
  values: ServerValues,
  talk: (connection: Connection) => Promise<T>,
  interruption?: AbortSignal,
): Promise<T> {
  const patience = new Patience(timeout, interruption);
  try {
    // The time of one exchange is the client's own; that of all of them is counted here.
    const client = await httpClient({ ...values, timeout: undefined }, true);
    const send: Parameters<typeof Connection.open>[1] = (place, request) =>
      client.request(place, { ...request, maxSize: MAX_ANSWER });
    return await talk(await Connection.open(url, send, patience));
  } finally {
    patience.end();
  }
}
