import { once } from '../once.js';

/** Identifier octets (X.690 8.1.2) of the types X.509 uses: class, constructed bit and number in one byte. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  videotexString: 0x15,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  graphicString: 0x19,
  visibleString: 0x1a,
  generalString: 0x1b,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A context-specific tag, primitive: IMPLICIT over a primitive type. */
export const context = (number: number): number => 0x80 | number;

/** A context-specific tag, constructed: EXPLICIT, or IMPLICIT over a SEQUENCE or SET. */
export const contextConstructed = (number: number): number => 0xa0 | number;

const names = once(
  (): ReadonlyMap<number, string> =>
    new Map([
      [0x01, 'BOOLEAN'],
      [0x02, 'INTEGER'],
      [0x03, 'BIT STRING'],
      [0x04, 'OCTET STRING'],
      [0x05, 'NULL'],
      [0x06, 'OBJECT IDENTIFIER'],
      [0x0a, 'ENUMERATED'],
      [0x0c, 'UTF8String'],
      [0x0d, 'RELATIVE-OID'],
      [0x12, 'NumericString'],
      [0x13, 'PrintableString'],
      [0x14, 'TeletexString'],
      [0x15, 'VideotexString'],
      [0x16, 'IA5String'],
      [0x17, 'UTCTime'],
      [0x18, 'GeneralizedTime'],
      [0x19, 'GraphicString'],
      [0x1a, 'VisibleString'],
      [0x1b, 'GeneralString'],
      [0x1c, 'UniversalString'],
      [0x1e, 'BMPString'],
      [0x30, 'SEQUENCE'],
      [0x31, 'SET'],
    ]),
);

/** A tag as messages name it: `SEQUENCE`, `[0]`, `tag 0x1f`. */
export function tagName(tag: number): string {
  const name = names().get(tag);
  if (name !== undefined) return name;
  if ((tag & 0xc0) === 0x80) return `[${tag & 0x1f}]`;
  return `tag 0x${tag.toString(16).padStart(2, '0')}`;
}
