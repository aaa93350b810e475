import { PkiError } from '../../errors.js';
import { refusedTls } from '../conversation.js';
import type { Protocol } from './protocol.js';

/** SSLRequest: its length and 80877103 (PostgreSQL documentation, "Message Formats"). */
const sslRequest = Buffer.from('0000000804d2162f', 'hex');

export const postgres: Protocol = {
  title: 'PostgreSQL',
  ports: [5432],
  async ask(conversation) {
    conversation.expect('the answer to SSLRequest');
    conversation.send(sslRequest);
    const answer = (await conversation.octets(1)).toString('latin1');
    if (answer === 'N') throw new PkiError('NET_STARTTLS', 'the server does not offer TLS');
    if (answer !== 'S') throw refusedTls('SSLRequest', answer);
  },
};
