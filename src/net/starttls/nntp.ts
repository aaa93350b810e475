import type { Protocol } from './protocol.js';
import { greeting, sendCommand } from './reply.js';

/** RFC 4642 2.2. */
export const nntp: Protocol = {
  title: 'NNTP',
  ports: [119],
  async ask(conversation) {
    await greeting(conversation, '20');
    await sendCommand(conversation, 'STARTTLS', '382');
  },
};
