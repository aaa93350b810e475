import { UsageError } from '../errors.js';
import { parseHostName } from '../names/host-name.js';
import { coveringName } from '../names/wildcard.js';
import { formatIpAddress, parseIpAddress } from '../text/ip-address.js';
import type { Certificate } from '../x509/certificate.js';
import { valuesOf } from '../x509/general-name.js';
import { mailboxOf, sameMailbox } from './mailbox.js';

/** A name that a client asks a certificate for: a host (RFC 9525), an IP address, a mailbox (RFC 5280 4.2.1.6). */
export interface PeerName {
  readonly kind: 'dns' | 'ip' | 'email';
  /** A-labels in lower case, an IP address in canonical text, a mailbox as it was given. */
  readonly value: string;
}

/**
 * The name a person gives.
 *
 * @param option the option it was given with, for the message
 * @throws {UsageError} it is none of the three
 */
export function parsePeerName(option: string, text: string): PeerName {
  const mailbox = text.includes('@') ? mailboxOf(text) : undefined;
  if (mailbox !== undefined) {
    const host = parseHostName(mailbox.host);
    if (host.name !== undefined) return { kind: 'email', value: `${mailbox.local}@${host.name}` };
  }
  const address = parseIpAddress(text);
  if (address !== undefined) return { kind: 'ip', value: formatIpAddress(address) ?? text };
  const host = parseHostName(text, { underscore: true, finalDot: true });
  if (host.name !== undefined) return { kind: 'dns', value: host.name };
  throw new UsageError(`${option}: ${text}: ${host.problem}`, host.hint);
}

/** The name in the certificate's subjectAltName that a client takes for this one, undefined where there is none. */
export function nameFor({ kind, value }: PeerName, certificate: Certificate): string | undefined {
  const names = certificate.subjectAltNames;
  if (kind === 'email') {
    return names.find((name) => name.type === 'email' && sameMailbox(name.value, value))?.value;
  }
  return coveringName({ dns: valuesOf(names, 'dns'), ip: valuesOf(names, 'ip') }, value);
}
