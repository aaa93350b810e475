import { isPkiError } from '../errors.js';
import { type BerElement, berChildren, berElementAt, berPieces } from './ber.js';
import { DerError } from './error.js';
import { children, type Element, elementAt, MAX_DEPTH } from './reader.js';
import { Tag, tagName } from './tag.js';
import { header } from './writer.js';

/** BER rewritten as DER: a copy to read from. Fingerprints and signatures are of the octets it was made of. */
export interface Rewritten {
  readonly der: Buffer;
  /** The first octets that are BER and not DER, with their place. */
  readonly fault: string;
  /** Where an octet of the copy stood in what it was made of. */
  originalOffset(offset: number): number;
}

/**
 * BER rewritten so that the strict reader can take it: definite lengths in their shortest form, strings in one piece.
 * Nothing is repaired: an element that ends behind its parent is no BER. Values inside OCTET STRINGs stay as they are, and
 * so does what follows the first element.
 *
 * @returns undefined when it is DER already, or no BER either
 */
export function berToDer(bytes: Uint8Array): Rewritten | undefined {
  try {
    const root = berElementAt(bytes, 0, bytes.length);
    const fault = derFault(root.encoding());
    if (fault === undefined) return undefined;
    const piece = pieceOf(root, MAX_DEPTH);
    const size = sizeOf(piece);
    const der = Buffer.allocUnsafeSlow(size + bytes.length - root.behind);
    const starts: Start[] = [];
    write(piece, der, 0, starts);
    der.set(bytes.subarray(root.behind), size);
    starts.push({ at: size, was: root.behind });
    return { der, fault, originalOffset: (offset) => originalOffset(starts, offset) };
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** Where something begins in the copy, and where it began. */
interface Start {
  readonly at: number;
  readonly was: number;
}

function originalOffset(starts: readonly Start[], offset: number): number {
  const last = starts.findLast(({ at }) => at <= offset);
  return last === undefined ? offset : last.was + offset - last.at;
}

/** An element of the copy. */
interface Piece {
  readonly tag: number;
  readonly was: number;
  readonly wasContent: number;
  /** Octets that stay as they are, or elements. */
  readonly content: readonly Uint8Array[] | readonly Piece[];
  /** Number of content octets. */
  readonly length: number;
}

const sizeOf = ({ tag, length }: Piece): number => header(tag, length).length + length;

function pieceOf(element: BerElement, depth: number): Piece {
  const { tag, start: was, contentStart: wasContent } = element;
  if (depth === 0) throw tooDeep(element);
  if (!element.isConstructed || isDer(element)) {
    return { tag, was, wasContent, content: [element.content()], length: element.length };
  }
  if (isString(tag)) {
    const content = stringOctets(element, depth);
    return { tag: tag & ~0x20, was, wasContent, content, length: content.reduce((sum, each) => sum + each.length, 0) };
  }
  const content: Piece[] = [];
  const cursor = berChildren(element);
  while (!cursor.atEnd) content.push(pieceOf(cursor.next(), depth - 1));
  return { tag, was, wasContent, content, length: content.reduce((sum, each) => sum + sizeOf(each), 0) };
}

/** True for the tags of strings in pieces (X.690 8.6.4, 8.7.3, 8.23.6): BIT STRING, OCTET STRING, character strings. */
function isString(tag: number): boolean {
  const type = tag & ~0x20;
  return (
    type === Tag.bitString || type === Tag.octetString || type === Tag.utf8String || (type >= 0x12 && type <= 0x1e)
  );
}

/** The octets of a string's pieces; of a BIT STRING's only the last may have unused bits, and says so in front. */
function stringOctets(element: BerElement, depth: number): Uint8Array[] {
  const pieces = berPieces(element, element.tag & ~0x20, depth);
  if ((element.tag & ~0x20) !== Tag.bitString) return pieces;
  return [pieces.at(-1)?.subarray(0, 1) ?? Buffer.of(0), ...pieces.map((piece) => piece.subarray(1))];
}

/**
 * Walks an element and all below it, strings that are constructed included.
 *
 * @throws {DerError} at the first octet that is not DER
 */
function checkDer(element: Element, depth: number): void {
  if (!element.isConstructed) return;
  if (depth === 0) throw tooDeep(element);
  if (isString(element.tag)) {
    throw new DerError('DER_TAG', element.start, `${tagName(element.tag & ~0x20)} in pieces`);
  }
  const cursor = children(element);
  while (!cursor.atEnd) checkDer(cursor.next(), depth - 1);
}

const isDer = (element: BerElement): boolean => derFault(element.encoding()) === undefined;

function derFault(bytes: Uint8Array): string | undefined {
  try {
    checkDer(elementAt(bytes, 0, bytes.length), MAX_DEPTH);
    return undefined;
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}

const tooDeep = ({ start }: Element): DerError =>
  new DerError('DER_DEPTH', start, `elements nest deeper than ${MAX_DEPTH}`);

/** @returns where what follows begins */
function write({ tag, was, wasContent, content, length }: Piece, into: Buffer, at: number, starts: Start[]): number {
  const head = header(tag, length);
  into.set(head, at);
  let position = at + head.length;
  starts.push({ at, was }, { at: position, was: wasContent });
  for (const each of content) {
    if ('tag' in each) position = write(each, into, position, starts);
    else {
      into.set(each, position);
      position += each.length;
    }
  }
  return position;
}
