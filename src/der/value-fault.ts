import { children, type Element } from './reader.js';
import { Tag } from './tag.js';
import { isPaddedInteger } from './values.js';

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
