import { DerError } from '../../der/error.js';
import { Tag } from '../../der/tag.js';
import { toHex } from '../../der/values.js';
import { isoMilliseconds } from '../../text/iso-time.js';
import { ExtensionOid } from '../extension.js';
import { NO_EXPIRY } from '../time.js';
import { expect } from './expect.js';
import type { ExtensionType, Warn } from './extension-type.js';

/** A signed certificate timestamp (RFC 6962 3.2), without its signature. */
export interface SignedTimestamp {
  /** The SHA-256 of the log's key, hex. */
  readonly logId: string;
  /** Milliseconds since 1970; null behind the year 9999, where no calendar has a word for it. */
  readonly time: number | null;
}

/** A SignedCertificateTimestampList: TLS structures inside an OCTET STRING (RFC 6962 3.3). */
export const signedTimestamps: ExtensionType<readonly SignedTimestamp[]> = {
  oid: ExtensionOid.sctList,
  name: 'signedCertificateTimestampList',
  read(content, warn) {
    const { bytes, contentStart, end } = expect(content, Tag.octetString, 'OCTET STRING');
    if (end - contentStart < 2 || uint16(bytes, contentStart) !== end - contentStart - 2) {
      throw new DerError('DER_VALUE', contentStart, 'the SCT list has another length than it says');
    }
    const timestamps: SignedTimestamp[] = [];
    for (let at = contentStart + 2; at < end; ) {
      const length = end - at < 2 ? end : uint16(bytes, at);
      if (length < 41 || at + 2 + length > end)
        throw new DerError('DER_VALUE', at, 'an SCT does not fit into its list');
      // Version, log id, time, extensions, signature. Other versions than v1 (0) have no layout known today.
      if (bytes[at + 2] === 0) {
        timestamps.push({ logId: toHex(bytes, at + 3, at + 35), time: readMoment(bytes, at + 35, warn) });
      }
      at += 2 + length;
    }
    return timestamps;
  },
  lines: (timestamps) =>
    timestamps.map(({ logId, time }) => `${time === null ? '?' : isoMilliseconds(time)} log ${logId}`),
};

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

function readMoment(bytes: Uint8Array, at: number, warn: Warn): number | null {
  let time = 0;
  for (let i = at; i < at + 8; i++) time = time * 256 + (bytes[i] ?? 0);
  if (time < NO_EXPIRY + 1000) return time;
  warn('an SCT of a time after the year 9999');
  return null;
}
