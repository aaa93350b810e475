import { PkiError } from '../errors.js';

const DASH = 0x2d;

/** The entry in the table of characters of those that are none of the 64. */
const PADDING = 64;
const BLANK = 65;
const FOREIGN = 66;

/** The values of characters, by octet. */
const values = new Uint8Array(0x100).fill(FOREIGN);
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='].entries()) {
  values[character.charCodeAt(0)] = value;
}
for (const character of ' \t\r\n') values[character.charCodeAt(0)] = BLANK;

const valueAt = (text: Buffer, at: number): number => values[text[at] ?? 0] ?? FOREIGN;

/**
 * Takes one PEM block of any length piece by piece and gives its octets: nothing of it is kept, and no text is made of it.
 * Laid out as RFC 7468 generators do it; odd ones are for the scanner, which has them whole.
 */
export class LongBlock {
  readonly #begin: string;
  readonly #end: string;
  #state: 'begin' | 'body' | 'end' | 'done' = 'begin';
  /** As much of a BEGIN or END line as has come. */
  #line = '';
  /** The bits of a group of four characters that is not whole yet, and how many of those have come. */
  #bits = 0;
  #count = 0;
  #padding = 0;
  /** The room the octets are given in. */
  #room = Buffer.alloc(0);

  constructor(label: string) {
    this.#begin = `-----BEGIN ${label}-----`;
    this.#end = `-----END ${label}-----`;
  }

  /** True for text that begins with such a block. */
  static isAt(head: Uint8Array, label: string): boolean {
    const begin = `-----BEGIN ${label}-----`;
    return Buffer.from(head.subarray(0, begin.length)).toString('latin1') === begin;
  }

  /** The octets that the next piece of text completes, good until the next. @throws {PkiError} it is damaged */
  push(piece: Uint8Array): Buffer {
    let body = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    if (this.#state === 'begin') {
      const missing = this.#begin.length - this.#line.length;
      this.#line += body.toString('latin1', 0, missing);
      if (this.#line.length === this.#begin.length) {
        this.#state = 'body';
        this.#line = '';
      }
      body = body.subarray(missing);
    }
    if (this.#state === 'body') {
      const stop = body.indexOf(DASH);
      const octets = this.#decode(stop === -1 ? body : body.subarray(0, stop));
      if (stop !== -1) this.#finish(body.toString('latin1', stop));
      return octets;
    }
    if (body.length > 0) this.#finish(body.toString('latin1'));
    return Buffer.alloc(0);
  }

  /** Asserts that the block was whole. @throws {PkiError} */
  end(): void {
    if (this.#state !== 'done') throw damaged('it has no END line');
  }

  #finish(text: string): void {
    if (this.#count !== 0) throw damaged('its last characters are no group of four');
    if (this.#state !== 'done') {
      this.#state = 'end';
      this.#line += text;
      if (this.#line.length < this.#end.length) return;
      if (!this.#line.startsWith(this.#end)) throw damaged('it ends with another line than END');
      this.#state = 'done';
    }
    const rest = this.#line === '' ? text : this.#line.slice(this.#end.length);
    this.#line = '';
    if (rest.trim() !== '') throw damaged('more follows it: a file holds one list of this size');
  }

  #decode(text: Buffer): Buffer {
    // A group that began in the piece before may be completed here.
    const most = Math.ceil(text.length / 4) * 3 + 3;
    if (this.#room.length < most) this.#room = Buffer.allocUnsafeSlow(most);
    const octets = this.#room;
    let size = 0;
    let bits = this.#bits;
    let count = this.#count;
    let padding = this.#padding;
    for (let i = 0; i < text.length; i++) {
      const value = valueAt(text, i);
      if (count === 0 && padding === 0 && i + 4 <= text.length) {
        // Most groups are whole, and of one line.
        const second = valueAt(text, i + 1);
        const third = valueAt(text, i + 2);
        const fourth = valueAt(text, i + 3);
        if ((value | second | third | fourth) < PADDING) {
          octets[size++] = (value << 2) | (second >> 4);
          octets[size++] = ((second & 0xf) << 4) | (third >> 2);
          octets[size++] = ((third & 3) << 6) | fourth;
          i += 3;
          continue;
        }
      }
      if (value === BLANK) continue;
      // Nothing but padding takes the place of the last one or two of a group, and nothing follows it.
      if (value === FOREIGN || (value === PADDING ? count < 2 : padding > 0)) throw damaged('it is not base64');
      if (value === PADDING) padding++;
      bits = (bits << 6) | (value & 0x3f);
      if (++count < 4) continue;
      octets[size++] = bits >> 16;
      octets[size++] = (bits >> 8) & 0xff;
      octets[size++] = bits & 0xff;
      bits = 0;
      count = 0;
    }
    this.#bits = bits;
    this.#count = count;
    this.#padding = padding;
    // Of the last group as many octets are none as there are characters of padding.
    return octets.subarray(0, count === 0 && size > 0 ? size - padding : size);
  }
}

const damaged = (reason: string): PkiError => new PkiError('PEM_DAMAGED', `the PEM block is damaged: ${reason}`);
