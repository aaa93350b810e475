import { children } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { readOid, readSmallInteger, toHex } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';
import { stringType } from './netscape.js';

/** Extensions of Windows certificate services (MS-WCCE 2.2.2.7.7). */

/** The name of the template, of version 1. */
export const microsoftTemplateName = stringType(ExtensionOid.microsoftTemplateName, 'microsoftCertificateTemplateName');

/** How often a CA has renewed its certificate and its key. */
interface MicrosoftCaVersion {
  readonly certificate: number;
  readonly key: number;
}

export const microsoftCaVersion: ExtensionType<MicrosoftCaVersion> = {
  oid: ExtensionOid.microsoftCaVersion,
  name: 'microsoftCaVersion',
  read(content) {
    const version = readSmallInteger(expect(content, Tag.integer, 'INTEGER'));
    return { certificate: version & 0xffff, key: version >>> 16 };
  },
  lines: ({ certificate, key }) => [`certificate ${certificate}, key ${key}`],
};

/** The SHA-1 of the CA's certificate before this one, hex. */
export const microsoftPreviousHash: ExtensionType<string> = {
  oid: ExtensionOid.microsoftPreviousHash,
  name: 'microsoftPreviousCertHash',
  read: (content) => toHex(expect(content, Tag.octetString, 'OCTET STRING').content()),
  lines: (hash) => [hash],
};

/** A template and its major and minor version, as far as they are there. */
interface MicrosoftTemplate {
  readonly oid: string;
  readonly versions: readonly number[];
}

export const microsoftTemplate: ExtensionType<MicrosoftTemplate> = {
  oid: ExtensionOid.microsoftTemplate,
  name: 'microsoftCertificateTemplate',
  read(content) {
    const fields = children(expect(content, Tag.sequence, 'CertificateTemplate'));
    const oid = readOid(fields.read(Tag.objectIdentifier));
    const versions: number[] = [];
    while (fields.peek() === Tag.integer) versions.push(readSmallInteger(fields.next()));
    fields.end();
    return { oid, versions };
  },
  lines: ({ oid, versions }, oidText) => [
    `${oidText(oid)}${versions.length === 0 ? '' : ` version ${versions.join('.')}`}`,
  ],
};
