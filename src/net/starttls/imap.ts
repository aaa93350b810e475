import { refusedTls } from '../conversation.js';
import type { Protocol } from './protocol.js';

/** RFC 9051 6.2.1. */
export const imap: Protocol = {
  title: 'IMAP',
  ports: [143],
  async ask(conversation) {
    conversation.expect('the greeting');
    const greeting = await conversation.line();
    // Who is logged in already (PREAUTH) cannot begin TLS any more.
    if (!/^\* OK\b/i.test(greeting)) throw refusedTls('the connection', greeting);
    conversation.expect('the answer to STARTTLS');
    conversation.send('a STARTTLS\r\n');
    for (;;) {
      const line = await conversation.line();
      if (/^a OK\b/i.test(line)) return;
      // Untagged lines may come at any time (RFC 9051 2.2.2).
      if (!line.startsWith('* ')) throw refusedTls('STARTTLS', line);
    }
  },
};
