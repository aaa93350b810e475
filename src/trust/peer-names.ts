import { PkiError } from '../errors.js';
import { parseHostName } from '../names/host-name.js';
import { parseReference } from '../names/reference.js';
import { coveringName } from '../names/wildcard.js';
import type { Certificate } from '../x509/certificate.js';
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
 * @throws {PkiError} it is none of the three
 */
export function parsePeerName(text: string): PeerName {
  const mailbox = text.includes('@') ? mailboxOf(text) : undefined;
  if (mailbox !== undefined) {
    const host = parseHostName(mailbox.host);
    if (host.name !== undefined) return { kind: 'email', value: `${mailbox.local}@${host.name}` };
  }
  const reference = parseReference(text);
  if (reference.kind === 'none') {
    throw new PkiError('PEER_NAME', `${text}: ${reference.problem}`, { hint: reference.hint });
  }
  return { kind: reference.kind === 'name' ? 'dns' : 'ip', value: reference.name };
}

/** The name in the certificate's subjectAltName that a client takes for this one, undefined where there is none. */
export function nameFor({ kind, value }: PeerName, certificate: Certificate): string | undefined {
  const names = certificate.subjectAltNames;
  if (kind === 'email') {
    return names.find((name) => name.type === 'email' && sameMailbox(name.value, value))?.value;
  }
  const valuesOf = (type: 'dns' | 'ip') => names.filter((name) => name.type === type).map((name) => name.value);
  return coveringName({ dns: valuesOf('dns'), ip: valuesOf('ip') }, value);
}
