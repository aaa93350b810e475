import { MAX_PORT } from '../../cli/number.js';
import { UsageError } from '../../errors.js';
import { parseHostName } from '../../names/host-name.js';
import type { Target } from '../../net/presented.js';
import { protocols, usualProtocol } from '../../net/starttls/protocols.js';
import { parseIpAddress } from '../../text/ip-address.js';

/** The value of --starttls that asks for TLS from the first octet, whatever is usual on the port. */
export const DIRECT = 'tls';

const HTTPS = 443;

/**
 * A server as people write it: `mail.valami.hu`, `mail.valami.hu:25`, `192.0.2.1:993`, `[2001:db8::1]:25`, `2001:db8::1`.
 *
 * @param starttls the protocol that begins in the clear, or {@link DIRECT}; undefined for what is usual on the port
 * @throws {UsageError} it is none
 */
export function parseTarget(text: string, starttls: string | undefined): Target {
  const { host, port } = split(text);
  const number = port ?? protocols.get(starttls ?? '')?.ports[0] ?? HTTPS;
  const protocol = starttls ?? usualProtocol(number);
  return { host, port: number, protocol: protocol === DIRECT ? undefined : protocol };
}

function split(text: string): { host: string; port: number | undefined } {
  if (parseIpAddress(text) !== undefined) return { host: text, port: undefined };
  const [, bracketed, name = text, digits] = /^(?:\[([^[\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > MAX_PORT))
    throw new UsageError(`port ${port} is not from 1 to ${MAX_PORT}`);
  const host = bracketed ?? name;
  if (parseIpAddress(host) !== undefined) return { host, port };
  if (bracketed !== undefined) throw new UsageError(`${bracketed} is no IPv6 address`);
  const result = parseHostName(host, { underscore: true, finalDot: true });
  if (result.name === undefined) throw new UsageError(`not a host: ${result.problem}`, result.hint);
  return { host: result.name, port };
}
