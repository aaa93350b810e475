import { isAscii } from 'node:buffer';
import { readElement } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { element, integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { complaint, PkiError } from '../errors.js';
import { otherNames } from '../x509/general-name.js';
import type { AltName } from './alt-name.js';

/** Alternative names of the open kind, an OID and a value of its own (RFC 5280 4.2.1.6). */

const XMPP_ADDRESS = '1.3.6.1.5.5.7.8.5';
const KRB5_PRINCIPAL = '1.3.6.1.5.2.2';

/** @param value the DER of the value */
export function otherName(oid: string, value: Uint8Array): AltName {
  const der = element(contextConstructed(0), objectIdentifier(oid), element(contextConstructed(0), value));
  return { type: 'other', value: `${oid} ${Buffer.from(value).toString('hex')}`, der };
}

export const utf8OtherName = (oid: string, text: string): AltName =>
  otherName(oid, element(Tag.utf8String, Buffer.from(text, 'utf8')));

const UPN_LIKE = new Map([...otherNames].map(([oid, kind]) => [kind.toLowerCase(), oid]));
const SRV_NAME = '1.3.6.1.5.5.7.8.7';

const fault = (message: string, hint?: string) => new PkiError('ALT_NAME', message, { hint });

/**
 * A name of a rarer kind: `RID:OID`, `other:OID;VALUE` with a value in UTF-8 (or behind `IA5:`, or its DER behind `HEX:`), or
 * a text behind the name of its kind: `UPN:`, `SRVName:`, `XmppAddr:`, `SmtpUTF8Mailbox:`, `NAIRealm:`.
 *
 * @returns undefined for what has none of these prefixes
 * @throws {PkiError}
 */
export function parseOpenName(text: string): AltName | undefined {
  const [, prefix = '', rest = ''] = /^(\w+):(.*)$/s.exec(text) ?? [];
  const kind = prefix.toLowerCase();
  if (kind === 'rid') return registeredId(rest);
  if (kind === 'other' || kind === 'othername') return givenOtherName(rest);
  const oid = UPN_LIKE.get(kind);
  if (oid === undefined) return undefined;
  if (rest === '') throw fault(`${text}: there is no name behind the prefix`);
  return oid === SRV_NAME ? ia5OtherName(oid, rest) : utf8OtherName(oid, rest);
}

const isOid = (text: string): boolean => /^(?:[01]\.(?:\d|[1-3]\d)|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))*$/.test(text);

function registeredId(oid: string): AltName {
  if (!isOid(oid)) throw fault(`RID:${oid}: that is no OID`, 'for example RID:1.2.3.4');
  const { length } = objectIdentifier(oid);
  return { type: 'rid', value: oid, der: element(context(8), objectIdentifier(oid).subarray(-(length - 2))) };
}

function givenOtherName(text: string): AltName {
  const [, oid = '', form = 'UTF8', value = ''] = /^([\d.]+);(?:(UTF8|IA5|HEX):)?(.*)$/is.exec(text) ?? [];
  if (!isOid(oid) || value === '') {
    throw fault(`other:${text} is no OID and a value`, 'other:OID;TEXT, other:OID;IA5:TEXT or other:OID;HEX:DER');
  }
  if (form.toUpperCase() === 'UTF8') return utf8OtherName(oid, value);
  if (form.toUpperCase() === 'IA5') return ia5OtherName(oid, value);
  const der = Buffer.from(value, 'hex');
  const problem = /^(?:[\da-f]{2})+$/i.test(value) ? complaint(() => readElement(der)) : 'it is not hex';
  if (problem !== undefined) throw fault(`other:${text}: its value is no DER: ${problem}`);
  return otherName(oid, der);
}

function ia5OtherName(oid: string, text: string): AltName {
  if (!isAscii(Buffer.from(text))) throw fault(`${text} is not ASCII`);
  return otherName(oid, element(Tag.ia5String, Buffer.from(text)));
}

export const octetOtherName = (oid: string, text: string): AltName =>
  otherName(oid, octetString(Buffer.from(text, 'utf8')));

/** An XMPP address (RFC 6120 13.7.1.4). */
export const xmppName = (address: string): AltName => utf8OtherName(XMPP_ADDRESS, address);

const GENERAL_STRING = 0x1b;
const NT_PRINCIPAL = 1;
const NT_SRV_HST = 3;

/** `HTTP/host@REALM` as a KRB5PrincipalName (RFC 4556 3.2.2); undefined when it has no realm. */
export function kerberosName(principal: string): AltName | undefined {
  const [, name = '', realm = ''] = /^([^@]+)@([^@]+)$/.exec(principal) ?? [];
  if (realm === '') return undefined;
  const text = (value: string) => element(GENERAL_STRING, Buffer.from(value, 'utf8'));
  const parts = name.split('/');
  const type = integer(parts.length > 1 ? NT_SRV_HST : NT_PRINCIPAL);
  const names = sequence(...parts.map(text));
  const principalName = sequence(element(contextConstructed(0), type), element(contextConstructed(1), names));
  const value = sequence(element(contextConstructed(0), text(realm)), element(contextConstructed(1), principalName));
  return otherName(KRB5_PRINCIPAL, value);
}
