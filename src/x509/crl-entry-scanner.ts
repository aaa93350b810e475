import { DerError, movedError } from '../der/error.js';
import { elementAt } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isPkiError } from '../errors.js';
import { readRevokedCertificate } from './crl.js';
import { type Extension, ExtensionOid } from './extension.js';
import type { SerialSet } from './serial-set.js';

/** The critical extensions of entries that are understood here; RFC 5280 5.3 forbids to use a list with others. */
export const knownEntryExtensions: readonly string[] = [
  ExtensionOid.reasonCode,
  ExtensionOid.invalidityDate,
  ExtensionOid.certificateIssuer,
];

/** Walks the entries of a list piece by piece, in a few comparisons for each of the usual ones, and keeps those that matter. */
export class CrlEntryScanner {
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

  /**
   * Walks the entries that begin at the front of some octets.
   *
   * @param isLast true when no more octets of the entries follow: none may be cut then
   * @param base where the octets are in the list, for messages
   * @returns how many octets they took
   * @throws {DerError}
   */
  scan(bytes: Buffer, limit: number, isLast: boolean, base: number): number {
    let position = 0;
    while (position < limit) {
      const end = usualEnd(bytes, position, limit) ?? oddEnd(bytes, position, limit, isLast, base);
      if (end === undefined) break;
      this.#look(bytes, position, end, base);
      position = end;
    }
    return position;
  }

  #look(bytes: Buffer, start: number, end: number, base: number): void {
    const serialTag = start + ((bytes[start + 1] ?? 0) < 0x80 ? 2 : 2 + ((bytes[start + 1] ?? 0) & 0x7f));
    const serial = serialTag + 2;
    const serialEnd = serial + (bytes[serialTag + 1] ?? 0);
    const dateEnd = serialEnd + 2 + (bytes[serialEnd + 1] ?? 0);
    const isUsual = bytes[serialTag] === Tag.integer && serialEnd - serial < 0x80 && dateEnd <= end;
    const isPlain = isUsual && !this.#serials.has(bytes, serial, serialEnd);
    if (isPlain && (dateEnd === end || areHarmless(bytes, dateEnd, end))) return;
    this.#lookClosely(Buffer.from(bytes.subarray(start, end)), base + start);
  }

  #lookClosely(octets: Buffer, offset: number): void {
    try {
      const entry = readRevokedCertificate(elementAt(octets, 0, octets.length));
      this.#keep(octets, entry.extensions, this.#serials.includes(entry.serial));
    } catch (error) {
      throw placed(error, offset);
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

/** Where an entry of less than 128 octets ends, undefined for others and for one that is cut. */
function usualEnd(bytes: Buffer, position: number, limit: number): number | undefined {
  const length = bytes[position + 1];
  if (bytes[position] !== Tag.sequence || length === undefined || length >= 0x80) return undefined;
  const end = position + 2 + length;
  return end <= limit ? end : undefined;
}

/** Where any entry ends; undefined where more octets have to come first. */
function oddEnd(bytes: Buffer, position: number, limit: number, isLast: boolean, base: number): number | undefined {
  try {
    const entry = elementAt(bytes, position, limit);
    if (entry.tag === Tag.sequence) return entry.end;
  } catch (error) {
    if (isPkiError(error) && error.code === 'DER_TRUNCATED' && !isLast) return undefined;
    throw placed(error, base);
  }
  throw new DerError('DER_TAG', base + position, 'expected revoked certificate (SEQUENCE)');
}

/** An error with its place in the list. */
const placed = (error: unknown, base: number): unknown =>
  isPkiError(error) ? movedError(error, (offset) => base + offset) : error;

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
