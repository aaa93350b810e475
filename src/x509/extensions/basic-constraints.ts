import { DerError } from '../../der/error.js';
import { children, type Element } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { isPaddedInteger } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { expect } from './expect.js';
import type { ExtensionType, Warn } from './extension-type.js';

/** Basic constraints (RFC 5280 4.2.1.9). */
export interface BasicConstraints {
  readonly isCa: boolean;
  /** How many CA certificates may follow; null where there is no limit. A negative one allows no path. */
  readonly pathLength: number | null;
}

export const basicConstraints: ExtensionType<BasicConstraints> = {
  oid: ExtensionOid.basicConstraints,
  name: 'basicConstraints',
  read(content, warn) {
    const fields = children(expect(content, Tag.sequence, 'BasicConstraints'));
    const flag = fields.optional(Tag.boolean);
    const limit = fields.optional(Tag.integer);
    fields.end();
    const isCa = flag !== undefined && readFlag(flag, warn);
    const pathLength = limit === undefined ? null : readPathLength(limit, warn);
    if (limit !== undefined && !isCa) warn('a path length without cA');
    return { isCa, pathLength };
  },
  lines({ isCa, pathLength }) {
    const limit = pathLength === null ? '' : `, at most ${pathLength} CAs below it`;
    return [isCa ? `a CA${limit}` : `not a CA${limit}`];
  },
};

/** BER's TRUE is any octet but zero, and its FALSE may be written out (X.690 11.1, 11.5). */
function readFlag(element: Element, warn: Warn): boolean {
  const octet = element.bytes[element.contentStart];
  if (element.length !== 1 || octet === undefined) {
    throw new DerError('DER_VALUE', element.start, `BOOLEAN of ${element.length} octets`);
  }
  if (octet === 0) warn('cA FALSE is written out, its default');
  else if (octet !== 0xff) warn('cA is a TRUE that is not FF');
  return octet !== 0;
}

/** The longest path length that is counted, in octets: no path is longer. */
const COUNTED = 6;

function readPathLength(element: Element, warn: Warn): number | null {
  const content = element.content();
  const [first] = content;
  if (first === undefined) throw new DerError('DER_VALUE', element.start, 'empty INTEGER');
  if (isPaddedInteger(content)) warn('the path length is padded');
  if (first >= 0x80) warn('the path length is negative');
  if (content.length > COUNTED) {
    warn(`the path length has ${content.length} octets`);
    return first >= 0x80 ? -1 : null;
  }
  let value = first >= 0x80 ? -1 : 0;
  for (const octet of content) value = value * 256 + octet;
  return value;
}
