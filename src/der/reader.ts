import { DerError } from './error.js';
import { Tag, tagName } from './tag.js';

/**
 * A strict reader of DER (X.690 clause 10) that copies nothing: an element is a tag and three offsets into the bytes it
 * was read from. Strict means: definite lengths in their shortest form, single-byte tags, elements that end where their
 * parent does. It knows ASN.1, not X.509.
 *
 * @example
 *   const certificate = readElement(bytes);          // one element, nothing after it
 *   const fields = children(certificate);            // a cursor over what it contains
 *   const tbs = fields.read(Tag.sequence);
 *   const algorithm = fields.read(Tag.sequence);
 *   const signature = fields.read(Tag.bitString);
 *   fields.end();
 */

/** How deep elements may nest before {@link checkWellFormed} calls the input hostile. */
export const MAX_DEPTH = 64;

/** One TLV: where its header starts, where its content starts, where it ends. */
export class Element {
  readonly bytes: Uint8Array;
  readonly tag: number;
  /** Offset of the identifier octet. */
  readonly start: number;
  /** Offset of the first content octet. */
  readonly contentStart: number;
  /** Offset behind the last content octet. */
  readonly end: number;

  constructor(bytes: Uint8Array, tag: number, start: number, contentStart: number, end: number) {
    this.bytes = bytes;
    this.tag = tag;
    this.start = start;
    this.contentStart = contentStart;
    this.end = end;
  }

  /** Number of content octets. */
  get length(): number {
    return this.end - this.contentStart;
  }

  get isConstructed(): boolean {
    return (this.tag & 0x20) !== 0;
  }

  /** The content octets, a view. */
  content(): Uint8Array {
    return this.bytes.subarray(this.contentStart, this.end);
  }

  /** Header and content octets, a view. */
  encoding(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }
}

/** True when two elements are written alike, octet for octet. */
export function sameEncoding(a: Element, b: Element): boolean {
  const size = a.end - a.start;
  if (b.end - b.start !== size) return false;
  for (let i = 0; i < size; i++) if (a.bytes[a.start + i] !== b.bytes[b.start + i]) return false;
  return true;
}

/**
 * Reads the element at `offset`, which must end at or before `limit`.
 *
 * @throws {DerError} with the offset of the octet that is wrong
 */
export function elementAt(bytes: Uint8Array, offset: number, limit: number): Element {
  if (offset >= limit) throw new DerError('DER_TRUNCATED', offset, 'an element is missing');
  const tag = bytes[offset] as number;
  if ((tag & 0x1f) === 0x1f) throw new DerError('DER_TAG', offset, 'multi-byte tag');
  let position = offset + 1;
  if (position >= limit) throw new DerError('DER_TRUNCATED', position, `${tagName(tag)} has no length`);
  let length = bytes[position++] as number;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0) throw new DerError('DER_LENGTH', offset, `${tagName(tag)} has an indefinite length`);
    if (count > 4) throw new DerError('DER_LENGTH', offset, `${tagName(tag)} has a ${count}-byte length`);
    if (position + count > limit) throw new DerError('DER_TRUNCATED', limit, `${tagName(tag)} ends inside its length`);
    const isPadded = bytes[position] === 0;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[position++] as number);
    if (length < 0x80 || isPadded) {
      throw new DerError('DER_LENGTH', offset, `${tagName(tag)} has a length longer than needed`);
    }
  }
  const end = position + length;
  if (end > limit) {
    const early = end - limit;
    const bytesWord = early === 1 ? 'byte' : 'bytes';
    throw new DerError('DER_TRUNCATED', offset, `${tagName(tag)} of ${length} bytes ends ${early} ${bytesWord} early`);
  }
  return new Element(bytes, tag, offset, position, end);
}

/**
 * Reads bytes that are one element and nothing else.
 *
 * @throws {DerError}
 */
export function readElement(bytes: Uint8Array): Element {
  const element = elementAt(bytes, 0, bytes.length);
  if (element.end !== bytes.length) {
    const extra = bytes.length - element.end;
    throw new DerError('DER_TRAILING', element.end, `${extra} trailing ${extra === 1 ? 'byte' : 'bytes'}`);
  }
  return element;
}

/** Walks the elements inside a constructed element, in order, once. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly limit: number;
  position: number;

  constructor(bytes: Uint8Array, position: number, limit: number) {
    this.bytes = bytes;
    this.position = position;
    this.limit = limit;
  }

  get atEnd(): boolean {
    return this.position >= this.limit;
  }

  /** The next identifier octet, without reading on; -1 at the end. */
  peek(): number {
    return this.position < this.limit ? (this.bytes[this.position] as number) : -1;
  }

  /** The next element, whatever it is. */
  next(): Element {
    const element = elementAt(this.bytes, this.position, this.limit);
    this.position = element.end;
    return element;
  }

  /**
   * The next element, which must have this tag; `what` names it in the error.
   *
   * @throws {DerError}
   */
  read(tag: number, what?: string): Element {
    const found = this.peek();
    if (found !== tag) {
      const name = what === undefined ? tagName(tag) : `${what} (${tagName(tag)})`;
      if (found === -1) throw new DerError('DER_TRUNCATED', this.position, `${name} is missing`);
      throw new DerError('DER_TAG', this.position, `expected ${name}, found ${tagName(found)}`);
    }
    return this.next();
  }

  /** The next element if it has this tag, otherwise undefined and the cursor stays. */
  optional(tag: number): Element | undefined {
    return this.peek() === tag ? this.next() : undefined;
  }

  /**
   * Asserts that nothing is left.
   *
   * @throws {DerError}
   */
  end(): void {
    if (this.position < this.limit) {
      throw new DerError('DER_TRAILING', this.position, `unexpected ${tagName(this.peek())}`);
    }
  }
}

/** A cursor over what an element contains. */
export function children(element: Element): Cursor {
  return new Cursor(element.bytes, element.contentStart, element.end);
}

/** A cursor over a BIT STRING or OCTET STRING whose content is itself DER, offsets still counted from the outside. */
export function encapsulated(element: Element): Cursor {
  const skip = element.tag === Tag.bitString ? 1 : 0;
  return new Cursor(element.bytes, element.contentStart + skip, element.end);
}

/**
 * Walks every constructed element below this one and throws at the first that is not DER or nests too deep. Views read
 * lazily; this is for callers who must know now that the whole can be walked.
 *
 * @throws {DerError}
 */
export function checkWellFormed(element: Element, maxDepth = MAX_DEPTH): void {
  if (!element.isConstructed) return;
  if (maxDepth === 0) {
    throw new DerError('DER_DEPTH', element.start, `elements nest deeper than ${MAX_DEPTH}`);
  }
  const cursor = children(element);
  while (!cursor.atEnd) checkWellFormed(cursor.next(), maxDepth - 1);
}
