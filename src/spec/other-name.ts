import { contextConstructed, Tag } from '../der/tag.js';
import { element, integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
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
