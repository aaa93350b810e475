import { DerError } from '../der/error.js';
import type { Element } from '../der/reader.js';
import { ByteMemo, type Span } from './byte-memo.js';
import { hex } from './strings.js';

/** A signed certificate timestamp (RFC 6962 3.2), without its signature. */
export interface SignedTimestamp {
  /** The SHA-256 of the log's key, hex. */
  readonly logId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** There are a few dozen logs in the world. */
const logIds = new ByteMemo<string>({ capacity: 256 });
const hexOf = ({ bytes, start, end }: Span): string => hex(bytes, start, end);

/**
 * A SignedCertificateTimestampList: TLS structures inside an OCTET STRING (RFC 6962 3.3).
 *
 * @throws {DerError} the lengths inside do not add up
 */
export function readSctList(element: Element): SignedTimestamp[] {
  const { bytes, contentStart, end } = element;
  if (end - contentStart < 2 || uint16(bytes, contentStart) !== end - contentStart - 2) {
    throw new DerError('DER_VALUE', contentStart, 'the SCT list has another length than it says');
  }
  const timestamps: SignedTimestamp[] = [];
  for (let at = contentStart + 2; at < end; ) {
    const length = end - at < 2 ? end : uint16(bytes, at);
    if (length < 41 || at + 2 + length > end) throw new DerError('DER_VALUE', at, 'an SCT does not fit into its list');
    // Version, log id, time, extensions, signature. Other versions than v1 (0) have no layout known today.
    if (bytes[at + 2] === 0)
      timestamps.push({
        logId: logIds.get({ bytes, start: at + 3, end: at + 35 }, hexOf),
        time: uint64(bytes, at + 35),
      });
    at += 2 + length;
  }
  return timestamps;
}

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] as number) * 256 + (bytes[at + 1] as number);

/** Eight octets; above 2^53, which no time is, not exact. */
function uint64(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 8; i++) value = value * 256 + (bytes[i] as number);
  return value;
}
