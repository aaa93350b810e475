import { children } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { readOid } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { expect, sequencesOf } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** The policy that stands for all (RFC 5280 4.2.1.4). */
export const ANY_POLICY = '2.5.29.32.0';

/** One of a CA's own policies, and one of the CA it certifies that is as good (RFC 5280 4.2.1.5). */
export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export const policyMappings: ExtensionType<readonly PolicyMapping[]> = {
  oid: ExtensionOid.policyMappings,
  name: 'policyMappings',
  read(content, warn) {
    const mappings = sequencesOf(expect(content, Tag.sequence, 'PolicyMappings'), 'mapping', (element) => {
      const fields = children(element);
      const issuerDomainPolicy = readOid(fields.read(Tag.objectIdentifier));
      const subjectDomainPolicy = readOid(fields.read(Tag.objectIdentifier));
      fields.end();
      return { issuerDomainPolicy, subjectDomainPolicy };
    });
    if (mappings.length === 0) warn('empty');
    if (mappings.some((mapping) => Object.values(mapping).includes(ANY_POLICY))) warn('anyPolicy is mapped');
    return mappings;
  },
  lines: (mappings, oidText) =>
    mappings.map(
      ({ issuerDomainPolicy, subjectDomainPolicy }) =>
        `${oidText(issuerDomainPolicy)} is their ${oidText(subjectDomainPolicy)}`,
    ),
};
