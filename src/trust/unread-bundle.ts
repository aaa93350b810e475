import { decodeUsualBody, frameOf } from '../pem/usual-blocks.js';

/**
 * The certificates of a PEM bundle, of which nothing is decoded until it may be wanted: of a system's hundred and more
 * anchors, a path takes one. They are found by what base64 makes of the octets that are looked for, in blocks that are
 * laid out as usual; a certificate in any other form is found when all are read.
 */
export class UnreadBundle {
  readonly #text: Buffer;
  readonly #readAll: () => readonly Uint8Array[];
  /** Names that were looked for. */
  readonly #namesTaken = new Set<string>();
  #isRead = false;

  /** @param readAll reads what the bundle holds, in whatever form */
  constructor(text: Buffer, readAll: () => readonly Uint8Array[]) {
    this.#text = text;
    this.#readAll = readAll;
  }

  /** Those that may be this certificate, as far as they can be found: they begin as it does. */
  like(der: Uint8Array): readonly Uint8Array[] {
    return this.#isRead ? [] : this.#holding([Buffer.from(der.subarray(0, LINE)).toString('base64')]);
  }

  /** Those that may have this subject, in DER, as far as they can be found; at the first time it is asked for. */
  naming(name: Uint8Array): readonly Uint8Array[] {
    const text = Buffer.from(name).toString('latin1');
    if (this.#isRead || this.#namesTaken.has(text)) return [];
    this.#namesTaken.add(text);
    return this.#holding(piecesOf(Buffer.from(name.subarray(-LINE)))).filter((der) => der.indexOf(name) !== -1);
  }

  /** All there are; nothing at the second time. */
  all(): readonly Uint8Array[] {
    if (this.#isRead) return [];
    this.#isRead = true;
    return this.#readAll();
  }

  /** The content of the blocks that hold one of the pieces of base64, in their order. */
  #holding(pieces: readonly string[]): Buffer[] {
    const text = this.#text;
    const found = new Map<number, Buffer>();
    for (const piece of pieces) {
      let at = text.indexOf(piece, 0, 'latin1');
      while (at !== -1) {
        const start = text.lastIndexOf(begin, at, 'latin1');
        const stop = text.indexOf('-', at, 'latin1');
        const end = stop === -1 ? text.length : stop;
        const der = start === -1 ? undefined : decodeUsualBody(text.toString('latin1', start + begin.length, end));
        if (der !== undefined) found.set(start, der);
        at = text.indexOf(piece, end, 'latin1');
      }
    }
    return [...found].sort(([a], [b]) => a - b).map(([, der]) => der);
  }
}

const { begin } = frameOf('CERTIFICATE');

/** The octets of a line of the usual width. */
const LINE = 48;

/** By fewer characters of base64, hardly a certificate could be told from others. */
const SHORTEST_PIECE = 8;

/**
 * Octets as base64 writes them, wherever among three they begin, in pieces of which one at least is in one line: there are
 * as many characters from one line end to the next as the pieces of one spelling are long together. None for octets that
 * are too few.
 */
function piecesOf(octets: Buffer): string[] {
  return [0, 1, 2].flatMap((skipped) => {
    const triples = Math.floor((octets.length - skipped) / 3);
    const text = octets.toString('base64', skipped, skipped + 3 * triples);
    const middle = text.length >> 1;
    return middle < SHORTEST_PIECE ? [] : [text.slice(0, middle), text.slice(middle)];
  });
}
