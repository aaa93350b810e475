import { BlockList, isIP } from 'node:net';
import process from 'node:process';
import { UsageError } from '../errors.js';

/** An HTTP proxy (RFC 9110 3.7). */
export interface HttpProxy {
  /** True when the proxy itself is spoken to in TLS. */
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  /** The value of Proxy-Authorization, from the user name and password in its URL. */
  readonly authorization: string | undefined;
}

/** Which proxy to take: the one given, none at all, or those of the environment. */
export type ProxyChoice = HttpProxy | 'none' | 'environment';

/**
 * A proxy as people write it: `http://proxy:3128`, `https://name:password@proxy`, `proxy:3128`.
 *
 * @param option what messages call it: `--proxy`, `HTTPS_PROXY`
 * @throws {UsageError}
 */
export function parseProxy(option: string, text: string): HttpProxy {
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(spelled) ? new URL(spelled) : undefined;
  if (url?.protocol.startsWith('socks')) {
    throw new UsageError(`${option}: a SOCKS proxy is none of http and https`, 'name an HTTP proxy');
  }
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname)) {
    // Not quoted: it may hold a password.
    throw new UsageError(`${option}: not the URL of a proxy`, 'for example http://proxy.valami.hu:3128');
  }
  const isSecure = url.protocol === 'https:';
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    isSecure,
    host: unbracketed(url.hostname),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    authorization: user === ':' ? undefined : `Basic ${Buffer.from(user, 'utf8').toString('base64')}`,
  };
}

/** The host of a URL without the brackets of IPv6. */
export const unbracketed = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/**
 * The proxy on the way to a place, undefined where there is none. In the environment lower case comes first, as curl has
 * it. To ourselves there is no way through a proxy: its loopback interface is another one.
 *
 * @throws {UsageError} the variable holds no proxy
 */
export function proxyFor(
  choice: ProxyChoice,
  scheme: 'http' | 'https',
  host: string,
  port: number,
  environment: NodeJS.ProcessEnv = process.env,
): HttpProxy | undefined {
  if (choice === 'none') return undefined;
  if (choice !== 'environment') return choice;
  const [name, value] = variable(environment, `${scheme}_proxy`);
  if (value === undefined || isExempt(host, port, variable(environment, 'no_proxy')[1] ?? '')) return undefined;
  return parseProxy(name, value);
}

function variable(environment: NodeJS.ProcessEnv, lower: string): [name: string, value: string | undefined] {
  const upper = lower.toUpperCase();
  if (environment[lower]) return [lower, environment[lower]];
  // In a CGI program HTTP_PROXY is the header `Proxy:` of the client (CVE-2016-5385).
  const isForged = upper === 'HTTP_PROXY' && environment['REQUEST_METHOD'] !== undefined;
  return [upper, isForged ? undefined : environment[upper] || undefined];
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i;

/** True for a host NO_PROXY leaves out: a domain with all below it, an address, a network in CIDR form, or `*`. */
export function isExempt(host: string, port: number, noProxy: string): boolean {
  if (loopback.test(host)) return true;
  const name = host.toLowerCase().replace(/\.$/, '');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && isCovered(name, port, entry));
}

function isCovered(name: string, port: number, entry: string): boolean {
  if (entry === '*') return true;
  const [, network = '', prefix] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (prefix !== undefined) return isIP(name) !== 0 && isInNetwork(name, network, Number(prefix));
  const [, bare = entry, only] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (only !== undefined && Number(only) !== port) return false;
  const domain = unbracketed(bare).replace(/^\*?\./, '');
  return name === domain || (isIP(name) === 0 && name.endsWith(`.${domain}`));
}

function isInNetwork(address: string, network: string, prefix: number): boolean {
  const family = isIP(network);
  if (family === 0 || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
