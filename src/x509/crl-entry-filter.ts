import { movedError } from '../der/error.js';
import { elementAt } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isPadding } from '../der/values.js';
import { complaint, isPkiError } from '../errors.js';
import { checkEntry, type RevokedCertificate, readRevokedCertificate } from './crl.js';
import type { EntryTaker } from './crl-entry-scanner.js';
import { ExtensionOid } from './extension.js';
import type { SerialSet } from './serial-set.js';

/** The critical extensions of entries that are understood here; RFC 5280 5.3 forbids to use a list with others. */
export const knownEntryExtensions: readonly string[] = [
  ExtensionOid.reasonCode,
  ExtensionOid.invalidityDate,
  ExtensionOid.certificateIssuer,
];

/**
 * Keeps the entries of a list that matter, for serial numbers that are asked for: theirs, those that say whose the following
 * ones are (RFC 5280 5.3.3) where that matters, and the first of those a list is not to be used with: they are damaged, or
 * have a critical extension nothing here knows.
 */
export class CrlEntryFilter implements EntryTaker {
  readonly #serials: SerialSet;
  readonly #kept: Buffer[] = [];
  /** The last entry that says whose it and the following ones are, as long as it has not been kept. */
  #issuerEntry: Buffer | undefined;
  #knowsUnusable = false;

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
    const date = bytes[serialEnd];
    const dateEnd = serialEnd + 2 + (bytes[serialEnd + 1] ?? 0);
    const isUsual =
      bytes[serialTag] === Tag.integer &&
      isNumber(bytes, serial, serialEnd) &&
      (date === Tag.utcTime || date === Tag.generalizedTime) &&
      dateEnd <= end;
    const isPlain = isUsual && !this.#serials.has(bytes, serial, serialEnd);
    if (isPlain && (dateEnd === end || areHarmless(bytes, dateEnd, end))) return;
    this.#lookClosely(Buffer.from(bytes.subarray(start, end)), start);
  }

  #lookClosely(octets: Buffer, offset: number): void {
    try {
      const entry = readRevokedCertificate(elementAt(octets, 0, octets.length));
      this.#keep(octets, entry, this.#serials.includes(entry.serial));
    } catch (error) {
      throw isPkiError(error) ? movedError(error, (inside) => offset + inside) : error;
    }
  }

  #keep(entry: Buffer, read: RevokedCertificate, isWanted: boolean): void {
    const { extensions } = read;
    if (extensions.some(({ oid }) => oid === ExtensionOid.certificateIssuer)) this.#issuerEntry = entry;
    const isUnusable =
      extensions.some(({ oid, critical }) => critical && !knownEntryExtensions.includes(oid)) ||
      complaint(() => checkEntry(read)) !== undefined;
    const isTelling = isUnusable && !this.#knowsUnusable;
    if (!isWanted && !isTelling) return;
    this.#knowsUnusable ||= isUnusable;
    if (this.#issuerEntry !== undefined && this.#issuerEntry !== entry) this.#kept.push(this.#issuerEntry);
    this.#issuerEntry = undefined;
    this.#kept.push(entry);
  }
}

/** True for the content of an INTEGER of a usual length, without padding. */
const isNumber = (bytes: Buffer, start: number, end: number): boolean =>
  end > start && end - start < 0x80 && !(end - start > 1 && isPadding(bytes[start], bytes[start + 1]));

/** The last octets of OIDs below 2.5.29. */
const REASON_CODE = 21;
const CERTIFICATE_ISSUER = 29;

/**
 * True for extensions below 2.5.29 that are none of them critical, nor say whose the entry is, with one reason at most; false
 * also where that takes a closer look.
 */
function areHarmless(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== Tag.sequence || start + 2 + (bytes[start + 1] ?? 0) !== end) return false;
  let position = start + 2;
  let hasReason = false;
  while (position < end) {
    const length = bytes[position + 1] ?? 0;
    const next = position + 2 + length;
    const oid = position + 4;
    const value = oid + 3;
    const isUsual =
      bytes[position] === Tag.sequence &&
      length < 0x80 &&
      next <= end &&
      bytes[position + 2] === Tag.objectIdentifier &&
      bytes[position + 3] === 3 &&
      bytes[oid] === 0x55 &&
      bytes[oid + 1] === 0x1d &&
      bytes[value] === Tag.octetString &&
      value + 2 + (bytes[value + 1] ?? 0) === next;
    const kind = bytes[oid + 2] ?? 0;
    if (!isUsual || kind >= 0x80 || kind === CERTIFICATE_ISSUER) return false;
    if (kind === REASON_CODE) {
      const isCode = next - value === 5 && bytes[value + 2] === Tag.enumerated && bytes[value + 3] === 1;
      if (!isCode || hasReason || (bytes[value + 4] ?? 0) >= 0x80) return false;
      hasReason = true;
    }
    position = next;
  }
  return true;
}
