import { movedError } from '../der/error.js';
import { elementAt } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isPkiError } from '../errors.js';
import { readRevokedCertificate } from './crl.js';
import type { EntryTaker } from './crl-entry-scanner.js';
import { type Extension, ExtensionOid } from './extension.js';
import type { SerialSet } from './serial-set.js';

/** The critical extensions of entries that are understood here; RFC 5280 5.3 forbids to use a list with others. */
export const knownEntryExtensions: readonly string[] = [
  ExtensionOid.reasonCode,
  ExtensionOid.invalidityDate,
  ExtensionOid.certificateIssuer,
];

/**
 * Keeps the entries of a list that matter, for serial numbers that are asked for: theirs, those that say whose the following
 * ones are (RFC 5280 5.3.3) where that matters, and the first of those with a critical extension nothing here knows.
 */
export class CrlEntryFilter implements EntryTaker {
  readonly #serials: SerialSet;
  readonly #kept: Buffer[] = [];
  /** The last entry that says whose it and the following ones are, as long as it has not been kept. */
  #issuerEntry: Buffer | undefined;
  #knowsUnknown = false;

  constructor(serials: SerialSet) {
    this.#serials = serials;
  }

  /** The entries that matter, whole, in their order. */
  get kept(): readonly Buffer[] {
    return this.#kept;
  }

  entry(bytes: Buffer, start: number, end: number): void {
    const serialTag = start + ((bytes[start + 1] ?? 0) < 0x80 ? 2 : 2 + ((bytes[start + 1] ?? 0) & 0x7f));
    const serial = serialTag + 2;
    const serialEnd = serial + (bytes[serialTag + 1] ?? 0);
    const dateEnd = serialEnd + 2 + (bytes[serialEnd + 1] ?? 0);
    const isUsual = bytes[serialTag] === Tag.integer && serialEnd - serial < 0x80 && dateEnd <= end;
    const isPlain = isUsual && !this.#serials.has(bytes, serial, serialEnd);
    if (isPlain && (dateEnd === end || areHarmless(bytes, dateEnd, end))) return;
    this.#lookClosely(Buffer.from(bytes.subarray(start, end)), start);
  }

  #lookClosely(octets: Buffer, offset: number): void {
    try {
      const entry = readRevokedCertificate(elementAt(octets, 0, octets.length));
      this.#keep(octets, entry.extensions, this.#serials.includes(entry.serial));
    } catch (error) {
      throw isPkiError(error) ? movedError(error, (inside) => offset + inside) : error;
    }
  }

  #keep(entry: Buffer, extensions: readonly Extension[], isWanted: boolean): void {
    if (extensions.some(({ oid }) => oid === ExtensionOid.certificateIssuer)) this.#issuerEntry = entry;
    const isUnknown = extensions.some(({ oid, critical }) => critical && !knownEntryExtensions.includes(oid));
    const isTelling = isUnknown && !this.#knowsUnknown;
    if (!isWanted && !isTelling) return;
    this.#knowsUnknown ||= isUnknown;
    if (this.#issuerEntry !== undefined && this.#issuerEntry !== entry) this.#kept.push(this.#issuerEntry);
    this.#issuerEntry = undefined;
    this.#kept.push(entry);
  }
}

/** The last octet of certificateIssuer's OID, whose first two are 2.5.29. */
const CERTIFICATE_ISSUER = 29;

/** True for extensions that are none of them critical, nor say whose the entry is; false also where that takes a closer look. */
function areHarmless(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== Tag.sequence || start + 2 + (bytes[start + 1] ?? 0) !== end) return false;
  let position = start + 2;
  while (position < end) {
    const length = bytes[position + 1] ?? 0;
    const oidLength = bytes[position + 3] ?? 0;
    const next = position + 2 + length;
    const value = position + 4 + oidLength;
    const isShort = bytes[position] === Tag.sequence && length < 0x80 && next <= end && value < next;
    if (!isShort || bytes[position + 2] !== Tag.objectIdentifier || bytes[value] !== Tag.octetString) return false;
    if (oidLength === 3 && bytes[value - 1] === CERTIFICATE_ISSUER) return false;
    position = next;
  }
  return true;
}
