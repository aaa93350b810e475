import { type Conversation, refusedTls } from '../conversation.js';
import type { Protocol } from './protocol.js';

/** ManageSieve: RFC 5804 2.2. */
export const sieve: Protocol = {
  title: 'ManageSieve',
  ports: [4190],
  async ask(conversation) {
    conversation.expect('the greeting');
    await positive(conversation, 'the connection');
    conversation.expect('the answer to STARTTLS');
    conversation.send('STARTTLS\r\n');
    await positive(conversation, 'STARTTLS');
  },
};

/** The lines up to the one that says how it went (RFC 5804 1.2); those before it are capabilities, in quotes. */
async function positive(conversation: Conversation, question: string): Promise<void> {
  for (;;) {
    const line = await conversation.line();
    if (/^OK\b/i.test(line)) return;
    if (!line.startsWith('"')) throw refusedTls(question, line);
  }
}
