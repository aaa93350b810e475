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
      const relative = relatives.get(cursor.read(Tag.set, 'RelativeDistinguishedName'), makeRelative);
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
