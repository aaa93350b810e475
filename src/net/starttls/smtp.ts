import { PkiError } from '../../errors.js';
import type { Conversation } from '../conversation.js';
import type { Protocol } from './protocol.js';
import { greeting, sendCommand } from './reply.js';

/** RFC 3207; LMTP is the same with another first word (RFC 2033 4.1). */
function starter(hello: 'EHLO' | 'LHLO'): Protocol['ask'] {
  return async (conversation) => {
    await greeting(conversation, '220');
    const { lines } = await sendCommand(conversation, `${hello} ${addressLiteral(conversation)}`, '250');
    if (!lines.some((line) => /^STARTTLS\b/i.test(line))) {
      throw new PkiError('NET_STARTTLS', 'the server does not offer STARTTLS');
    }
    await sendCommand(conversation, 'STARTTLS', '220');
  };
}

/** Our name where we have none (RFC 5321 4.1.3). */
function addressLiteral({ localAddress }: Conversation): string {
  return localAddress.includes(':') ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
}

export const smtp: Protocol = { title: 'SMTP', ports: [25, 587, 2525], ask: starter('EHLO') };
export const lmtp: Protocol = { title: 'LMTP', ports: [24], ask: starter('LHLO') };
