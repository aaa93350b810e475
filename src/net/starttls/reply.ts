import { type Conversation, refusedTls } from '../conversation.js';

/** An answer of three digits and lines of text, as SMTP, FTP and NNTP give it (RFC 959 4.2). */
interface Reply {
  readonly code: string;
  /** The texts behind the code, a line each. */
  readonly lines: readonly string[];
}

const MAX_LINES = 200;

/**
 * The next answer. A line with `-` behind the code has others behind it, the last has a blank.
 *
 * @param question what it answers, for the error
 * @throws {PkiError} it is none, or not of a code that starts as `expected` does
 */
export async function reply(conversation: Conversation, question: string, expected: string): Promise<Reply> {
  const lines: string[] = [];
  for (;;) {
    const line = await conversation.line();
    const [, code = '', mark = '', text = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
    // FTP lets the lines between be anything (RFC 959 4.2).
    if (code === '' && lines.length === 0) throw refusedTls(question, line);
    lines.push(code === '' ? line : text);
    if (code !== '' && mark !== '-') {
      if (!code.startsWith(expected)) throw refusedTls(question, line);
      return { code, lines };
    }
    if (lines.length > MAX_LINES) throw refusedTls(question, `${line}... and ${MAX_LINES} lines more`);
  }
}

/** The greeting, an answer to nothing. */
export function greeting(conversation: Conversation, expected: string): Promise<Reply> {
  conversation.expect('the greeting');
  return reply(conversation, 'the connection', expected);
}

/** Sends a command and reads its answer. */
export function sendCommand(conversation: Conversation, line: string, expected: string): Promise<Reply> {
  const [verb = line] = line.split(' ', 1);
  conversation.expect(`the answer to ${line === 'AUTH TLS' ? line : verb}`);
  conversation.send(`${line}\r\n`);
  return reply(conversation, verb, expected);
}
