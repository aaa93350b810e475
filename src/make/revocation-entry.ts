import { Tag } from '../der/tag.js';
import { element, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { ExtensionOid } from '../x509/extension.js';
import { revocationReasons } from '../x509/extensions/reason-code.js';

/** A revoked or suspended certificate, or with removeFromCRL in a delta one that is neither any more. */
export interface Revocation {
  /** The content of its serial number's INTEGER. */
  readonly serial: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** As RFC 5280 5.3.1 names it; null and `unspecified` are left out, as it wants. */
  readonly reason: string | null;
}

/** The DER of an entry (RFC 5280 5.1.2.6, 5.3.1). */
export function revocationEntry({ serial, time, reason }: Revocation): Buffer {
  const code = codeOf(reason);
  const extensions = code === undefined ? [] : [reasonFront, Buffer.of(code)];
  return sequence(element(Tag.integer, serial), timeValue(time), ...extensions);
}

/** The number of a reason, undefined where an entry names none. */
export const codeOf = (reason: string | null): number | undefined =>
  reason === null || reason === 'unspecified' ? undefined : revocationReasons.indexOf(reason);

/** The extensions of an entry with a reason, but for the last octet, which is its number. */
export const reasonFront = sequence(
  sequence(objectIdentifier(ExtensionOid.reasonCode), octetString(element(Tag.enumerated, Buffer.of(0)))),
).subarray(0, -1);

let last: { readonly time: number; readonly value: Buffer } = { time: Number.NaN, value: Buffer.alloc(0) };

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 5.1.2.4); many entries in a row have the same. */
export function timeValue(time: number): Buffer {
  if (time === last.time) return last.value;
  const digits = new Date(time).toISOString().replace(/\.\d+|[-T:]/g, '');
  const isLate = digits >= '2050';
  const text = Buffer.from(isLate ? digits : digits.slice(2), 'latin1');
  last = { time, value: element(isLate ? Tag.generalizedTime : Tag.utcTime, text) };
  return last.value;
}
