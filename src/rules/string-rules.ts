import { Tag, tagName } from '../der/tag.js';
import { EMAIL_ADDRESS } from '../x509/name.js';
import { stringProblem } from '../x509/string-problem.js';
import { readString } from '../x509/strings.js';
import type { ExaminedRequest, SubjectField } from './examined-request.js';
import { ignoredByBoulder, type Rule, type Violation } from './rule.js';

/** The rules about the strings of the subject: which type of ASN.1 string they are, and what such a string may hold. */

const COUNTRY = '2.5.4.6';

/** Attribute types whose string type RFC 5280 A.1 fixes. */
const fixedStringTypes: ReadonlyMap<string, number> = new Map([
  [COUNTRY, Tag.printableString],
  ['2.5.4.5', Tag.printableString],
  ['2.5.4.46', Tag.printableString],
  [EMAIL_ADDRESS, Tag.ia5String],
  ['0.9.2342.19200300.100.1.25', Tag.ia5String],
]);

const discouragedStrings = new Set<number>([Tag.teletexString, Tag.bmpString, Tag.universalString]);

/** The alphabet of a string type, as a class of the characters that are not in it (X.680 41). */
const foreignCharacters: ReadonlyMap<number, RegExp> = new Map([
  [Tag.printableString, /[^A-Za-z0-9 '()+,\-./:=?]/g],
  [Tag.ia5String, /[^\0-\x7f]/g],
  [Tag.numericString, /[^0-9 ]/g],
  [Tag.visibleString, /[^\x20-\x7e]/g],
]);

const stringTags = new Set<number>([
  Tag.printableString,
  Tag.utf8String,
  Tag.ia5String,
  Tag.numericString,
  Tag.visibleString,
  Tag.teletexString,
  Tag.bmpString,
  Tag.universalString,
]);

const isStringTag = (tag: number): boolean => stringTags.has(tag);

/** True for strings of characters of two or four octets. */
const isWide = (tag: number): boolean => tag === Tag.bmpString || tag === Tag.universalString;

/** The characters Go's encoding/asn1 lets pass, and with it boulder. */
const isTolerated = (tag: number, character: string): boolean =>
  tag === Tag.visibleString || (tag === Tag.printableString && (character === '*' || character === '&'));

/** The first character a string of this type cannot hold, among those of a kind, in words. */
function foreignIn(
  text: string,
  type: string,
  tag: number,
  isOfKind: (character: string) => boolean,
): string | undefined {
  const foreign = text.match(foreignCharacters.get(tag) ?? /(?!)/g)?.find(isOfKind);
  return foreign === undefined ? undefined : `${type} holds ${JSON.stringify(foreign)}, which a ${tagName(tag)} cannot`;
}

function* stringProblems(
  examined: ExaminedRequest,
  problem: (field: SubjectField) => Violation | undefined,
): Generator<Violation> {
  for (const field of examined.subject) {
    const found = problem(field);
    if (found !== undefined) yield found;
  }
}

const fromUtf8 = 'make the request again from text in UTF-8: iconv -f ISO-8859-2 -t UTF-8 makes it of Latin-2';

export const stringRules: readonly Rule[] = [
  {
    id: 'e_string_type',
    title: 'country, serial number, e-mail address and domain component have their string types',
    applies: 'a subject',
    source: 'RFC 5280 A.1',
    why: 'These attributes have one string type each. Certificates that use another are refused by linters, and so by CAs.',
    hint: 'csr-gen uses the right types; with openssl, leave string_mask alone',
    profiles: { letsencrypt: 'notice' },
    *check(examined) {
      yield* stringProblems(examined, ({ oid, type, tag }) => {
        const expected = fixedStringTypes.get(oid);
        if (expected === undefined || tag === expected) return undefined;
        return `${type} is a ${tagName(tag)}, not a ${tagName(expected)}`;
      });
    },
  },
  {
    id: 'e_string_characters',
    title: 'strings hold only what their types allow',
    applies: 'a subject',
    source: 'RFC 5280 A.1, X.680 41',
    why: 'A PrintableString with a letter it does not have, or a UTF8String that is not UTF-8, is read differently by every program; strict ones stop there.',
    hint: 'make the request again with UTF8String: csr-gen chooses the type by the text',
    *check(examined) {
      yield* stringProblems(examined, ({ element, tag, type }) => {
        if (!isStringTag(tag)) return undefined;
        const text = readString(element);
        if (text === undefined) return `${type} cannot be read as a ${tagName(tag)}`;
        if (tag === Tag.utf8String) {
          return stringProblem(element) === undefined ? undefined : { message: `${type} is not UTF-8`, hint: fromUtf8 };
        }
        return foreignIn(text, type, tag, (character) => !isTolerated(tag, character));
      });
    },
  },
  {
    id: 'w_string_replaced',
    title: 'no character was lost on the way into the request',
    applies: 'a field of more than words in ASCII',
    source: 'Unicode 23.8',
    why: 'U+FFFD stands where a program could not tell which character was meant: text in Latin-2 taken for UTF-8. The certificate would show it for ever.',
    hint: fromUtf8,
    *check(examined) {
      yield* stringProblems(examined, ({ element, type, value }) =>
        value.includes('\ufffd') && stringProblem(element) === undefined ? `${type} holds U+FFFD` : undefined,
      );
    },
  },
  {
    id: 'e_string_tolerated',
    title: 'strings hold nothing that only lenient readers take',
    applies: 'a subject',
    source: 'RFC 5280 A.1, X.680 41',
    why: 'Go and others take * and & in a PrintableString and half a pair of surrogates, and skip a field that is no string at all. Strict readers and linters refuse all of these, OpenSSL the last two.',
    hint: 'make the request again with UTF8String: csr-gen chooses the type by the text',
    profiles: ignoredByBoulder,
    *check(examined) {
      yield* stringProblems(examined, ({ element, tag, type }) => {
        const text = readString(element);
        if (!isStringTag(tag)) {
          return `${type} is a ${tagName(tag)}, ${text === undefined ? 'no string' : 'which no name may hold'}`;
        }
        const problem = text !== undefined && isWide(tag) ? stringProblem(element) : undefined;
        if (problem !== undefined) return `${type} is ${problem}`;
        return foreignIn(text ?? '', type, tag, (character) => isTolerated(tag, character));
      });
    },
  },
  {
    id: 'w_string_discouraged',
    title: 'subject fields are UTF8String or PrintableString',
    applies: 'a subject',
    source: 'RFC 5280 4.1.2.4',
    why: 'TeletexString, BMPString and UniversalString are for names that exist already; the Baseline Requirements ask for UTF8String or PrintableString.',
    hint: 'make the request again; with openssl, string_mask = utf8only',
    profiles: { letsencrypt: 'notice', internal: 'notice' },
    *check(examined) {
      yield* stringProblems(examined, ({ oid, tag, type }) =>
        discouragedStrings.has(tag) && !fixedStringTypes.has(oid) ? `${type} is a ${tagName(tag)}` : undefined,
      );
    },
  },
];
