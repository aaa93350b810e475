import { DerError } from './error.js';
import { Cursor, Element, MAX_DEPTH } from './reader.js';
import { Tag, tagName } from './tag.js';

/**
 * The forgiving side of the reader, for wrappers that are BER by tradition (PKCS#7, PKCS#12 from Windows and Java):
 * indefinite lengths, lengths longer than needed, strings in pieces. What they wrap is DER and handed on as it stands.
 */

/** An element whose length may be indefinite: its encoding then ends behind the end-of-contents octets. */
export class BerElement extends Element {
  /** Offset behind the whole element. */
  readonly behind: number;

  constructor(bytes: Uint8Array, tag: number, start: number, contentStart: number, end: number, behind: number) {
    super(bytes, tag, start, contentStart, end);
    this.behind = behind;
  }

  override encoding(): Uint8Array {
    return this.bytes.subarray(this.start, this.behind);
  }
}

/**
 * Reads the BER element at `offset`, which must end at or before `limit`.
 *
 * @param depth how many levels of indefinite length may nest
 * @throws {DerError}
 */
export function berElementAt(bytes: Uint8Array, offset: number, limit: number, depth = MAX_DEPTH): BerElement {
  if (offset >= limit) throw new DerError('DER_TRUNCATED', offset, 'an element is missing');
  const tag = bytes[offset] as number;
  if ((tag & 0x1f) === 0x1f) throw new DerError('DER_TAG', offset, 'multi-byte tag');
  if (offset + 1 >= limit) throw new DerError('DER_TRUNCATED', offset + 1, `${tagName(tag)} has no length`);
  const first = bytes[offset + 1] as number;
  const contentStart = offset + 2 + (first > 0x80 ? first & 0x7f : 0);
  if (contentStart > limit) throw new DerError('DER_TRUNCATED', limit, `${tagName(tag)} ends inside its length`);
  if (first === 0x80) {
    const end = endOfContents(bytes, tag, offset, limit, depth);
    return new BerElement(bytes, tag, offset, contentStart, end, end + 2);
  }
  let length = first;
  if (first > 0x80) {
    length = 0;
    for (let i = offset + 2; i < contentStart; i++) length = length * 256 + (bytes[i] as number);
  }
  const end = contentStart + length;
  if (end > limit) {
    throw new DerError('DER_TRUNCATED', offset, `${tagName(tag)} of ${length} bytes ends ${end - limit} bytes early`);
  }
  return new BerElement(bytes, tag, offset, contentStart, end, end);
}

/** Where the content of an element of indefinite length ends: the offset of its end-of-contents octets. */
function endOfContents(bytes: Uint8Array, tag: number, offset: number, limit: number, depth: number): number {
  if ((tag & 0x20) === 0) {
    throw new DerError('DER_LENGTH', offset, `${tagName(tag)} is primitive and of indefinite length`);
  }
  if (depth === 0) throw new DerError('DER_DEPTH', offset, `elements nest deeper than ${MAX_DEPTH}`);
  let position = offset + 2;
  while (position + 2 <= limit && (bytes[position] !== 0 || bytes[position + 1] !== 0)) {
    position = berElementAt(bytes, position, limit, depth - 1).behind;
  }
  if (position + 2 > limit) {
    throw new DerError('DER_TRUNCATED', offset, `${tagName(tag)} of indefinite length does not end`);
  }
  return position;
}

/** A {@link Cursor} over BER. */
export class BerCursor extends Cursor {
  override next(): BerElement {
    const element = berElementAt(this.bytes, this.position, this.limit);
    this.position = element.behind;
    return element;
  }
}

/** A cursor over what a BER element contains. */
export function berChildren(element: Element): BerCursor {
  return new BerCursor(element.bytes, element.contentStart, element.end);
}

/**
 * Bytes that are one BER element and nothing else.
 *
 * @throws {DerError}
 */
export function readBerElement(bytes: Uint8Array): BerElement {
  const element = berElementAt(bytes, 0, bytes.length);
  const extra = bytes.length - element.behind;
  if (extra > 0) {
    throw new DerError('DER_TRAILING', element.behind, `${extra} trailing ${extra === 1 ? 'byte' : 'bytes'}`);
  }
  return element;
}

/** The octets of an OCTET STRING in one piece or, constructed, in many (X.690 8.7.3). */
export const berOctets = (element: Element): Uint8Array =>
  element.isConstructed ? Buffer.concat(berPieces(element, Tag.octetString)) : element.content();

/**
 * The contents of the primitive pieces of a constructed string, in order.
 *
 * @param tag its type, primitive: what pieces must be of
 * @param depth how deep pieces of pieces may nest
 * @throws {DerError}
 */
export function berPieces(element: Element, tag: number, depth = MAX_DEPTH): Uint8Array[] {
  if (depth === 0) throw new DerError('DER_DEPTH', element.start, `elements nest deeper than ${MAX_DEPTH}`);
  const pieces: Uint8Array[] = [];
  const cursor = berChildren(element);
  while (!cursor.atEnd) {
    const piece = cursor.next();
    if ((piece.tag & ~0x20) !== tag) {
      throw new DerError('DER_TAG', piece.start, `expected ${tagName(tag)}, found ${tagName(piece.tag)}`);
    }
    if (piece.isConstructed) pieces.push(...berPieces(piece, tag, depth - 1));
    else pieces.push(piece.content());
  }
  return pieces;
}

/** The octets of the first element inside an element: what is signed, in everything that is signed. */
export const firstInside = (bytes: Uint8Array): Uint8Array =>
  berChildren(berElementAt(bytes, 0, bytes.length))
    .next()
    .encoding();
