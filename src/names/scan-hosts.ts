import { HASH_START, HostBatch, hashStep, type PatternIndex } from './pattern-index.js';

/**
 * The hot path: host lists as bytes, a line at a time, nothing decoded and nothing allocated. A line that is plainly a
 * host name is answered here; whatever needs a second look (an IP address, a port, an A-label, a comment, nonsense) is
 * handed on.
 */
interface ScanVisitor {
  /** Judges a line that is no plain host name: covered, not covered, or (undefined) to be skipped. */
  judge(start: number, end: number, line: number): boolean | undefined;
  /**
   * Takes the answer for a line.
   *
   * @param end where its text ends
   * @returns false to stop here
   */
  visit(isCovered: boolean, start: number, end: number): boolean;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * The classes of octets in a host name: letters (in lower case), digits and `_` are themselves and greater than a dot, `.`,
 * `-` and line ends are themselves, anything else is 0.
 */
const classes = Uint8Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  return /[A-Za-z0-9_.\r\n-]/.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});

/**
 * Scans whole lines.
 *
 * @param bytes lines, each with its newline
 * @param line the number of the first one
 * @returns the number of the line after the last one, or -1 when the visitor stopped
 */
export function scanHosts(bytes: Uint8Array, line: number, index: PatternIndex, visitor: ScanVisitor): number {
  const isIndexable = index.isPlain;
  const batch = new HostBatch();
  let number = line;
  let i = 0;
  while (i < bytes.length) {
    const start = i;
    let label = i;
    let dot = -1;
    let first = HASH_START;
    let hash = HASH_START;
    let isPlain = isIndexable;
    let octet = 0;
    for (; ; i++) {
      octet = classes[bytes[i] as number] as number;
      if (octet > DOT) hash = hashStep(hash, octet);
      else if (octet === DOT) {
        if (i === label || i - label > 63 || bytes[i - 1] === HYPHEN) break;
        label = i + 1;
        if (dot === -1) {
          dot = i;
          first = hash;
          hash = HASH_START;
        } else hash = hashStep(hash, DOT);
      } else if (octet === HYPHEN) {
        if (i === label || (i === label + 3 && bytes[i - 1] === HYPHEN)) break;
        hash = hashStep(hash, HYPHEN);
      } else break;
    }
    let end = i;
    if (octet === RETURN && bytes[i + 1] === NEWLINE) i++;
    else if (octet !== NEWLINE) {
      isPlain = false;
      i = bytes.indexOf(NEWLINE, i);
      end = bytes[i - 1] === RETURN ? i - 1 : i;
    }
    i++;
    const initial = bytes[label] as number;
    const isHost =
      isPlain &&
      end > label &&
      end - label <= 63 &&
      end - start <= 253 &&
      (initial < ZERO || initial > NINE) &&
      bytes[end - 1] !== HYPHEN;
    if (isHost) {
      if (dot === -1) batch.add(start, dot, end, hash, HASH_START);
      else batch.add(start, dot, end, first, hash);
      if (batch.isFull && !visitBatch(bytes, index, batch, visitor)) return -1;
    } else {
      if (!visitBatch(bytes, index, batch, visitor)) return -1;
      const isCovered = visitor.judge(start, end, number);
      if (isCovered !== undefined && !visitor.visit(isCovered, start, end)) return -1;
    }
    number++;
  }
  return visitBatch(bytes, index, batch, visitor) ? number : -1;
}

/** Answers the hosts found so far. False when the visitor stopped. */
function visitBatch(bytes: Uint8Array, index: PatternIndex, batch: HostBatch, visitor: ScanVisitor): boolean {
  index.cover(bytes, batch);
  const { size, starts, ends, covered } = batch;
  batch.size = 0;
  for (let i = 0; i < size; i++) {
    if (!visitor.visit(covered[i] === 1, starts[i] as number, ends[i] as number)) return false;
  }
  return true;
}
