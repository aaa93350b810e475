import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { PkiError, withSource } from '../errors.js';
import type { Deadline } from './deadline.js';
import { httpError } from './http-error.js';

/**
 * The body of a response as it arrives; the connection closes with it.
 *
 * @param url names it in errors
 * @param maxSize the most that is taken, in octets
 * @throws {PkiError} it is larger, or not whole in time
 */
export async function* bodyOf(
  response: IncomingMessage,
  url: string,
  maxSize: number,
  deadline: Deadline,
): AsyncGenerator<Buffer, void> {
  const expire = () => response.destroy(deadline.signal.reason);
  deadline.enter('reading the answer');
  deadline.signal.addEventListener('abort', expire);
  let size = 0;
  try {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    for await (const chunk of piecesOf(response)) {
      size += chunk.length;
      if (size > maxSize) throw new PkiError('TOO_LARGE', `the answer is larger than ${maxSize} bytes`);
      yield chunk;
    }
  } catch (error) {
    throw withSource(httpError(error, 'reading the answer'), url);
  } finally {
    deadline.clear();
    deadline.signal.removeEventListener('abort', expire);
    response.destroy();
  }
}

/** So many pieces may wait before the server has to. */
const MAX_WAITING = 16;

/**
 * The pieces of a body as they come: as an iterable, a stream would join those that wait, and copy all of a long answer.
 *
 * @throws the error of the stream
 */
async function* piecesOf(response: IncomingMessage): AsyncGenerator<Buffer, void> {
  const waiting: Buffer[] = [];
  let end: { readonly error: unknown } | undefined;
  let wake = () => {};
  finished(response, (error) => {
    end = { error };
    wake();
  });
  response.on('data', (piece: Buffer) => {
    waiting.push(piece);
    if (waiting.length === MAX_WAITING) response.pause();
    wake();
  });
  for (;;) {
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) yield piece;
    if (end?.error != null) throw end.error;
    if (end !== undefined) return;
    response.resume();
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
