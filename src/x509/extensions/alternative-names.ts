import { Tag } from '../../der/tag.js';
import { ExtensionOid } from '../extension.js';
import { type GeneralName, generalNameText, readGeneralNames } from '../general-name.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** An extension that is a list of names. */
const namesType = (oid: string, name: string): ExtensionType<readonly GeneralName[]> => ({
  oid,
  name,
  read(content, warn) {
    const names = readGeneralNames(expect(content, Tag.sequence, 'GeneralNames'), warn);
    if (names.length === 0) warn('empty');
    return names;
  },
  lines: (names) => names.map(generalNameText),
});

/** Subject alternative names (RFC 5280 4.2.1.6). */
export const subjectAltName = namesType(ExtensionOid.subjectAltName, 'subjectAltName');
/** Issuer alternative names (RFC 5280 4.2.1.7). */
export const issuerAltName = namesType(ExtensionOid.issuerAltName, 'issuerAltName');
/** Who issued the certificate an entry of an indirect CRL is about, and those behind it (RFC 5280 5.3.3). */
export const certificateIssuer = namesType(ExtensionOid.certificateIssuer, 'certificateIssuer');
