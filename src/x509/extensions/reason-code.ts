import { Tag } from '../../der/tag.js';
import { readSmallInteger } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** Reasons for revocation by number (RFC 5280 5.3.1). */
export const revocationReasons: readonly (string | undefined)[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

/** The name of a reason, its number where it is none of RFC 5280's. */
export const reasonCode: ExtensionType<string> = {
  oid: ExtensionOid.reasonCode,
  name: 'reasonCode',
  read(content) {
    const code = readSmallInteger(expect(content, Tag.enumerated, 'CRLReason'));
    return revocationReasons[code] ?? String(code);
  },
  lines: (reason) => [reason],
};
