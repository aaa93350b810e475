import { Tag } from '../../der/tag.js';
import { ExtensionOid } from '../extension.js';
import { expect, readOids } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** Extended key usages RFC 5280 4.2.1.12 names. */
export const extendedKeyUsageNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
]);

/** RFC 5280's names, OIDs for others. */
export const extendedKeyUsage: ExtensionType<readonly string[]> = {
  oid: ExtensionOid.extendedKeyUsage,
  name: 'extKeyUsage',
  read(content, warn) {
    const oids = readOids(expect(content, Tag.sequence, 'SEQUENCE OF OBJECT IDENTIFIER'));
    if (oids.length === 0) warn('empty');
    return oids.map((oid) => extendedKeyUsageNames.get(oid) ?? oid);
  },
  lines: (usages, oidText) => usages.map((usage) => (/^\d/.test(usage) ? oidText(usage) : usage)),
};
