import { DerError } from '../../der/error.js';
import { children, type Element } from '../../der/reader.js';
import { Tag, tagName } from '../../der/tag.js';
import { readOid } from '../../der/values.js';
import { readString } from '../strings.js';

/**
 * The element itself if it has this tag.
 *
 * @throws {DerError}
 */
export function expect(element: Element, tag: number, what: string): Element {
  if (element.tag === tag) return element;
  throw new DerError('DER_TAG', element.start, `expected ${what}, found ${tagName(element.tag)}`);
}

/** The values of the elements in a SEQUENCE OF. @throws {DerError} */
export function listOf<T>(sequence: Element, read: (element: Element) => T): T[] {
  const cursor = children(sequence);
  const list: T[] = [];
  while (!cursor.atEnd) list.push(read(cursor.next()));
  return list;
}

/** A SEQUENCE OF SEQUENCE: what every one gives. @throws {DerError} */
export function sequencesOf<T>(sequence: Element, what: string, read: (element: Element) => T): T[] {
  const cursor = children(sequence);
  const list: T[] = [];
  while (!cursor.atEnd) list.push(read(cursor.read(Tag.sequence, what)));
  return list;
}

/** A SEQUENCE OF OBJECT IDENTIFIER. @throws {DerError} */
export function readOids(sequence: Element): string[] {
  const cursor = children(sequence);
  const oids: string[] = [];
  while (!cursor.atEnd) oids.push(readOid(cursor.read(Tag.objectIdentifier)));
  return oids;
}

/** The text of a string of any type. @throws {DerError} it is none */
export function expectString(element: Element): string {
  const text = readString(element);
  if (text === undefined) {
    throw new DerError('DER_TAG', element.start, `expected a string, found ${tagName(element.tag)}`);
  }
  return text;
}
