import type { Element } from '../../der/reader.js';
import { readBits } from '../../der/values.js';
import type { Warn } from './extension-type.js';

/**
 * The names of the bits that are set in a BIT STRING. Unused bits do not count, whatever they are.
 *
 * @param element the BIT STRING, or an IMPLICIT tag in its place
 * @throws {DerError}
 */
export function namedBits<N extends string>(element: Element, names: readonly N[], warn: Warn): N[] {
  const { octets, unused } = readBits(element);
  const size = octets.length * 8 - unused;
  const isSet = (bit: number) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  for (let bit = size; bit < octets.length * 8; bit++) {
    if (!isSet(bit)) continue;
    warn('unused bits are set');
    break;
  }
  const found = names.filter((_, bit) => bit < size && isSet(bit));
  if (found.length === 0) warn('no bit is set');
  return found;
}
