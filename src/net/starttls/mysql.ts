import { PkiError } from '../../errors.js';
import { type Conversation, refusedTls } from '../conversation.js';
import type { Protocol } from './protocol.js';

/** Capability flags (MySQL documentation, "Protocol::CapabilityFlags"). */
const CLIENT_PROTOCOL_41 = 0x200;
const CLIENT_SSL = 0x800;
const CLIENT_SECURE_CONNECTION = 0x8000;

const UTF8 = 33;
const ERROR_PACKET = 0xff;

/** The server's greeting is answered with the head of a login, of which the rest would come in TLS. */
export const mysql: Protocol = {
  title: 'MySQL',
  ports: [3306],
  async ask(conversation) {
    conversation.expect('the greeting');
    const greeting = await packet(conversation);
    if (greeting[0] === ERROR_PACKET) throw refusedTls('the connection', greeting.toString('latin1', 3));
    // Version 10, the server's version as text, thread (4), scramble (8), a filler, then the lower capability flags.
    const end = greeting.indexOf(0, 1);
    const flagsAt = end + 14;
    if (greeting[0] !== 10 || end === -1 || greeting.length < flagsAt + 2) {
      throw refusedTls('the connection', greeting.toString('latin1'));
    }
    if ((greeting.readUInt16LE(flagsAt) & CLIENT_SSL) === 0) {
      throw new PkiError('NET_STARTTLS', 'the server does not offer TLS');
    }
    const request = Buffer.alloc(4 + 32);
    request.writeUIntLE(32, 0, 3);
    request.writeUInt8(1, 3);
    request.writeUInt32LE(CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION, 4);
    request.writeUInt32LE(0xffffff, 8);
    request.writeUInt8(UTF8, 12);
    conversation.send(request);
  },
};

/** The payload of the next packet: three octets of length, one of sequence. */
async function packet(conversation: Conversation): Promise<Buffer> {
  const head = await conversation.octets(4);
  return await conversation.octets(head.readUIntLE(0, 3));
}
