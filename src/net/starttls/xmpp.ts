import { PkiError } from '../../errors.js';
import { refusedTls } from '../conversation.js';
import type { Protocol } from './protocol.js';

/** RFC 6120 5.4, between client and server or between servers. */
function starter(namespace: 'jabber:client' | 'jabber:server'): Protocol['ask'] {
  return async (conversation, name) => {
    conversation.expect('the stream features');
    conversation.send(
      `<?xml version='1.0'?><stream:stream xmlns='${namespace}' xmlns:stream='http://etherx.jabber.org/streams' ` +
        `to='${name}' version='1.0'>`,
    );
    const features = await conversation.through(/<\/stream:features>|<stream:features\s*\/>|<stream:error>.*?>/s);
    const [, condition] = /<stream:error>\s*<([\w-]+)/.exec(features) ?? [];
    if (condition !== undefined) throw refusedTls(`a stream to ${name}`, condition);
    if (!features.includes('urn:ietf:params:xml:ns:xmpp-tls')) {
      throw new PkiError('NET_STARTTLS', 'the server does not offer STARTTLS');
    }
    conversation.expect('the answer to STARTTLS');
    conversation.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    const answer = await conversation.through(/<[^>]*\/>|<[^>]*>\s*<\/[^>]*>/);
    if (!/^\s*<proceed\b/.test(answer)) throw refusedTls('STARTTLS', answer);
  };
}

export const xmpp: Protocol = { title: 'XMPP', ports: [5222], ask: starter('jabber:client') };
export const xmppServer: Protocol = { title: 'XMPP', ports: [5269], ask: starter('jabber:server') };
