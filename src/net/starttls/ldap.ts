import { berChildren, readBerElement } from '../../der/ber.js';
import { Tag } from '../../der/tag.js';
import { isPkiError } from '../../errors.js';
import { type Conversation, refusedTls } from '../conversation.js';
import type { Protocol } from './protocol.js';

/** LDAPMessage 1, ExtendedRequest `1.3.6.1.4.1.1466.20037` (RFC 4511 4.14.1). */
const startTls = Buffer.from('301d02010177188016312e332e362e312e342e312e313436362e3230303337', 'hex');

/** ExtendedResponse: [APPLICATION 24]. */
const EXTENDED_RESPONSE = 0x78;

export const ldap: Protocol = {
  title: 'LDAP',
  ports: [389],
  async ask(conversation) {
    conversation.expect('the answer to StartTLS');
    conversation.send(startTls);
    const code = resultCode(await message(conversation));
    if (code !== 0) throw refusedTls('StartTLS', code === undefined ? 'no ExtendedResponse' : `result code ${code}`);
  },
};

/** An LDAPMessage whole: as many octets as its length says (RFC 4511 5.1 forbids indefinite ones). */
async function message(conversation: Conversation): Promise<Buffer> {
  const head = await conversation.octets(2);
  if (head[0] !== Tag.sequence) throw refusedTls('StartTLS', head.toString('latin1'));
  const first = head.readUInt8(1);
  const more = await conversation.octets(first < 0x80 ? 0 : first & 0x7f);
  const length = first < 0x80 ? first : more.reduce((value, octet) => value * 256 + octet, 0);
  return Buffer.concat([head, more, await conversation.octets(length)]);
}

/** The resultCode of an ExtendedResponse, undefined where the message is another. */
function resultCode(octets: Buffer): number | undefined {
  try {
    const fields = berChildren(readBerElement(octets));
    fields.read(Tag.integer, 'messageID');
    const response = fields.read(EXTENDED_RESPONSE, 'ExtendedResponse');
    return berChildren(response).read(Tag.enumerated, 'resultCode').content()[0];
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
