import { DerError } from '../der/error.js';
import { children, type Element } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { decodeOid, readOid, toHex } from '../der/values.js';
import { formatIpAddress } from '../text/ip-address.js';
import { formatIpRange } from './ip-range.js';
import { Name } from './name.js';
import { latin1, readString } from './strings.js';

export type GeneralNameType = 'dns' | 'ip' | 'email' | 'uri' | 'dn' | 'rid' | 'other' | 'x400' | 'edi';

/** A GeneralName (RFC 5280 4.2.1.6). */
export interface GeneralName {
  readonly type: GeneralNameType;
  /** As text: a DN as {@link Name} writes it, an IP address in RFC 5952's form, an otherName's value as text or hex. */
  readonly value: string;
  /** What kind of otherName: `UPN`, `SmtpUTF8Mailbox`, or its OID. */
  readonly kind?: string;
  readonly element: Element;
}

/** Kinds of otherName with a text in them. */
const otherNames: ReadonlyMap<string, string> = new Map([
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
 * @throws {DerError}
 */
export function readGeneralNames(element: Element): GeneralName[] {
  const cursor = children(element);
  const names: GeneralName[] = [];
  while (!cursor.atEnd) names.push(readGeneralName(cursor.next()));
  return names;
}

/**
 * One GeneralName.
 *
 * @param ofSubtree true in name constraints, where an IP address is a range (RFC 5280 4.2.1.10)
 * @throws {DerError}
 */
export function readGeneralName(element: Element, ofSubtree = false): GeneralName {
  const { bytes, contentStart, end } = element;
  switch (element.tag) {
    case context(1):
      return { type: 'email', value: latin1(bytes, contentStart, end), element };
    case context(2):
      return { type: 'dns', value: latin1(bytes, contentStart, end), element };
    case context(6):
      return { type: 'uri', value: latin1(bytes, contentStart, end), element };
    case context(7): {
      const content = element.content();
      const text = ofSubtree ? formatIpRange(content) : formatIpAddress(content);
      return { type: 'ip', value: text ?? toHex(content), element };
    }
    case context(8):
      return { type: 'rid', value: decodeOid(bytes, contentStart, end), element };
    case contextConstructed(0):
      return readOtherName(element);
    case contextConstructed(3):
      return { type: 'x400', value: toHex(element.content()), element };
    case contextConstructed(4): {
      const inner = children(element);
      const name = new Name(inner.read(Tag.sequence, 'directoryName'));
      inner.end();
      return { type: 'dn', value: name.toString(), element };
    }
    case contextConstructed(5):
      return { type: 'edi', value: toHex(element.content()), element };
    default:
      throw new DerError('DER_TAG', element.start, 'not a GeneralName');
  }
}

function readOtherName(element: Element): GeneralName {
  const fields = children(element);
  const oid = readOid(fields.read(Tag.objectIdentifier, 'otherName type'));
  const wrapper = children(fields.read(contextConstructed(0), 'otherName value'));
  fields.end();
  const inner = wrapper.next();
  wrapper.end();
  const value = readString(inner) ?? `#${toHex(inner.encoding())}`;
  return { type: 'other', value, kind: otherNames.get(oid) ?? oid, element };
}

/** A GeneralName on one line, its kind in front: `DNS:valami.hu`, `UPN:user@valami.hu`, `DN:CN=…`. */
export function generalNameText({ type, kind, value }: GeneralName): string {
  return `${type === 'other' ? kind : type.toUpperCase()}:${value}`;
}
