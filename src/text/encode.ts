/**
 * Writes text as UTF-8 into octets that have room for it, and returns how many there are. ASCII, as nearly all output is, is
 * only copied: as UTF-8 it takes three times as long on Node.js 24.
 */
export function encodeText(text: string, into: Buffer, at: number): number {
  const isAscii = Buffer.byteLength(text, 'utf8') === text.length;
  return into.write(text, at, isAscii ? 'latin1' : 'utf8');
}

/** The most octets a UTF-16 code unit takes in UTF-8. */
export const LONGEST_UNIT = 3;
