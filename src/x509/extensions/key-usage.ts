import { Tag } from '../../der/tag.js';
import { ExtensionOid } from '../extension.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';
import { namedBits } from './named-bits.js';

/** Names of the bits of KeyUsage (RFC 5280 4.2.1.3), in order. */
export const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsageNames)[number];

/** The names of the bits that are set. */
export const keyUsage: ExtensionType<readonly KeyUsage[]> = {
  oid: ExtensionOid.keyUsage,
  name: 'keyUsage',
  read: (content, warn) => namedBits(expect(content, Tag.bitString, 'BIT STRING'), keyUsageNames, warn),
  lines: (usages) => (usages.length === 0 ? [] : [usages.join(', ')]),
};
