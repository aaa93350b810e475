import { type Conversation, refusedTls } from '../conversation.js';
import type { Protocol } from './protocol.js';

/** RFC 2595 4. */
export const pop3: Protocol = {
  title: 'POP3',
  ports: [110],
  async ask(conversation) {
    conversation.expect('the greeting');
    await positive(conversation, 'the connection');
    conversation.expect('the answer to STLS');
    conversation.send('STLS\r\n');
    await positive(conversation, 'STLS');
  },
};

async function positive(conversation: Conversation, question: string): Promise<void> {
  const line = await conversation.line();
  if (!/^\+OK\b/i.test(line)) throw refusedTls(question, line);
}
