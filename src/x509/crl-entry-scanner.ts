import { DerError, movedError } from '../der/error.js';
import { elementAt } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isPkiError } from '../errors.js';

/** Takes the entries of a list as they go by. */
export interface EntryTaker {
  /**
   * @param bytes the entry, from `start` to `end`; good for this call only
   * @throws {DerError} with offsets in `bytes`
   */
  entry(bytes: Buffer, start: number, end: number): void;
  /** Those that stand for all of them in the small list a filter makes, whole, in their order. */
  readonly kept: readonly Buffer[];
}

/**
 * Walks the entries that begin at the front of some octets, piece by piece, in a few comparisons for each of the usual ones.
 *
 * @param isLast true when no more octets of the entries follow: none may be cut then
 * @param base where the octets are in the list, for messages
 * @returns how many octets they took
 * @throws {DerError}
 */
export function scanEntries(
  bytes: Buffer,
  limit: number,
  { isLast, base, taker }: { readonly isLast: boolean; readonly base: number; readonly taker: EntryTaker },
): number {
  let position = 0;
  while (position < limit) {
    const end = usualEnd(bytes, position, limit) ?? oddEnd(bytes, position, limit, isLast, base);
    if (end === undefined) break;
    try {
      taker.entry(bytes, position, end);
    } catch (error) {
      throw placed(error, base);
    }
    position = end;
  }
  return position;
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
