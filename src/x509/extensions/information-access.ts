import { children } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { readOid } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { type GeneralName, generalNameText, readGeneralName } from '../general-name.js';
import { expect, sequencesOf } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** One AccessDescription of authority or subject information access (RFC 5280 4.2.2). */
export interface AccessDescription {
  readonly method: string;
  readonly location: GeneralName;
}

export const AccessMethod = {
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  caRepository: '1.3.6.1.5.5.7.48.5',
} as const;

const methodNames: ReadonlyMap<string, string> = new Map([
  [AccessMethod.ocsp, 'OCSP'],
  [AccessMethod.caIssuers, 'CA issuers'],
  [AccessMethod.caRepository, 'CA repository'],
]);

const accessType = (oid: string, name: string): ExtensionType<readonly AccessDescription[]> => ({
  oid,
  name,
  read(content, warn) {
    const sequence = expect(content, Tag.sequence, 'AuthorityInfoAccess');
    const descriptions = sequencesOf(sequence, 'AccessDescription', (element) => {
      const fields = children(element);
      const method = readOid(fields.read(Tag.objectIdentifier, 'accessMethod'));
      const location = readGeneralName(fields.next(), warn);
      fields.end();
      return { method, location };
    });
    if (descriptions.length === 0) warn('empty');
    return descriptions;
  },
  lines: (descriptions, oidText) =>
    descriptions.map(
      ({ method, location }) => `${methodNames.get(method) ?? oidText(method)} ${generalNameText(location)}`,
    ),
});

/** Where the issuer's certificate is, and who answers for its status (RFC 5280 4.2.2.1). */
export const authorityInfoAccess = accessType(ExtensionOid.authorityInfoAccess, 'authorityInfoAccess');
/** Where what the subject issues is (RFC 5280 4.2.2.2). */
export const subjectInfoAccess = accessType(ExtensionOid.subjectInfoAccess, 'subjectInfoAccess');
