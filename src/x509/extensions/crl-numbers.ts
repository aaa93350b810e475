import { DerError } from '../../der/error.js';
import { Tag } from '../../der/tag.js';
import { isPaddedInteger } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { serialHex } from '../serial.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** The number of a CRL: of this one, or of the one a delta CRL complements. */
interface CrlNumber {
  /** As serial numbers are written. */
  readonly hex: string;
  readonly value: bigint;
}

const numberType = (oid: string, name: string, words: string): ExtensionType<CrlNumber> => ({
  oid,
  name,
  read(content, warn) {
    const octets = expect(content, Tag.integer, 'INTEGER').content();
    const [first] = octets;
    if (first === undefined) throw new DerError('DER_VALUE', content.start, 'empty INTEGER');
    if (isPaddedInteger(octets)) warn('the number is padded');
    if (first >= 0x80) warn('the number is negative');
    if (octets.length > LONGEST) warn(`the number has ${octets.length} octets, at most ${LONGEST} are allowed`);
    const hex = serialHex(octets);
    return { hex, value: hex.startsWith('-') ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`) };
  },
  lines: ({ hex }) => [`${words}${hex}`],
});

/** RFC 5280 5.2.3. */
const LONGEST = 20;

/** RFC 5280 5.2.3. */
export const crlNumber = numberType(ExtensionOid.crlNumber, 'cRLNumber', '');
/** The number of the complete CRL a delta CRL goes with (RFC 5280 5.2.4). */
export const deltaCrlIndicator = numberType(
  ExtensionOid.deltaCrlIndicator,
  'deltaCRLIndicator',
  'complements CRL number ',
);
