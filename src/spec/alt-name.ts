import { isAscii } from 'node:buffer';
import { PkiError } from '../errors.js';
import { parseDnsPattern, parseHostName } from '../names/host-name.js';
import { formatIpAddress, parseIpAddress } from '../text/ip-address.js';
import { parseOpenName } from './other-name.js';

/** A name for the subjectAltName extension (RFC 5280 4.2.1.6), checked. */
export interface AltName {
  /** `dns`, `ip`, `email` and `uri` are made here; copied names may be of other types. */
  readonly type: string;
  /** In its canonical form: A-labels in lower case, RFC 5952 addresses. */
  readonly value: string;
  /** The DER of the GeneralName, of one that is copied or of another type. */
  readonly der?: Uint8Array | undefined;
}

const fault = (message: string, hint?: string) => new PkiError('ALT_NAME', message, { hint });

const prefixes = 'DNS:, IP:, email:, URI:, UPN:, RID: and other:';

/**
 * A name as a person gives it: `mail.valami.hu`, `*.valami.hu`, `192.0.2.1`, `2001:db8::1`, `joe@valami.hu`, or behind
 * one of the prefixes `DNS:`, `IP:`, `email:`, `URI:` (a URI needs its), or `UPN:`, `RID:`, `other:OID;VALUE` and the others
 * of {@link parseOpenName}.
 *
 * @throws {PkiError} what is none of these; nothing is guessed
 */
export function parseAltName(text: string): AltName {
  if (text === '') throw fault('an alternative name is empty');
  const [, prefix, rest = ''] = /^(DNS|IP|IP Address|email|URI):(.*)$/is.exec(text) ?? [];
  switch (prefix?.toLowerCase()) {
    case 'dns':
      return dnsName(rest);
    case 'ip':
    case 'ip address':
      return ipName(rest);
    case 'email':
      return emailName(rest);
    case 'uri':
      return uriName(rest);
  }
  if (parseIpAddress(text) !== undefined) return ipName(text);
  const open = parseOpenName(text);
  if (open !== undefined) return open;
  if (/^[^/:?#]+@/.test(text)) return emailName(text);
  const unknown = /^(dirName):/i.exec(text)?.[1];
  if (unknown !== undefined) throw fault(`${text}: names of type ${unknown} are not made here`, `${prefixes} are`);
  return dnsName(text);
}

/**
 * The host name or address a common name is, as a name for the extension; undefined when it is something else.
 *
 * @param takesLabel true where one label is a host name too: in what is meant for one's own machines
 */
export function altNameOfCommonName(commonName: string, takesLabel = false): AltName | undefined {
  if (parseIpAddress(commonName) !== undefined) return ipName(commonName);
  const { name } = parseDnsPattern(commonName);
  if (name === undefined || name === '*') return undefined;
  // localhost is the one host name without a dot that means the same everywhere (RFC 6761 6.3).
  return takesLabel || name.includes('.') || name === 'localhost' ? { type: 'dns', value: name } : undefined;
}

/**
 * The reason a common name that looks like a host name is none; undefined when it is one, or looks like none.
 * With a hint, we know which name was meant.
 */
export function commonNameProblem(commonName: string): { problem: string; hint?: string | undefined } | undefined {
  if (/\s/.test(commonName) || !/[./\\:?#%]/.test(commonName) || commonName.includes('@')) return undefined;
  if (parseIpAddress(commonName) !== undefined) return undefined;
  const result = parseDnsPattern(commonName);
  return result.name === undefined ? result : undefined;
}

/** A text that is the same for names that mean the same: host names regardless of case. */
export const altNameMeaning = ({ type, value }: AltName): string =>
  `${type}:${type === 'dns' ? value.toLowerCase() : value}`;

/** Two names that mean the same. */
export const sameAltName = (a: AltName, b: AltName): boolean => altNameMeaning(a) === altNameMeaning(b);

function dnsName(text: string): AltName {
  // Names inside a house may hold an underscore; that public CAs refuse them, csr-check says.
  const result = parseDnsPattern(text, { underscore: true });
  if (result.name === undefined) throw fault(`${text}: ${result.problem}`, result.hint ?? hintFor(text));
  return { type: 'dns', value: result.name };
}

function hintFor(text: string): string | undefined {
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  if (inner !== undefined && parseIpAddress(inner) !== undefined) return `without brackets: ${inner}`;
  if (parseIpAddress(text) !== undefined) return `IP:${text}`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return `for a URI, write URI:${text}`;
  return /[,\s]/.test(text) ? 'one --san a name' : undefined;
}

function ipName(text: string): AltName {
  const octets = parseIpAddress(text);
  if (octets === undefined) {
    const hint = text.includes('/') ? 'an address without its mask' : 'for example 192.0.2.1 or 2001:db8::1';
    throw fault(`${text} is not an IP address`, hint);
  }
  return { type: 'ip', value: formatIpAddress(octets) ?? text };
}

/** RFC 5321's Mailbox without quoted local parts; the host as A-labels (RFC 5280 7.5). */
function emailName(text: string): AltName {
  const at = text.lastIndexOf('@');
  const [local, host] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (local.length > 64 || !/^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i.test(local)) {
    const hint = isAscii(Buffer.from(local)) ? 'for example joe@valami.hu' : 'only ASCII can stand in front of the @';
    throw fault(`${text} is not an e-mail address`, hint);
  }
  const result = parseHostName(host);
  if (result.name === undefined) throw fault(`${text}: ${result.problem}`, result.hint);
  return { type: 'email', value: `${local}@${result.name}` };
}

/** RFC 3986: a scheme and something behind it, ASCII, no blanks. */
function uriName(text: string): AltName {
  if (/^[a-z][a-z0-9+.-]*:[!-~]+$/i.test(text)) return { type: 'uri', value: text };
  const hint = /[^\p{ASCII}]/u.test(text) ? 'percent-encode what is not ASCII' : 'for example URI:https://valami.hu/';
  throw fault(`${text} is not an absolute URI`, hint);
}
