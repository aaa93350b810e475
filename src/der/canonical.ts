import { berChildren, readBerElement } from './ber.js';
import { DerError } from './error.js';
import { children, type Element, MAX_DEPTH } from './reader.js';
import { Tag, tagName } from './tag.js';
import { isPaddedInteger } from './values.js';
import { element as write } from './writer.js';

/**
 * DER out of BER: the same values with definite lengths in their shortest form and strings in one piece. What DER asks
 * beyond that (the order of sets, TRUE as FF) is left as it is; {@link valueFault} finds some of it.
 *
 * @throws {DerError} the bytes cannot be walked as BER either
 */
export function derFromBer(bytes: Uint8Array): Uint8Array {
  return rewritten(readBerElement(bytes), MAX_DEPTH);
}

function rewritten(element: Element, depth: number): Uint8Array {
  if (!element.isConstructed) return write(element.tag, element.content());
  if (depth === 0) throw new DerError('DER_DEPTH', element.start, `elements nest deeper than ${MAX_DEPTH}`);
  const primitive = element.tag & ~0x20;
  const isString = stringTags.has(primitive);
  const parts: Uint8Array[] = [];
  const cursor = berChildren(element);
  while (!cursor.atEnd) {
    const child = cursor.next();
    if (isString && (child.tag & ~0x20) !== primitive) {
      throw new DerError('DER_TAG', child.start, `expected ${tagName(primitive)}, found ${tagName(child.tag)}`);
    }
    parts.push(isString ? stringContent(child, depth - 1) : rewritten(child, depth - 1));
  }
  // Pieces of a BIT STRING each begin with their count of unused bits; only the last one's counts (X.690 8.6.4).
  if (isString && primitive === Tag.bitString) {
    const unused = parts.at(-1)?.subarray(0, 1) ?? Buffer.of(0);
    return write(primitive, unused, ...parts.map((part) => part.subarray(1)));
  }
  return write(isString ? primitive : element.tag, ...parts);
}

/** The content of a piece of a string, which may come in pieces itself. */
function stringContent(element: Element, depth: number): Uint8Array {
  if (!element.isConstructed) return element.content();
  const whole = readBerElement(rewritten(element, depth));
  return whole.content();
}

/** Types that BER lets be constructed of pieces. */
const stringTags = new Set<number>([
  Tag.bitString,
  Tag.octetString,
  Tag.utf8String,
  Tag.numericString,
  Tag.printableString,
  Tag.teletexString,
  Tag.ia5String,
  Tag.visibleString,
  Tag.universalString,
  Tag.bmpString,
]);

/**
 * The first value below an element that BER allows and DER does not: a TRUE that is not FF, an INTEGER longer than needed,
 * a BIT STRING whose unused bits are set (X.690 11.1, 8.3.2, 11.2.1). Undefined when there is none.
 *
 * @param element well-formed: see checkWellFormed
 */
export function valueFault(element: Element): string | undefined {
  if (element.isConstructed) {
    const cursor = children(element);
    while (!cursor.atEnd) {
      const fault = valueFault(cursor.next());
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const content = element.content();
  const last = content.at(-1) ?? 0;
  switch (element.tag) {
    case Tag.boolean:
      return last === 0 || last === 0xff ? undefined : `BOOLEAN is neither 00 nor FF at byte ${element.start}`;
    case Tag.integer:
      return isPaddedInteger(content) ? `padded INTEGER at byte ${element.start}` : undefined;
    case Tag.bitString: {
      const unused = content[0] ?? 0;
      const isSet = unused < 8 && (last & ((1 << unused) - 1)) !== 0 && content.length > 1;
      return isSet ? `BIT STRING with unused bits that are set at byte ${element.start}` : undefined;
    }
    default:
      return undefined;
  }
}
