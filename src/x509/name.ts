import { type Cursor, checkWellFormed, children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid, toHex } from '../der/values.js';
import { attributeShortName } from './attribute-types.js';
import { readString } from './strings.js';

/** One attribute of a name: `CN=…`. */
export class Attribute {
  readonly oid: string;
  /** The value, whatever type it has. */
  readonly element: Element;
  readonly #whole: Element;
  readonly #name: string | undefined;
  #text: string | null | undefined;

  constructor(oid: string, element: Element, whole: Element) {
    this.oid = oid;
    this.element = element;
    this.#whole = whole;
    this.#name = attributeShortName(oid);
  }

  /** The whole AttributeTypeAndValue. */
  get der(): Uint8Array {
    return this.#whole.encoding();
  }

  /** The tag of the value: which string type it is. */
  get tag(): number {
    return this.element.tag;
  }

  /** The short name of its type (`CN`), its OID where there is none. */
  get type(): string {
    return this.#name ?? this.oid;
  }

  /** The value as text; what is not a string is `#` and the hex of its DER (RFC 4514 2.4). */
  get value(): string {
    return this.#string() ?? `#${toHex(this.element.encoding())}`;
  }

  /**
   * `CN=mail.valami.hu`, as {@link Name.toString} writes it. Values of types without a name are written as their DER in
   * hex, for their syntax is not known (RFC 4514 2.4).
   */
  toString(): string {
    const text = this.#name === undefined ? null : this.#string();
    const value = text === null ? `#${toHex(this.element.encoding()).toUpperCase()}` : escapedValue(text);
    return `${this.type}=${value}`;
  }

  /** The value where it is a string. */
  #string(): string | null {
    if (this.#text === undefined) this.#text = readString(this.element) ?? null;
    return this.#text;
  }
}

export type RelativeName = readonly Attribute[];

/** A distinguished name (RFC 5280 4.1.2.4), read in place. */
export class Name {
  readonly element: Element;
  #rdns: readonly RelativeName[] | undefined;
  #text: string | undefined;

  constructor(element: Element) {
    this.element = element;
  }

  /** Its encoding: two names with the same bytes are the same name. */
  get der(): Uint8Array {
    return this.element.encoding();
  }

  get isEmpty(): boolean {
    return this.element.length === 0;
  }

  /**
   * The relative names in the order they are written in, most significant first.
   *
   * @throws {DerError}
   */
  get rdns(): readonly RelativeName[] {
    this.#rdns ??= readRelativeNames(children(this.element));
    return this.#rdns;
  }

  /** All attributes in the order they are written in. */
  get attributes(): readonly Attribute[] {
    return this.rdns.flat();
  }

  get commonNames(): string[] {
    return this.attributes.filter(({ oid }) => oid === COMMON_NAME).map(({ value }) => value);
  }

  /** The name as `openssl -nameopt RFC2253,-esc_msb,utf8` prints it: last attribute first, RFC 4514 escapes. */
  toString(): string {
    this.#text ??= nameText(this.rdns);
    return this.#text;
  }
}

/** The OID of the attribute that holds a common name (X.520). */
export const COMMON_NAME = '2.5.4.3';

/** The OID of the attribute that holds a mail address (RFC 2985 5.2.1). */
export const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

function readRelativeNames(sequence: Cursor): RelativeName[] {
  const rdns: RelativeName[] = [];
  while (!sequence.atEnd) rdns.push(readRelativeName(sequence.read(Tag.set, 'RelativeDistinguishedName')));
  return rdns;
}

/** One relative name. @throws {DerError} */
export function readRelativeName(set: Element): RelativeName {
  const cursor = children(set);
  const rdn: Attribute[] = [];
  while (!cursor.atEnd) {
    const attribute = cursor.read(Tag.sequence, 'AttributeTypeAndValue');
    const fields = children(attribute);
    const oid = readOid(fields.read(Tag.objectIdentifier, 'attribute type'));
    const value = fields.next();
    if (value.isConstructed) checkWellFormed(value);
    fields.end();
    rdn.push(new Attribute(oid, value, attribute));
  }
  return rdn;
}

function nameText(rdns: readonly RelativeName[]): string {
  return rdns
    .filter((rdn) => rdn.length > 0)
    .map(relativeNameText)
    .reverse()
    .join(',');
}

/** One relative name as {@link Name.toString} writes it. */
export function relativeNameText(rdn: RelativeName): string {
  const [only] = rdn;
  if (only !== undefined && rdn.length === 1) return only.toString();
  return rdn.map(String).reverse().join('+');
}

/**
 * True when two names are the same by RFC 5280 7.1: string types do not matter, nor do case, the order inside a
 * multi-valued relative name, or the width of inner white space; white space around a value does not count.
 */
export function sameName(a: Name, b: Name): boolean {
  if (Buffer.compare(a.der, b.der) === 0) return true;
  return a.rdns.length === b.rdns.length && a.rdns.every((rdn, i) => sameRelativeName(rdn, b.rdns[i] ?? []));
}

function sameRelativeName(a: RelativeName, b: RelativeName): boolean {
  const left = a.map(comparable).sort();
  const right = b.map(comparable).sort();
  return left.length === right.length && left.every((value, i) => value === right[i]);
}

/** A text for each relative name, the same for those that are the same by {@link sameName}. */
export function comparableRdns({ rdns }: Pick<Name, 'rdns'>): string[] {
  return rdns.map((rdn) => JSON.stringify(rdn.map(comparable).sort()));
}

/** The value after string preparation (RFC 4518), as far as it can matter for names that people chose. */
function comparable({ oid, value }: Attribute): string {
  // ASCII is in normal form, and asking for it costs a start a tenth of a millisecond.
  const folded = /^[\0-\x7f]*$/.test(value)
    ? value.toLowerCase()
    : value.normalize('NFKC').toLowerCase().normalize('NFKC');
  const prepared = folded.replace(/\s+/g, ' ').trim();
  return `${oid}=${prepared}`;
}

/**
 * An attribute value as `openssl -nameopt RFC2253,-esc_msb,utf8` writes it: RFC 4514's special characters behind a
 * backslash (at the ends a blank, at the start a `#`), controls as `\0A`, everything else as it is.
 */
function escapedValue(text: string): string {
  if (!needsEscape.test(text)) return text;
  // openssl looks at the last character alone, even where it is also the first: a value of one `#` stays bare.
  const start = text.length > 1 && text[0] === '#' ? '\\' : '';
  return start + text.replace(special, escapeCharacter);
}

const needsEscape = /[\u0000-\u001f\u007f"+,;<>\\]|^[ #]| $/;
const special = /[\u0000-\u001f\u007f]|["+,;<>\\]|^ | $/g;

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 || code === 0x7f ? `\\${code.toString(16).toUpperCase().padStart(2, '0')}` : `\\${character}`;
}
