import { isUtf8 } from 'node:buffer';
import type { Element } from '../der/reader.js';
import { Tag, tagName } from '../der/tag.js';

const PRINTABLE = 1;
const NUMERIC = 2;
const VISIBLE = 4;
const IA5 = 8;

/** The string types that may hold an octet, a bit each (X.680 41); every start makes them, so without regular expressions. */
const classes = new Uint8Array(256);
allow(IA5, 0x00, 0x7f);
allow(VISIBLE, 0x20, 0x7e);
allow(PRINTABLE, 0x30, 0x39);
allow(PRINTABLE, 0x41, 0x5a);
allow(PRINTABLE, 0x61, 0x7a);
for (const sign of " '()+,-./:=?") allow(PRINTABLE, sign.charCodeAt(0));
allow(NUMERIC, 0x30, 0x39);
allow(NUMERIC, 0x20);

function allow(type: number, first: number, last = first): void {
  for (let octet = first; octet <= last; octet++) classes[octet] = (classes[octet] ?? 0) | type;
}

/** `a PrintableString that holds other characters`: what is wrong with a string, undefined where it is sound, or none. */
export function stringProblem(element: Element): string | undefined {
  return isSound(element) ? undefined : `${article(element.tag)} ${tagName(element.tag)} that ${faults(element)}`;
}

const article = (tag: number): string => (tag === Tag.ia5String ? 'an' : 'a');

function faults({ tag, length }: Element): string {
  if (tag === Tag.utf8String) return 'is no UTF-8';
  if (tag === Tag.bmpString && length % 2 === 0) return 'is no UTF-16';
  if (tag === Tag.universalString && length % 4 === 0) return 'is no UTF-32';
  if (tag === Tag.bmpString || tag === Tag.universalString) return `has ${length} octets`;
  return 'holds characters it cannot';
}

function isSound(element: Element): boolean {
  switch (element.tag) {
    case Tag.utf8String:
      return consistsOf(element, IA5) || isUtf8(element.content());
    case Tag.printableString:
      return consistsOf(element, PRINTABLE);
    case Tag.ia5String:
      return consistsOf(element, IA5);
    case Tag.numericString:
      return consistsOf(element, NUMERIC);
    case Tag.visibleString:
      return consistsOf(element, VISIBLE);
    case Tag.bmpString:
      return element.length % 2 === 0 && isUtf16(element.content());
    case Tag.universalString:
      return element.length % 4 === 0 && isUtf32(element.content());
    default:
      return true;
  }
}

function consistsOf({ bytes, contentStart, end }: Element, type: number): boolean {
  let all = type;
  for (let i = contentStart; i < end; i++) all &= classes[bytes[i] ?? 0] ?? 0;
  return all !== 0;
}

function isUtf16(content: Uint8Array): boolean {
  let isHigh = false;
  for (let i = 0; i < content.length; i += 2) {
    const kind = (content[i] ?? 0) & 0xfc;
    if ((kind === 0xdc) !== isHigh) return false;
    isHigh = kind === 0xd8;
  }
  return !isHigh;
}

function isUtf32(content: Uint8Array): boolean {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  for (let i = 0; i < content.length; i += 4) {
    const point = view.getUint32(i);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
  }
  return true;
}
