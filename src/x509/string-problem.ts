import { isUtf8 } from 'node:buffer';
import type { Element } from '../der/reader.js';
import { Tag, tagName } from '../der/tag.js';

const PRINTABLE = 1;
const NUMERIC = 2;
const VISIBLE = 4;
const IA5 = 8;

/** The string types that may hold an octet, a bit each (X.680 41). */
const classes = Uint8Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  return (
    (/[A-Za-z0-9 '()+,\-./:=?]/.test(character) ? PRINTABLE : 0) |
    (/[0-9 ]/.test(character) ? NUMERIC : 0) |
    (/[ -~]/.test(character) ? VISIBLE : 0) |
    (octet < 0x80 ? IA5 : 0)
  );
});

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
