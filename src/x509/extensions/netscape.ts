import { Tag } from '../../der/tag.js';
import { ExtensionOid } from '../extension.js';
import { expect, expectString } from './expect.js';
import type { ExtensionType } from './extension-type.js';
import { namedBits } from './named-bits.js';

/** Extensions of Netscape's, older than RFC 2459's and still written. */

/** Names of the bits of netscape-cert-type, in order. */
const typeNames = [
  'SSL client',
  'SSL server',
  'S/MIME',
  'object signing',
  'reserved',
  'SSL CA',
  'S/MIME CA',
  'object signing CA',
] as const;

export const netscapeCertType: ExtensionType<readonly (typeof typeNames)[number][]> = {
  oid: ExtensionOid.netscapeCertType,
  name: 'netscapeCertType',
  read: (content, warn) => namedBits(expect(content, Tag.bitString, 'BIT STRING'), typeNames, warn),
  lines: (types) => (types.length === 0 ? [] : [types.join(', ')]),
};

/** An extension that is a string, of any type. */
export const stringType = (oid: string, name: string): ExtensionType<string> => ({
  oid,
  name,
  read: (content) => expectString(content),
  lines: (text) => [text],
});

export const netscapeBaseUrl = stringType(ExtensionOid.netscapeBaseUrl, 'netscapeBaseUrl');
export const netscapeRevocationUrl = stringType(ExtensionOid.netscapeRevocationUrl, 'netscapeRevocationUrl');
export const netscapeCaRevocationUrl = stringType(ExtensionOid.netscapeCaRevocationUrl, 'netscapeCaRevocationUrl');
export const netscapeRenewalUrl = stringType(ExtensionOid.netscapeRenewalUrl, 'netscapeRenewalUrl');
export const netscapeCaPolicyUrl = stringType(ExtensionOid.netscapeCaPolicyUrl, 'netscapeCaPolicyUrl');
export const netscapeSslServerName = stringType(ExtensionOid.netscapeSslServerName, 'netscapeSslServerName');
export const netscapeComment = stringType(ExtensionOid.netscapeComment, 'netscapeComment');
