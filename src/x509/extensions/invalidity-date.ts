import { Tag } from '../../der/tag.js';
import { isoText } from '../../text/iso-time.js';
import { ExtensionOid } from '../extension.js';
import { readTime } from '../time.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** Since when a certificate is known or suspected to be no good (RFC 5280 5.3.2), in milliseconds since 1970. */
export const invalidityDate: ExtensionType<number> = {
  oid: ExtensionOid.invalidityDate,
  name: 'invalidityDate',
  read: (content) => readTime(expect(content, Tag.generalizedTime, 'GeneralizedTime')),
  lines: (time) => [isoText(time)],
};
