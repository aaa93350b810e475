import { UsageError } from '../../errors.js';
import { parseHostName } from '../../names/host-name.js';

/** The values of cert-fetch's options. Each throws a UsageError for what is none. */

/** Names of protocols with commas between them, of 1 to 255 octets each (RFC 7301 3.1). */
export function parseAlpn(text: string | undefined): string[] {
  const names = text === undefined ? [] : text.split(',');
  if (names.some((name) => !/^[!-~]{1,255}$/.test(name))) {
    throw new UsageError('--alpn: not a list of protocols', 'for example --alpn h2,http/1.1');
  }
  return names;
}

/** A name for SNI as a person gives it; the empty one stays empty. */
export function parseServerName(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return text;
  const result = parseHostName(text, { underscore: true, finalDot: true });
  if (result.name === undefined) throw new UsageError(`--servername: ${text}: ${result.problem}`, result.hint);
  return result.name;
}
