import { isUtf8 } from 'node:buffer';
import { DerError } from '../der/error.js';
import { children, type Element } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { decodeOid, readOid, toHex } from '../der/values.js';
import { formatIpAddress, formatIpRange } from '../text/ip-address.js';
import type { Warn } from './extensions/extension-type.js';
import { Name } from './name.js';
import { relativeNameProblems } from './name-problems.js';
import { latin1, readString, utf8 } from './strings.js';

interface Named<Type> {
  readonly type: Type;
  /** As text; of an IA5String a character an octet, also where it holds others: {@link readableValue}. */
  readonly value: string;
  readonly element: Element;
}

/** A GeneralName (RFC 5280 4.2.1.6). */
export type GeneralName =
  | Named<TextType>
  /** An IP address, in RFC 5952's form as text. */
  | (Named<'ip'> & { readonly octets: Uint8Array })
  /** A range of IP addresses in name constraints: `10.0.0.0/8` (RFC 5280 4.2.1.10). */
  | (Named<'range'> & { readonly address: Uint8Array; readonly mask: Uint8Array })
  /** A directory name; as text as {@link Name} writes it. */
  | (Named<'dn'> & { readonly name: Name })
  /** A registered OID. */
  | Named<'rid'>
  /** An otherName: `kind` is `UPN`, `SmtpUTF8Mailbox`, or its OID; a value that is no text is `#` and its DER in hex. */
  | (Named<'other'> & { readonly oid: string; readonly kind: string; readonly content: Element })
  /** The hex of an ORAddress or an EDIPartyName, of which nothing more is known here. */
  | Named<'x400' | 'edi'>
  /** An iPAddress that is no address; the hex of its octets. */
  | Named<'malformed'>;

export type GeneralNameType = GeneralName['type'];

/** The types whose values say enough without their kind. */
export const bareTypes = ['dns', 'ip', 'email', 'uri'] as const;

type BareName = Extract<GeneralName, { type: (typeof bareTypes)[number] }>;

export const isBare = (name: GeneralName): name is BareName => bareTypes.some((type) => type === name.type);

/** The types that are an IA5String: the number of their CHOICE, and their name in ASN.1 (RFC 5280 4.2.1.6). */
export const textTypes = {
  email: { number: 1, name: 'rfc822Name' },
  dns: { number: 2, name: 'dNSName' },
  uri: { number: 6, name: 'uniformResourceIdentifier' },
} as const;

type TextType = keyof typeof textTypes;

export const isTextType = (type: string): type is TextType => Object.hasOwn(textTypes, type);

/** The values of the names of some types, in their order. */
export const valuesOf = (names: readonly GeneralName[], ...types: readonly GeneralNameType[]): string[] =>
  names.filter(({ type }) => types.includes(type)).map(({ value }) => value);

/** Kinds of otherName with a text in them. */
export const otherNames: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.4.1.311.20.2.3', 'UPN'],
  ['1.3.6.1.5.5.7.8.5', 'XmppAddr'],
  ['1.3.6.1.5.5.7.8.7', 'SRVName'],
  ['1.3.6.1.5.5.7.8.8', 'NAIRealm'],
  ['1.3.6.1.5.5.7.8.9', 'SmtpUTF8Mailbox'],
]);

/**
 * GeneralNames, a SEQUENCE of them.
 *
 * @param element the SEQUENCE, or an IMPLICIT tag in its place
 * @param warn takes what is readable and no name
 * @throws {DerError}
 */
export function readGeneralNames(element: Element, warn: Warn): GeneralName[] {
  const { bytes, contentStart, end } = element;
  // A text of all of them, of which each takes its part: a text each is a call of the runtime each, and there may be a hundred.
  const text = latin1(bytes, contentStart, end);
  const textOf = (name: Element): string => text.slice(name.contentStart - contentStart, name.end - contentStart);
  const cursor = children(element);
  const names: GeneralName[] = [];
  while (!cursor.atEnd) names.push(readName(cursor.next(), textOf, warn, false));
  return names;
}

/**
 * One GeneralName.
 *
 * @param isSubtree true in name constraints, where an IP address is a range (RFC 5280 4.2.1.10)
 * @throws {DerError}
 */
export const readGeneralName = (element: Element, warn: Warn, { isSubtree = false } = {}): GeneralName =>
  readName(element, latin1Content, warn, isSubtree);

const latin1Content = ({ bytes, contentStart, end }: Element): string => latin1(bytes, contentStart, end);

/** @param textOf the content of an element, a character an octet */
function readName(element: Element, textOf: (element: Element) => string, warn: Warn, isSubtree: boolean): GeneralName {
  switch (element.tag) {
    case context(textTypes.email.number):
      return { type: 'email', value: textOf(element), element };
    case context(textTypes.dns.number):
      return { type: 'dns', value: textOf(element), element };
    case context(textTypes.uri.number):
      return { type: 'uri', value: textOf(element), element };
    case context(7):
      return isSubtree ? readRange(element, warn) : readAddress(element, warn);
    case context(8):
      return { type: 'rid', value: decodeOid(element.bytes, element.contentStart, element.end), element };
    case contextConstructed(0):
      return readOtherName(element);
    case contextConstructed(3):
      return { type: 'x400', value: toHex(element.content()), element };
    case contextConstructed(4): {
      const inner = children(element);
      const name = new Name(inner.read(Tag.sequence, 'directoryName'));
      inner.end();
      for (const rdn of name.rdns)
        for (const problem of relativeNameProblems(rdn)) warn(`a directory name: ${problem}`);
      return { type: 'dn', value: name.toString(), name, element };
    }
    case contextConstructed(5):
      return { type: 'edi', value: toHex(element.content()), element };
    default:
      throw new DerError('DER_TAG', element.start, 'not a GeneralName');
  }
}

function readAddress(element: Element, warn: Warn): GeneralName {
  const octets = element.content();
  const value = formatIpAddress(octets);
  return value === undefined ? malformed(element, warn) : { type: 'ip', value, octets, element };
}

function readRange(element: Element, warn: Warn): GeneralName {
  const octets = element.content();
  const value = formatIpRange(octets);
  if (value === undefined) return malformed(element, warn);
  const half = octets.length / 2;
  return { type: 'range', value, address: octets.subarray(0, half), mask: octets.subarray(half), element };
}

function malformed(element: Element, warn: Warn): GeneralName {
  warn(`an iPAddress of ${element.length} ${element.length === 1 ? 'octet' : 'octets'}`);
  return { type: 'malformed', value: toHex(element.content()), element };
}

function readOtherName(element: Element): GeneralName {
  const fields = children(element);
  const oid = readOid(fields.read(Tag.objectIdentifier, 'otherName type'));
  const wrapper = children(fields.read(contextConstructed(0), 'otherName value'));
  fields.end();
  const content = wrapper.next();
  wrapper.end();
  const value = readString(content) ?? `#${toHex(content.encoding())}`;
  return { type: 'other', value, oid, kind: otherNames.get(oid) ?? oid, content, element };
}

/**
 * The value for people: UTF-8 in the place of an IA5String, which X.680 41 forbids, is shown as what was meant. Nothing may
 * be compared with it: what a client compares is the octets.
 */
export function readableValue({ type, value, element }: GeneralName): string {
  if (!isTextType(type) || /^[\0-\x7f]*$/.test(value)) return value;
  const octets = element.content();
  return isUtf8(octets) ? utf8(octets) : value;
}

/** The value alone of a name of these types, of others as {@link generalNameText} writes them. */
export const bareNameText = (name: GeneralName, bare: readonly GeneralNameType[]): string =>
  bare.includes(name.type) ? readableValue(name) : generalNameText(name);

/** A GeneralName on one line, its kind in front: `DNS:valami.hu`, `UPN:user@valami.hu`, `DN:CN=…`. */
export function generalNameText(name: GeneralName): string {
  const value = readableValue(name);
  if (name.type === 'other') return `${name.kind}:${value}`;
  return `${name.type === 'range' || name.type === 'malformed' ? 'IP' : name.type.toUpperCase()}:${value}`;
}
