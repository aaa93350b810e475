import { once } from '../once.js';
import { mayBeUnsafe, unsafe } from './printable.js';

/**
 * The one way JSON is written (RFC 8259). The runtime's own writer does the work, and what it leaves open is done here:
 * surrogates without their other half become U+FFFD, so that all is well-formed Unicode, and controls and invisible
 * characters are escaped, so that it is no more than text in a terminal.
 */

/** A value that can be written. Hex stands for a string; a list may be made as it is walked; a place is filled by the sink. */
export type Json = null | boolean | number | string | Hex | Place | JsonList | JsonObject;
type JsonList = readonly Json[] | LongList;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A list of many that are made as it is walked, each of them small. */
export interface LongList {
  [Symbol.iterator](): Iterator<Json>;
  /** All of them. */
  toJSON(): readonly Json[];
}

/** Octets as lower hex, made when they are asked for. */
export class Hex {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  toString(): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.start, this.end - this.start).toString('hex');
  }

  toJSON(): string {
    return this.toString();
  }

  /** The same in pieces. */
  *pieces(): Generator<Hex, void> {
    for (let from = this.start; from < this.end; from += PIECE) {
      yield new Hex(this.bytes, from, Math.min(this.end, from + PIECE));
    }
  }
}

/** A number that only the sink knows: the index of an object. */
export class Place {
  toJSON(): null {
    return null;
  }
}

export const indexPlace = new Place();

/** Takes JSON in pieces. */
interface JsonSink {
  write(text: string): void;
  /** Writes the number that belongs in a {@link Place}. */
  index(): void;
}

/** The JSON of a value, `null` in its places. */
export function jsonOf(value: Json): string {
  const text = JSON.stringify(value);
  return isPlain(text) || !mayBeOdd().test(text) ? text : text.replace(oddities(), plainForm);
}

/** How many octets or characters of a long value are written at once. */
const PIECE = 64 * 1024;

/** Writes a value in pieces, however long it is as a whole. */
export function writeJson(value: Json, sink: JsonSink): void {
  if (value instanceof Place) sink.index();
  else if (value instanceof Hex) writePieces(value.pieces(), sink);
  else if (typeof value === 'string') writePieces(stringPieces(value), sink);
  else if (value === null || typeof value !== 'object') sink.write(jsonOf(value));
  else if (Array.isArray(value)) writeAll(value, '[]', sink, (element: Json) => writeJson(element, sink));
  else if (isList(value)) writeAll(value, '[]', sink, (element) => sink.write(jsonOf(element)));
  else {
    writeAll(membersOf(value), '{}', sink, ([name, member]) => {
      sink.write(`${jsonOf(name)}:`);
      writeJson(member, sink);
    });
  }
}

/** The members that are there: undefined is none. */
const membersOf = (object: JsonObject): [string, Json][] =>
  Object.entries(object).filter(([, member]) => member !== undefined);

function writeAll<T>(elements: Iterable<T>, brackets: '[]' | '{}', sink: JsonSink, write: (element: T) => void): void {
  sink.write(brackets.slice(0, 1));
  let isFirst = true;
  for (const element of elements) {
    if (!isFirst) sink.write(',');
    isFirst = false;
    write(element);
  }
  sink.write(brackets.slice(1));
}

/** The parts of a string between one pair of quotes. */
function writePieces(pieces: Iterable<string | Hex>, sink: JsonSink): void {
  sink.write('"');
  for (const piece of pieces) sink.write(jsonOf(piece).slice(1, -1));
  sink.write('"');
}

function* stringPieces(text: string): Generator<string, void> {
  for (let from = 0; from < text.length; ) {
    // No piece ends between the halves of a pair.
    const end = from + PIECE - (isHigh(text.charCodeAt(from + PIECE - 1)) ? 1 : 0);
    yield text.slice(from, end);
    from = end;
  }
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** True for what is written as an array. */
export const isList = (value: JsonList | JsonObject): value is JsonList => Symbol.iterator in value;

/** True for JSON in ASCII without DEL and without surrogates alone, as nearly all is; or of a text that looks like one. */
const isPlain = (text: string): boolean =>
  Buffer.byteLength(text) === text.length && !text.includes('\x7f') && !text.includes('\\ud');

/** As {@link mayBeUnsafe}: true of all that has one of the {@link oddities}. */
const mayBeOdd = once(() => new RegExp(`${mayBeUnsafe().source}|\\\\ud`));

/**
 * In what the runtime writes: every escape, so that a backslash that stands for itself is not taken for the beginning of one;
 * and the characters that are not safe to show.
 */
const oddities = once(() => new RegExp(`\\\\(?:ud[89a-f][\\da-f]{2}|[^])|${unsafe().source}`, 'gu'));

function plainForm(odd: string): string {
  // Only a surrogate without its other half is written so.
  if (odd.startsWith('\\ud')) return '\ufffd';
  if (odd.startsWith('\\')) return odd;
  let escapes = '';
  for (let i = 0; i < odd.length; i++) escapes += `\\u${odd.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return escapes;
}
