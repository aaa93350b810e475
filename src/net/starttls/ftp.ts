import type { Protocol } from './protocol.js';
import { greeting, sendCommand } from './reply.js';

/** RFC 4217 4. */
export const ftp: Protocol = {
  title: 'FTP',
  ports: [21],
  async ask(conversation) {
    await greeting(conversation, '220');
    await sendCommand(conversation, 'AUTH TLS', '234');
  },
};
