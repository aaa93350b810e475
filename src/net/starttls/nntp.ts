import type { Protocol } from './protocol.js';
import { command, greeting } from './reply.js';

/** RFC 4642 2.2. */
export const nntp: Protocol = {
  title: 'NNTP',
  ports: [119],
  async ask(conversation) {
    await greeting(conversation, '20');
    await command(conversation, 'STARTTLS', '382');
  },
};
