import { children, type Element } from '../../der/reader.js';
import { context, Tag } from '../../der/tag.js';
import { isoText } from '../../text/iso-time.js';
import { ExtensionOid } from '../extension.js';
import { timeOrNull, timeText } from '../time.js';
import { expect } from './expect.js';
import type { ExtensionType, Warn } from './extension-type.js';

/** When the private key may sign (RFC 3280 4.2.1.4), in milliseconds since 1970; null where that is open. */
export interface PrivateKeyUsagePeriod {
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}

export const privateKeyUsagePeriod: ExtensionType<PrivateKeyUsagePeriod> = {
  oid: ExtensionOid.privateKeyUsagePeriod,
  name: 'privateKeyUsagePeriod',
  read(content, warn) {
    const fields = children(expect(content, Tag.sequence, 'PrivateKeyUsagePeriod'));
    const notBefore = fields.optional(context(0));
    const notAfter = fields.optional(context(1));
    fields.end();
    if (notBefore === undefined && notAfter === undefined) warn('empty');
    return {
      notBefore: notBefore === undefined ? null : readMoment(notBefore, warn),
      notAfter: notAfter === undefined ? null : readMoment(notAfter, warn),
    };
  },
  lines: ({ notBefore, notAfter }) => [
    ...(notBefore === null ? [] : [`signs from ${isoText(notBefore)}`]),
    ...(notAfter === null ? [] : [`signs until ${isoText(notAfter)}`]),
  ],
};

function readMoment(element: Element, warn: Warn): number | null {
  const time = timeOrNull(element);
  if (time === null) warn(`not a time: ${timeText(element)}`);
  return time;
}
