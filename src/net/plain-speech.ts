import type { Conversation } from './conversation.js';

/** Words by which servers are known that speak in the clear, with the name of the protocol; tried in order. */
const greetings: readonly (readonly [RegExp, string])[] = [
  [/^220[ -].*\bFTP/i, 'ftp'],
  [/^220[ -].*\bLMTP/i, 'lmtp'],
  [/^[245]\d\d[ -].*\bE?SMTP/i, 'smtp'],
  [/^\+OK/, 'pop3'],
  [/^\* (?:OK|BYE|PREAUTH)/, 'imap'],
  [/^20[01][ -]/, 'nntp'],
  [/^"IMPLEMENTATION"/i, 'sieve'],
  [/^.{3}\0\n[\x20-\x7e]+\0/s, 'mysql'],
  [/^220[ -]/, 'smtp'],
];

/**
 * The protocol a server speaks that does not speak TLS, by what it says first; `http` where it waits for others and answers
 * that. Undefined where it cannot be told.
 */
export async function plainProtocol(conversation: Conversation): Promise<string | undefined> {
  const timer = setTimeout(() => conversation.send('GET / HTTP/1.0\r\n\r\n'), 500);
  try {
    const words = (await conversation.anything()).toString('latin1');
    return words.startsWith('HTTP/') ? 'http' : greetings.find(([expression]) => expression.test(words))?.[1];
  } finally {
    clearTimeout(timer);
  }
}
