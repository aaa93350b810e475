import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { asBuffer, toHex } from '../der/values.js';

/**
 * The text of an ASN.1 string, or undefined when the element is none or cannot be one (a BMPString of odd length).
 * TeletexString and its kin of shifted sets are taken for Latin-1, as everybody does (RFC 5280 leaves T.61 behind); octets
 * that are not UTF-8 in a UTF8String, and surrogates without their other half, become U+FFFD.
 */
export function readString(element: Element): string | undefined {
  const { bytes, contentStart, end } = element;
  switch (element.tag) {
    case Tag.printableString:
    case Tag.utf8String:
    case Tag.ia5String:
    case Tag.numericString:
    case Tag.visibleString:
    case Tag.teletexString:
    case Tag.videotexString:
    case Tag.graphicString:
    case Tag.generalString:
      return element.tag === Tag.utf8String ? utf8(bytes, contentStart, end) : latin1(bytes, contentStart, end);
    case Tag.bmpString:
      return element.length % 2 === 0 ? utf16(element.content()) : undefined;
    case Tag.universalString:
      return element.length % 4 === 0 ? utf32(element.content()) : undefined;
    default:
      return undefined;
  }
}

/** Octets as text, one character each. */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return asBuffer(bytes).toString('latin1', start, end);
}

/** Octets as UTF-8; what is not becomes U+FFFD. */
export function utf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return asBuffer(bytes).toString('utf8', start, end);
}

function utf16(content: Uint8Array): string {
  return Buffer.from(content)
    .swap16()
    .toString('utf16le')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

function utf32(content: Uint8Array): string {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let text = '';
  for (let i = 0; i < content.length; i += 4) {
    const point = view.getUint32(i);
    const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    text += isCharacter ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}

/** The text of a string; of anything else the hex of its DER. */
export const textOrHex = (element: Element): string => readString(element) ?? toHex(element.encoding());
