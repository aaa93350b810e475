import { once } from '../once.js';

/**
 * The one way JSON is written (RFC 8259): values in, octets out, so that text which needs no escaping is copied once.
 * Whatever the values are, what comes out is JSON in well-formed Unicode: surrogates without their other half become
 * U+FFFD. And it is no more than text in a terminal: controls and invisible characters are escaped.
 */

/** A value that can be written. Hex stands for a string; a list may be made as it is walked; a place is filled by the sink. */
export type Json = null | boolean | number | string | Hex | Place | JsonList | JsonObject;
type JsonList = Iterable<Json> & object;
export interface JsonObject {
  readonly [name: string]: Json;
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

/** A sink that keeps what it is given. */
class Collector implements JsonSink {
  text = '';

  write(piece: string): void {
    this.text += piece;
  }

  index(): void {
    this.text += 'null';
  }
}

const collected = once(() => {
  const collector = new Collector();
  return { collector, writer: new JsonWriter(collector) };
});

/** The JSON of a value. */
export function jsonOf(value: Json): string {
  const { collector, writer } = collected();
  collector.text = '';
  writer.write(value);
  return collector.text;
}

/** Room for most values; longer ones go out in pieces. */
const CAPACITY = 64 * 1024;

/** Writes values one after the other. */
export class JsonWriter {
  readonly #sink: JsonSink;
  readonly #octets = Buffer.allocUnsafeSlow(CAPACITY);
  #length = 0;
  #isAscii = true;

  constructor(sink: JsonSink) {
    this.#sink = sink;
  }

  /** Writes one value, and what follows it: a line break, where values are lines. */
  write(value: Json, ending: '' | '\n' = ''): void {
    this.#value(value);
    if (ending !== '') this.#put(LF);
    this.#flush();
  }

  #value(value: Json): void {
    switch (typeof value) {
      case 'string':
        this.#string(value);
        break;
      case 'number':
        this.#plain(Number.isFinite(value) ? String(value) : 'null');
        break;
      case 'boolean':
        this.#plain(value ? 'true' : 'false');
        break;
      default:
        if (value === null) this.#plain('null');
        else if (value instanceof Hex) this.#hex(value);
        else if (value instanceof Place) this.#place();
        else if (isList(value)) this.#list(value);
        else this.#object(value);
    }
  }

  #list(list: JsonList): void {
    this.#put(OPEN_LIST);
    let isFirst = true;
    for (const value of list) {
      if (!isFirst) this.#put(COMMA);
      isFirst = false;
      this.#value(value);
    }
    this.#put(CLOSE_LIST);
  }

  #object(object: JsonObject): void {
    this.#put(OPEN_OBJECT);
    let isFirst = true;
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value === undefined) continue;
      if (!isFirst) this.#put(COMMA);
      isFirst = false;
      this.#string(name);
      this.#put(COLON);
      this.#value(value);
    }
    this.#put(CLOSE_OBJECT);
  }

  /** The places of what is written so far are filled first. */
  #place(): void {
    this.#flush();
    this.#sink.index();
  }

  #put(octet: number): void {
    if (this.#length === CAPACITY) this.#flush();
    this.#octets[this.#length++] = octet;
  }

  /** ASCII that needs no quotes. */
  #plain(text: string): void {
    this.#reserve(text.length);
    const octets = this.#octets;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) octets[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  #hex({ bytes, start, end }: Hex): void {
    this.#put(QUOTE);
    for (let from = start; from < end; from += PIECE) this.#digits(bytes, from, Math.min(end, from + PIECE));
    this.#put(QUOTE);
  }

  #digits(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(2 * (end - start));
    const octets = this.#octets;
    let at = this.#length;
    for (let i = start; i < end; i++) {
      const octet = bytes[i] ?? 0;
      octets[at++] = hexDigit(octet >> 4);
      octets[at++] = hexDigit(octet & 15);
    }
    this.#length = at;
  }

  #string(text: string): void {
    this.#put(QUOTE);
    if (text.length <= PIECE) this.#characters(text, 0, text.length);
    else {
      for (let from = 0; from < text.length; ) {
        // No piece ends between the halves of a pair.
        const end = from + PIECE - (isHigh(text.charCodeAt(from + PIECE - 1)) ? 1 : 0);
        this.#characters(text, from, Math.min(end, text.length));
        from = end;
      }
    }
    this.#put(QUOTE);
  }

  #characters(text: string, start: number, end: number): void {
    this.#reserve(LONGEST * (end - start));
    const octets = this.#octets;
    let at = this.#length;
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80 && isPlain[unit] === 1) octets[at++] = unit;
      else {
        const point = text.codePointAt(i) ?? 0;
        if (point > 0xffff) i++;
        at = this.#character(point, at);
      }
    }
    this.#length = at;
  }

  /** A character that is not plain ASCII, into room that is reserved. */
  #character(point: number, at: number): number {
    const short = shortEscapes.get(point);
    if (short !== undefined) return this.#ascii(short, at);
    if (isSurrogate(point)) return this.#utf8(0xfffd, at);
    return isUnsafe(point) ? this.#ascii(escaped(point), at) : this.#utf8(point, at);
  }

  #ascii(text: string, at: number): number {
    return at + this.#octets.write(text, at, 'latin1');
  }

  #utf8(point: number, at: number): number {
    this.#isAscii = false;
    return at + this.#octets.write(String.fromCodePoint(point), at, 'utf8');
  }

  #reserve(size: number): void {
    if (this.#length + size > CAPACITY) this.#flush();
  }

  #flush(): void {
    if (this.#length === 0) return;
    this.#sink.write(this.#octets.toString(this.#isAscii ? 'latin1' : 'utf8', 0, this.#length));
    this.#length = 0;
    this.#isAscii = true;
  }
}

/** True for what is written as an array. */
export const isList = (value: JsonList | JsonObject): value is JsonList => Symbol.iterator in value;

/** How many characters or octets are written at once. */
const PIECE = 4096;
/** The most octets a character is written in: `\u001b`, and two of them for one beyond the first 65,536, which has two units. */
const LONGEST = 6;

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const hexDigit = (value: number): number => (value < 10 ? 0x30 + value : 0x57 + value);

/** ASCII that stands for itself, by octet: 1 where it does. */
const isPlain = Uint8Array.from({ length: 128 }, (_, octet) =>
  octet >= 0x20 && octet !== 0x7f && octet !== 0x22 && octet !== 0x5c ? 1 : 0,
);

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
]);

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;

/** Characters a terminal obeys or does not show: C0 and C1 controls, bidirectional and invisible format controls, tags. */
function isUnsafe(point: number): boolean {
  if (point < 0xa0) return true;
  if (point < 0x600) return point === 0xad;
  if (point < 0x2000) return point === 0x61c || point === 0x180e;
  if (point < 0x2070) {
    return (
      (point >= 0x200b && point <= 0x200f) ||
      (point >= 0x2028 && point <= 0x202e) ||
      (point >= 0x2060 && point <= 0x2069)
    );
  }
  if (point < 0xe0000) return point === 0xfeff || (point >= 0xfff9 && point <= 0xfffb);
  return point <= 0xe007f;
}

function escaped(point: number): string {
  const text = String.fromCodePoint(point);
  let escapes = '';
  for (let i = 0; i < text.length; i++) escapes += `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return escapes;
}
