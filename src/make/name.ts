import { Tag } from '../der/tag.js';
import { element, objectIdentifier, sequence } from '../der/writer.js';
import type { DistinguishedName, NameAttribute } from '../spec/distinguished-name.js';
import { attributeType } from '../spec/subject-types.js';

/**
 * The DER of a name, by our own writer: PKI.js puts all attributes it is given into a single relative name, which would
 * make `C=HU+O=Valami+CN=…` of every subject, and knows a few string types only. The attributes of each relative name are
 * sorted as a SET OF is (X.690 11.6).
 */
export const encodeName = (name: DistinguishedName): Buffer => sequence(Buffer.concat(name.map(relativeName)));

const relativeName = (attributes: readonly NameAttribute[]): Buffer =>
  element(Tag.set, Buffer.concat(attributes.map(attribute).sort(Buffer.compare)));

const attribute = ({ oid, value }: NameAttribute): Buffer =>
  sequence(objectIdentifier(oid), typeof value === 'string' ? text(oid, value) : value);

const text = (oid: string, value: string): Buffer =>
  element(attributeType(oid)?.encoding ?? Tag.utf8String, Buffer.from(value, 'utf8'));
