import { children, type Element } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { readOid, toHex } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { readString } from '../strings.js';
import { expect, listOf, sequencesOf } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** An attribute of the subject that is no part of its name (RFC 5280 4.2.1.8). */
interface DirectoryAttribute {
  readonly oid: string;
  readonly values: readonly Element[];
}

export const subjectDirectoryAttributes: ExtensionType<readonly DirectoryAttribute[]> = {
  oid: ExtensionOid.subjectDirectoryAttributes,
  name: 'subjectDirectoryAttributes',
  read(content, warn) {
    const attributes = sequencesOf(
      expect(content, Tag.sequence, 'SubjectDirectoryAttributes'),
      'Attribute',
      (element) => {
        const fields = children(element);
        const oid = readOid(fields.read(Tag.objectIdentifier));
        const values = listOf(fields.read(Tag.set, 'values'), (value) => value);
        fields.end();
        return { oid, values };
      },
    );
    if (attributes.length === 0) warn('empty');
    return attributes;
  },
  lines: (attributes, oidText) =>
    attributes.flatMap(({ oid, values }) =>
      values.map((value) => `${oidText(oid)} ${readString(value) ?? toHex(value.encoding())}`),
    ),
};
