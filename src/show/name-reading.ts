import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { type Attribute, readRelativeName, relativeNameText } from '../x509/name.js';
import { relativeNameProblems } from '../x509/name-problems.js';

/** A name, read. */
export interface NameReading {
  readonly element: Element;
  /** As `Name.toString` writes it. */
  readonly text: string;
  /** The values of its attributes by type: openssl's short names or OIDs. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly problems: readonly string[];
}

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

/** @throws {DerError} */
export function readName(element: Element): NameReading {
  const cursor = children(element);
  const fields: Record<string, string[]> = {};
  const problems: string[] = [];
  let text = '';
  while (!cursor.atEnd) {
    const relative = relatives.get(cursor.read(Tag.set, 'RelativeDistinguishedName'), makeRelative);
    if (relative.text !== '') text = text === '' ? relative.text : `${relative.text},${text}`;
    for (const { type, value } of relative.attributes) {
      const values = fields[type];
      if (values === undefined) fields[type] = [value];
      else values.push(value);
    }
    for (const problem of relative.problems) problems.push(problem);
  }
  return { element, text, fields, problems };
}
