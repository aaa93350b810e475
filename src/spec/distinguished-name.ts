import { readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { PkiError } from '../errors.js';
import { nearestHint } from '../text/nearest.js';
import { type AttributeType, attributeType, attributeTypeNames } from './subject-types.js';

/** One attribute of a name to be written. The value is text, or the DER of whatever it is. */
export interface NameAttribute {
  readonly oid: string;
  readonly value: string | Uint8Array;
}

/** A distinguished name to be written, in the order of its encoding: country first, as a rule, and common name last. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

const fault = (message: string, hint?: string) => new PkiError('DISTINGUISHED_NAME', message, { hint });

/**
 * A distinguished name in RFC 4514's form (`CN=mail.valami.hu,O=Valami,C=HU`: last attribute of the encoding first) or
 * in OpenSSL's (`/C=HU/O=Valami/CN=mail.valami.hu`: in the order of the encoding). `+` joins the attributes of a
 * multi-valued relative name in both.
 *
 * @throws {PkiError}
 */
export function parseDistinguishedName(text: string): DistinguishedName {
  if (text.trim() === '') throw fault('the subject is empty');
  return text.startsWith('/') ? parseSlashForm(text) : parseRfc4514(text);
}

/**
 * An attribute by the name of its type, its value checked.
 *
 * @throws {PkiError} an unknown type, or a value the type cannot hold
 */
export function nameAttribute(typeName: string, value: string): NameAttribute {
  const type = attributeType(typeName.trim());
  if (type === undefined) {
    throw fault(
      `${typeName.trim() === '' ? 'an attribute without a type' : `${typeName.trim()} is no attribute type`}`,
      nearestHint(typeName.trim(), attributeTypeNames) ?? 'a name like CN or O, or an OID',
    );
  }
  return { oid: type.oid, value: checkedValue(type, value) };
}

function checkedValue(type: AttributeType, given: string): string {
  const isCountry = type.encoding === Tag.printableString && type.maxLength === 2;
  const value = isCountry ? given.toUpperCase() : given;
  if (value === '') throw fault(`${type.name} has no value`, 'leave the attribute out');
  const control = /\p{Cc}/u.exec(value);
  if (control !== null) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw fault(`${type.name} holds the control character U+${code}`);
  }
  if (isCountry && !/^[A-Z]{2}$/.test(value))
    throw fault(`${type.name}: ${value} is not two letters`, 'for example HU');
  const length = [...value].length;
  if (length > type.maxLength) {
    const hint = type.name === 'CN' ? 'a longer host name can stand in --san alone' : undefined;
    throw fault(`${type.name} has ${length} characters, at most ${type.maxLength} are allowed`, hint);
  }
  if (type.encoding === Tag.printableString && !/^[A-Za-z0-9 '()+,./:=?-]*$/.test(value)) {
    throw fault(`${type.name}: ${value} is not a PrintableString`, "letters, digits, blanks and '()+,-./:=? only");
  }
  if (type.encoding === Tag.ia5String && /[^\p{ASCII}]/u.test(value))
    throw fault(`${type.name}: ${value} is not ASCII`);
  return value;
}

/** `CN = a` up to the separator: the pieces of either form. */
interface Piece {
  readonly type: string;
  readonly value: string | Uint8Array;
  /** The end of it: a separator of relative names, `+`, or the end of the text. */
  readonly separator: string;
}

function parseRfc4514(text: string): DistinguishedName {
  return relativeNames(pieces(text, ',;', true)).reverse();
}

function parseSlashForm(text: string): DistinguishedName {
  return relativeNames(pieces(text.slice(1), '/', false));
}

function relativeNames(parts: readonly Piece[]): NameAttribute[][] {
  const names: NameAttribute[][] = [[]];
  for (const [i, { type, value, separator }] of parts.entries()) {
    const checked = nameAttribute(type, typeof value === 'string' ? value : '-');
    names.at(-1)?.push(typeof value === 'string' ? checked : { oid: checked.oid, value });
    if (separator !== '+' && i < parts.length - 1) names.push([]);
  }
  return names;
}

/** Splits at unescaped separators. `quotes`: RFC 2253's quoted values and `#hex` mean something. */
function pieces(text: string, separators: string, quotes: boolean): Piece[] {
  const found: Piece[] = [];
  const typePattern = /\s*([^=,;+/]*)=/y;
  for (let position = 0; ; ) {
    typePattern.lastIndex = position;
    const type = typePattern.exec(text)?.[1];
    if (type === undefined) throw noType(text.slice(position).split(/[,;+/]/)[0] ?? '', quotes);
    const { value, end } = scanValue(text, typePattern.lastIndex, `${separators}+`, quotes);
    found.push({ type, value, separator: text[end] ?? '' });
    if (end >= text.length) return found;
    position = end + 1;
  }
}

function noType(rest: string, quotes: boolean): PkiError {
  const what =
    rest.trim() === '' ? 'an attribute is empty: two separators, or one at the end' : `${rest} is not TYPE=VALUE`;
  return fault(what, `a separator inside a value is escaped: ${quotes ? '\\,' : '\\/'}`);
}

/** One value from `start` to its unescaped separator (RFC 4514 3). */
function scanValue(text: string, start: number, separators: string, quotes: boolean) {
  const blank = (position: number) => (text[position] === ' ' ? 1 : 0);
  let position = start;
  while (blank(position)) position++;
  if (quotes && text[position] === '#') return scanHex(text, position + 1, separators);
  if (quotes && text[position] === '"') return scanQuoted(text, position + 1, separators);
  const octets: Buffer[] = [];
  let kept = 0;
  while (position < text.length && !separators.includes(text[position] as string)) {
    const [piece, next] = text[position] === '\\' ? scanEscape(text, position) : scanPlain(text, position);
    octets.push(piece);
    // Blanks at the end do not count unless they are escaped.
    if (text[position] !== ' ') kept = octets.length;
    position = next;
  }
  return { value: utf8Text(octets.slice(0, kept)), end: position };
}

function scanPlain(text: string, position: number): [Buffer, number] {
  const character = String.fromCodePoint(text.codePointAt(position) as number);
  return [Buffer.from(character, 'utf8'), position + character.length];
}

/** `\,` is the character itself, `\C5` an octet of UTF-8. */
function scanEscape(text: string, position: number): [Buffer, number] {
  const hex = /^[0-9a-f]{2}/i.exec(text.slice(position + 1, position + 3));
  if (hex !== null) return [Buffer.from(hex[0], 'hex'), position + 3];
  if (position + 1 >= text.length) throw fault('the subject ends with a backslash', 'a backslash is written \\\\');
  return scanPlain(text, position + 1);
}

function scanQuoted(text: string, start: number, separators: string) {
  const octets: Buffer[] = [];
  let position = start;
  while (text[position] !== '"') {
    if (position >= text.length) throw fault('a quoted value has no closing quote');
    const [piece, next] = text[position] === '\\' ? scanEscape(text, position) : scanPlain(text, position);
    octets.push(piece);
    position = next;
  }
  return { value: utf8Text(octets), end: skipTo(text, position + 1, separators, 'a quoted value') };
}

function scanHex(text: string, start: number, separators: string) {
  const [hex = ''] = /^[0-9a-f]*/i.exec(text.slice(start)) ?? [];
  const value = Buffer.from(hex, 'hex');
  try {
    if (hex.length % 2 !== 0) throw fault('odd');
    readElement(value);
  } catch {
    throw fault(`#${hex} is not the hex of one DER value`, 'a # that starts a text is escaped: \\#');
  }
  return { value, end: skipTo(text, start + hex.length, separators, 'a #hex value') };
}

/** Only blanks may stand between the end of a delimited value and the separator. */
function skipTo(text: string, start: number, separators: string, what: string): number {
  let position = start;
  while (text[position] === ' ') position++;
  if (position < text.length && !separators.includes(text[position] as string)) {
    throw fault(`${what} is followed by ${text.slice(position, position + 10)}`);
  }
  return position;
}

function utf8Text(octets: readonly Buffer[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(octets));
  } catch {
    throw fault('the octets of a value are not UTF-8');
  }
}
