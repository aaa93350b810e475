import type { PieceUse, Source } from './source.js';

/** The longest line looked at in octets. No host is near it; what is longer is cut there, so that memory stays constant. */
export const MAX_LINE = 64 * 1024;

const NEWLINE = 0x0a;

/**
 * A source in pieces of whole lines, each ending with a newline, also where the last line of the source has none. A
 * UTF-8 byte-order mark is left out.
 */
export async function* wholeLines(source: Source, use: PieceUse = 'kept'): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  let isOverlong = false;
  for await (let chunk of source.chunks(use)) {
    if (isFirst) chunk = withoutByteOrderMark(chunk);
    isFirst = false;
    if (isOverlong) {
      const end = chunk.indexOf(NEWLINE);
      if (end === -1) continue;
      isOverlong = false;
      chunk = chunk.subarray(end + 1);
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    // A line that was cut comes by itself: the others need not be copied for it.
    const start = rest.length === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
    if (start > 0) yield Buffer.concat([rest, chunk.subarray(0, start)]);
    if (end > start) yield chunk.subarray(start, end);
    const tail = chunk.subarray(end);
    rest = end > 0 || rest.length === 0 ? Buffer.from(tail) : Buffer.concat([rest, tail]);
    if (rest.length > MAX_LINE) {
      isOverlong = true;
      yield terminated(rest.subarray(0, MAX_LINE));
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield terminated(rest);
}

const terminated = (line: Buffer): Buffer => Buffer.concat([line, Buffer.of(NEWLINE)]);

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** A line that says something: its text without the line end, and its number in the source, from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** The lines of a source, piece by piece; blank ones and `#` comments are left out. */
export async function* linesOf(source: Source): AsyncGenerator<Line[], void> {
  let number = 0;
  for await (const piece of wholeLines(source)) {
    const texts = piece.toString('utf8', 0, piece.length - 1).split('\n');
    const lines: Line[] = [];
    for (const raw of texts) {
      number++;
      const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (!isIdle(text)) lines.push({ text, number });
    }
    yield lines;
  }
}

/** True for a line that says nothing: blank, or a `#` comment. */
export function isIdle(text: string): boolean {
  return /^\s*(#|$)/.test(text);
}
