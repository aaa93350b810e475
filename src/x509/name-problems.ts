import { isAscii } from 'node:buffer';
import { Tag, tagName } from '../der/tag.js';
import type { Attribute, RelativeName } from './name.js';
import { stringProblem } from './string-problem.js';

/** The objections of RFC 5280 and DER to a relative name that can be read: a line each. */
export function relativeNameProblems(rdn: RelativeName): string[] {
  const set = setProblem(rdn);
  const problems = set === undefined ? [] : [set];
  for (const attribute of rdn) {
    const problem = stringProblem(attribute.element);
    if (problem !== undefined) problems.push(`${attribute.type} is ${problem}`);
  }
  return problems;
}

/** The fault of the set a relative name is: SIZE (1..MAX) in RFC 5280 A.1, in the order of DER. */
export function setProblem(rdn: RelativeName): string | undefined {
  if (rdn.length === 0) return 'an empty relative name';
  return rdn.length > 1 && !isSorted(rdn) ? 'attributes of a relative name are out of order' : undefined;
}

/**
 * The fault of a value whose text cannot be told, so that it must not be written again. A type that does not allow for some
 * of its characters is no such fault while they are ASCII.
 */
export function unreadableText({ type, element, tag }: Attribute): string | undefined {
  if (!nameStrings.includes(tag)) return `${type} is a ${tagName(tag)}, which no name may hold`;
  const problem = stringProblem(element);
  if (problem === undefined) return undefined;
  const isWide = [Tag.utf8String, Tag.bmpString, Tag.universalString].some((tag) => tag === element.tag);
  return isWide || !isAscii(element.content()) ? `${type} is ${problem}` : undefined;
}

/** The strings of names (RFC 5280 A.1, X.520), and all that OpenSSL loads there. */
const nameStrings: readonly number[] = [
  Tag.utf8String,
  Tag.printableString,
  Tag.ia5String,
  Tag.numericString,
  Tag.teletexString,
  Tag.bmpString,
  Tag.universalString,
];

/** The elements of a SET OF stand in the order of their encodings (X.690 11.6). */
function isSorted(rdn: RelativeName): boolean {
  for (let i = 1; i < rdn.length; i++) {
    const [before, after] = [rdn[i - 1], rdn[i]];
    if (before !== undefined && after !== undefined && Buffer.compare(before.der, after.der) > 0) return false;
  }
  return true;
}
