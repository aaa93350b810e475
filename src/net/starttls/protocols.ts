import { ftp } from './ftp.js';
import { imap } from './imap.js';
import { ldap } from './ldap.js';
import { mysql } from './mysql.js';
import { nntp } from './nntp.js';
import { pop3 } from './pop3.js';
import { postgres } from './postgres.js';
import type { Protocol } from './protocol.js';
import { sieve } from './sieve.js';
import { lmtp, smtp } from './smtp.js';
import { xmpp, xmppServer } from './xmpp.js';

/** The protocols that begin in the clear, by the names options and JSON have for them. */
export const protocols: ReadonlyMap<string, Protocol> = new Map([
  ['smtp', smtp],
  ['lmtp', lmtp],
  ['imap', imap],
  ['pop3', pop3],
  ['ftp', ftp],
  ['ldap', ldap],
  ['xmpp', xmpp],
  ['xmpp-server', xmppServer],
  ['postgres', postgres],
  ['mysql', mysql],
  ['nntp', nntp],
  ['sieve', sieve],
]);

/** The name of the protocol that usually begins in the clear on a port. */
export function usualProtocol(port: number): string | undefined {
  return [...protocols].find(([, { ports }]) => ports.includes(port))?.[0];
}
