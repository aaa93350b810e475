import { readSmallFile } from '../input/source.js';
import type { HttpClient } from '../net/http.js';
import { type ProxyChoice, parseProxy } from '../net/proxy.js';
import type { Anchors } from '../net/secure.js';
import { aboutFile } from '../system/error.js';
import type { OptionTable } from './options.js';
import { parseTimeout } from './time.js';

/** Entries for the tables of commands that reach the network. */
export const networkOptions = {
  'ca-file': { value: 'FILE', help: "trust the CAs in FILE, in place of the system's" },
  proxy: { value: 'URL', help: 'go through this HTTP proxy, in place of HTTPS_PROXY and HTTP_PROXY' },
  'no-proxy': { help: 'go directly, whatever HTTPS_PROXY and HTTP_PROXY say' },
  timeout: { value: 'DURATION', help: 'give an exchange up after this time (30s)' },
} as const satisfies OptionTable;

interface NetworkValues {
  readonly 'ca-file'?: string | undefined;
  readonly proxy?: string | undefined;
  readonly 'no-proxy'?: boolean;
  readonly timeout?: string | undefined;
}

/**
 * The proxy the options choose.
 *
 * @throws {UsageError} --proxy is no proxy
 */
export function proxyChoice(values: NetworkValues): ProxyChoice {
  if (values.proxy !== undefined) return parseProxy('--proxy', values.proxy);
  return values['no-proxy'] ? 'none' : 'environment';
}

/** The anchors the options choose: those in --ca-file, or the system's. Read when they are asked for. */
export function anchorsOf(values: NetworkValues): Anchors {
  const file = values['ca-file'];
  return async () => {
    if (file === undefined) return (await import('../input/trust-store.js')).readTrustStore();
    try {
      return readSmallFile(file).toString('latin1');
    } catch (error) {
      throw aboutFile(error, file);
    }
  };
}

/**
 * A client for HTTP as the options want it. Loaded here, for a start that never gets as far as the network.
 *
 * @param keepsConnections true for many exchanges with one server
 * @throws {UsageError} --proxy is no proxy, --timeout no duration
 */
export async function httpClient(values: NetworkValues, keepsConnections = false): Promise<HttpClient> {
  const timeout = values.timeout === undefined ? undefined : parseTimeout('--timeout', values.timeout);
  const options = { anchors: anchorsOf(values), proxy: proxyChoice(values), timeout, keepsConnections };
  const { HttpClient } = await import('../net/http.js');
  return new HttpClient(options);
}
