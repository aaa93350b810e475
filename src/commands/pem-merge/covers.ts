import { PkiError } from '../../errors.js';
import { parseDnsPattern, parseHostName } from '../../names/host-name.js';
import { coveringName } from '../../names/wildcard.js';
import { formatIpAddress, parseIpAddress } from '../../text/ip-address.js';

/** The names --covers asks for: loaded when it is given. */

/**
 * A name as certificates hold it: an address, a host name in A-labels, or a wildcard.
 *
 * @throws {PkiError} it is none
 */
export function parseCoveredName(text: string): string {
  const address = parseIpAddress(text);
  if (address !== undefined) return formatIpAddress(address) ?? text;
  const result = text.startsWith('*') ? parseDnsPattern(text) : parseHostName(text, { finalDot: true });
  if (result.name !== undefined) return result.name;
  throw new PkiError('USAGE', `--covers: ${text}: ${result.problem}`, { hint: result.hint });
}

/** True when a certificate's names cover this one; a wildcard is covered by itself alone. */
export function isCovered(presented: { readonly dns: string[]; readonly ip: string[] }, name: string): boolean {
  if (name.startsWith('*')) return presented.dns.some((each) => each.toLowerCase() === name);
  return coveringName(presented, name) !== undefined;
}
