import { DerError } from '../der/error.js';
import { Cursor, elementAt } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { asBuffer } from '../der/values.js';
import { header } from '../der/writer.js';
import { isPkiError } from '../errors.js';
import { AlgorithmIdentifier } from './algorithm-identifier.js';
import { Crl } from './crl.js';
import { type EntryTaker, scanEntries } from './crl-entry-scanner.js';
import { Name } from './name.js';

/** The front of a list: enough to know who could have signed it, and how. */
export interface CrlFront {
  readonly issuer: Name;
  readonly algorithm: AlgorithmIdentifier;
}

/** Those who hear of a list as it goes by. */
interface CrlListener {
  /** Called once, before any octets. */
  front(front: CrlFront): void;
  /** The next of the signed octets, which are good for this call only. */
  signed(octets: Uint8Array): void;
}

/** The most octets taken that are no entries: real lists have some hundred. */
const MAX_REST = 1024 * 1024;

/**
 * Makes a small list of a large one as it goes by in pieces: the same fields and extensions, and of the entries those that
 * are kept by who takes them. Memory does not grow with the list. DER only.
 */
export class CrlFilter {
  readonly #listener: CrlListener;
  readonly #taker: EntryTaker;
  /** Octets that wait for others, from the offset {@link #base} of the list on. */
  #waiting: Buffer = Buffer.alloc(0);
  #base = 0;
  #room: Buffer = Buffer.alloc(0);
  #frame: Frame | undefined;
  #head: Head | undefined;
  #areEntriesOver = false;
  /** How far the signed octets have been handed on. */
  #handedOn = 0;

  constructor(taker: EntryTaker, listener: CrlListener) {
    this.#listener = listener;
    this.#taker = taker;
  }

  /** Takes the next octets, which are the caller's again when it returns. @throws {DerError} it is no list */
  push(chunk: Uint8Array): void {
    this.#waiting = this.#waiting.length === 0 ? asBuffer(chunk) : this.#joined(chunk);
    this.#frame ??= this.#readFrame();
    if (this.#frame === undefined) return;
    this.#head ??= this.#readHead(this.#frame);
    if (this.#head === undefined) return;
    this.#handOn(this.#frame);
    if (!this.#areEntriesOver) this.#readEntries(this.#head.entriesEnd);
    if (this.#areEntriesOver && this.#waiting.length > MAX_REST) {
      throw new DerError('DER_LENGTH', this.#base, `more than ${MAX_REST} bytes that are no entries`);
    }
    // The piece is the caller's again.
    if (this.#waiting.buffer === chunk.buffer) this.#waiting = Buffer.from(this.#waiting);
  }

  /** Octets that wait for the next ones, in room that is used again: else a list would leave its size for the collector. */
  #joined(chunk: Uint8Array): Buffer {
    const { length } = this.#waiting;
    const size = length + chunk.length;
    if (this.#room.length < size) this.#room = Buffer.allocUnsafeSlow(2 * size);
    this.#waiting.copy(this.#room);
    this.#room.set(chunk, length);
    return this.#room.subarray(0, size);
  }

  /** The small list; nothing but its signature tells it from a real one. @throws {DerError} */
  end(): Crl {
    const frame = this.#frame;
    const head = this.#head;
    if (frame === undefined || head === undefined || this.#base + this.#waiting.length < frame.end) {
      const size = this.#base + this.#waiting.length;
      throw new DerError('DER_TRUNCATED', size, `the list ends early, after ${size} bytes`);
    }
    const rest = frame.tbsEnd - this.#base;
    const entries = this.#taker.kept;
    const list = entries.length === 0 ? [] : [enclosed(entries)];
    const tbs = enclosed([head.fields, ...list, this.#waiting.subarray(0, rest)]);
    const outside = this.#waiting.subarray(rest, frame.end - this.#base);
    const trailing = this.#waiting.subarray(frame.end - this.#base);
    return new Crl(Buffer.concat([enclosed([tbs, outside]), trailing]));
  }

  #readFrame(): Frame | undefined {
    const outer = this.#headerAt(0, 'CertificateList');
    const tbs = outer && this.#headerAt(outer.contentStart, 'TBSCertList');
    if (outer === undefined || tbs === undefined) return undefined;
    if (tbs.end > outer.end) throw new DerError('DER_TRUNCATED', tbs.start, 'TBSCertList ends behind the list');
    return { tbsStart: tbs.start, fieldsStart: tbs.contentStart, tbsEnd: tbs.end, end: outer.end };
  }

  /** The header of a SEQUENCE, undefined when it is not here yet. */
  #headerAt(offset: number, what: string): { start: number; contentStart: number; end: number } | undefined {
    const bytes = this.#waiting;
    if (bytes.length < offset + 2) return undefined;
    const lengthOctets = (bytes[offset + 1] ?? 0) > 0x80 ? (bytes[offset + 1] ?? 0) & 0x7f : 0;
    if (bytes.length < offset + 2 + lengthOctets) return undefined;
    if (bytes[offset] !== Tag.sequence) throw new DerError('DER_TAG', offset, `expected ${what} (SEQUENCE)`);
    const { start, contentStart, end } = elementAt(bytes, offset, Number.POSITIVE_INFINITY);
    return { start, contentStart, end };
  }

  #readHead(frame: Frame): Head | undefined {
    const bytes = this.#waiting;
    const limit = Math.min(bytes.length, frame.tbsEnd);
    try {
      const fields = new Cursor(bytes, frame.fieldsStart, limit);
      fields.optional(Tag.integer);
      const algorithm = fields.read(Tag.sequence, 'signature');
      const issuer = fields.read(Tag.sequence, 'issuer');
      fields.next();
      if (fields.peek() === Tag.utcTime || fields.peek() === Tag.generalizedTime) fields.next();
      const { position } = fields;
      if (position === bytes.length && position < frame.tbsEnd) return undefined;
      const entries = fields.peek() === Tag.sequence ? this.#headerAt(position, 'revokedCertificates') : undefined;
      if (fields.peek() === Tag.sequence && entries === undefined) return undefined;
      if (entries !== undefined && entries.end > frame.tbsEnd) {
        throw new DerError('DER_LENGTH', position, 'the entries end behind what is signed');
      }
      this.#listener.front({ issuer: new Name(copyOf(issuer)), algorithm: new AlgorithmIdentifier(copyOf(algorithm)) });
      this.#handOn(frame);
      const head = Buffer.from(bytes.subarray(frame.fieldsStart, position));
      this.#consume(entries?.contentStart ?? position);
      this.#areEntriesOver = entries === undefined;
      return { fields: head, entriesEnd: entries?.end ?? position };
    } catch (error) {
      const isShort = isPkiError(error) && error.code === 'DER_TRUNCATED' && bytes.length < frame.tbsEnd;
      if (isShort && bytes.length < MAX_REST) return undefined;
      throw error;
    }
  }

  #readEntries(entriesEnd: number): void {
    const limit = Math.min(this.#waiting.length, entriesEnd - this.#base);
    const isLast = entriesEnd - this.#base <= this.#waiting.length;
    this.#consume(scanEntries(this.#waiting, limit, { isLast, base: this.#base, taker: this.#taker }));
    this.#areEntriesOver = this.#base === entriesEnd;
    if (!this.#areEntriesOver && this.#waiting.length > MAX_REST) {
      throw new DerError('DER_LENGTH', this.#base, `an entry of more than ${MAX_REST} bytes`);
    }
  }

  /** Hands on what has come of the signed octets, each once. */
  #handOn({ tbsStart, tbsEnd }: Frame): void {
    const from = Math.max(this.#handedOn, tbsStart);
    const to = Math.min(this.#base + this.#waiting.length, tbsEnd);
    if (to <= from) return;
    this.#listener.signed(this.#waiting.subarray(from - this.#base, to - this.#base));
    this.#handedOn = to;
  }

  #consume(count: number): void {
    this.#waiting = this.#waiting.subarray(count);
    this.#base += count;
  }
}

/** Offsets in the list. */
interface Frame {
  readonly tbsStart: number;
  readonly fieldsStart: number;
  readonly tbsEnd: number;
  readonly end: number;
}

interface Head {
  /** The fields in front of the entries. */
  readonly fields: Buffer;
  readonly entriesEnd: number;
}

const copyOf = (element: { encoding(): Uint8Array }) => {
  const bytes = Uint8Array.from(element.encoding());
  return elementAt(bytes, 0, bytes.length);
};

function enclosed(parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([header(Tag.sequence, length), ...parts]);
}
