import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { type Attribute, readRelativeName, relativeNameText } from '../x509/name.js';
import { relativeNameProblems } from '../x509/name-problems.js';

/** A name, read. */
export class NameReading {
  readonly element: Element;
  /** As `Name.toString` writes it. */
  readonly text: string;
  readonly problems: readonly string[];
  readonly #relatives: readonly RelativeReading[];
  #fields: Readonly<Record<string, readonly string[]>> | undefined;

  /** @throws {DerError} */
  constructor(element: Element) {
    const cursor = children(element);
    const read: RelativeReading[] = [];
    let problems: readonly string[] = noProblems;
    let text = '';
    while (!cursor.atEnd) {
      const set = cursor.read(Tag.set, 'RelativeDistinguishedName');
      const relative = isUnlikeOthers(set) ? makeRelative(set) : relatives.get(set, makeRelative);
      if (relative.text !== '') text = text === '' ? relative.text : `${relative.text},${text}`;
      if (relative.problems.length > 0) problems = [...problems, ...relative.problems];
      read.push(relative);
    }
    this.element = element;
    this.text = text;
    this.problems = problems;
    this.#relatives = read;
  }

  /** The values of its attributes by type: openssl's short names or OIDs. */
  get fields(): Readonly<Record<string, readonly string[]>> {
    this.#fields ??= fieldsOf(this.#relatives);
    return this.#fields;
  }
}

const noProblems: readonly string[] = [];

/** A relative name, read. */
interface RelativeReading {
  readonly text: string;
  readonly attributes: readonly Pick<Attribute, 'type' | 'value'>[];
  readonly problems: readonly string[];
}

/** Countries and organizations come again and again. */
const relatives = new ByteMemo<RelativeReading>();

/**
 * Common names and serial numbers differ from certificate to certificate: remembering them would only cost. Told by the octets
 * of their OIDs, 2.5.4.3 and 2.5.4.5, where nothing is longer than usual.
 */
function isUnlikeOthers({ bytes, contentStart: at, length }: Element): boolean {
  if (length < OID_END || bytes[at + 3] !== 3 || bytes[at + 4] !== 0x55 || bytes[at + 5] !== 0x04) return false;
  return bytes[at + 6] === 0x03 || bytes[at + 6] === 0x05;
}

/** Where the content of an attribute's type ends in a relative name, where it has three octets. */
const OID_END = 7;

function makeRelative(set: Element): RelativeReading {
  const rdn = readRelativeName(set);
  return { text: relativeNameText(rdn), attributes: rdn, problems: relativeNameProblems(rdn) };
}

function fieldsOf(relativeNames: readonly RelativeReading[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { attributes } of relativeNames) {
    for (const { type, value } of attributes) {
      const values = fields[type];
      if (values === undefined) fields[type] = [value];
      else values.push(value);
    }
  }
  return fields;
}
