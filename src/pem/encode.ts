/**
 * A PEM block as RFC 7468 section 2 wants it written: LF, 64 columns, a newline at the end.
 *
 * @param label for example `CERTIFICATE`
 */
export function encodePem(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${lines(Buffer.from(der.buffer, der.byteOffset, der.byteLength))}-----END ${label}-----\n`;
}

const WIDTH = 64;
/** Octets in so many lines that calls are few and texts short. */
const PIECE = (WIDTH / 4) * 3 * 1024;

/** {@link encodePem} in pieces, for octets in pieces: neither is held as a whole. */
export function* encodePemPieces(label: string, octets: Iterable<Uint8Array>): Generator<string, void> {
  yield `-----BEGIN ${label}-----\n`;
  const room = Buffer.allocUnsafeSlow(PIECE);
  let size = 0;
  for (const piece of octets) {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + PIECE - size);
      room.set(taken, size);
      size += taken.length;
      at += taken.length;
      if (size < PIECE) continue;
      yield lines(room);
      size = 0;
    }
  }
  yield `${lines(room.subarray(0, size))}-----END ${label}-----\n`;
}

function lines(octets: Buffer): string {
  const base64 = octets.toString('base64');
  let text = '';
  for (let i = 0; i < base64.length; i += WIDTH) text += `${base64.slice(i, i + WIDTH)}\n`;
  return text;
}
