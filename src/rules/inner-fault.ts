import { checkWellFormed, type Element } from '../der/reader.js';
import { valueFault } from '../der/value-fault.js';
import { attempt } from '../errors.js';

/** {@link valueFault} inside an OCTET STRING or BIT STRING, which holds DER within DER. */
export const innerFault = (element: Element): string | undefined =>
  attempt(() => {
    checkWellFormed(element);
    return valueFault(element);
  });

/** Those that are there more than once. */
export function duplicates(items: Iterable<string>): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const item of items) (seen.has(item) ? twice : seen).add(item);
  return twice;
}
