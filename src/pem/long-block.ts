import { PkiError } from '../errors.js';

const DASH = 0x2d;

/**
 * Takes one PEM block of any length piece by piece and gives its octets: nothing of it is kept. Laid out as RFC 7468
 * generators do it; odd ones are for the scanner, which has them whole.
 */
export class LongBlock {
  readonly #end: string;
  /** Characters that wait for others of their group of four, or the END line that is not whole yet. */
  #rest = '';
  #state: 'begin' | 'body' | 'end' | 'done' = 'begin';
  readonly #begin: string;

  constructor(label: string) {
    this.#begin = `-----BEGIN ${label}-----`;
    this.#end = `-----END ${label}-----`;
  }

  /** True for text that begins with such a block. */
  static isAt(head: Uint8Array, label: string): boolean {
    const begin = `-----BEGIN ${label}-----`;
    return Buffer.from(head.subarray(0, begin.length)).toString('latin1') === begin;
  }

  /** The octets that the next piece of text completes. @throws {PkiError} it is damaged */
  push(piece: Uint8Array): Buffer {
    if (this.#state === 'body' && !piece.includes(DASH)) return this.#decode(Buffer.from(piece).toString('latin1'));
    let text = this.#rest + Buffer.from(piece).toString('latin1');
    this.#rest = '';
    if (this.#state === 'begin') {
      if (text.length < this.#begin.length) return this.#wait(text);
      text = text.slice(this.#begin.length);
      this.#state = 'body';
    }
    if (this.#state === 'body') {
      const stop = text.indexOf('-');
      const octets = this.#decode(stop === -1 ? text : text.slice(0, stop));
      if (stop !== -1) {
        if (this.#rest !== '') throw damaged('its last characters are no group of four');
        this.#state = 'end';
        this.#finish(text.slice(stop));
      }
      return octets;
    }
    this.#finish(text);
    return Buffer.alloc(0);
  }

  /** Asserts that the block was whole. @throws {PkiError} */
  end(): void {
    if (this.#state !== 'done') throw damaged('it has no END line');
  }

  #wait(text: string): Buffer {
    this.#rest = text;
    return Buffer.alloc(0);
  }

  #finish(text: string): void {
    if (this.#state === 'done') {
      if (text.trim() !== '') throw damaged('more follows it: a file holds one list of this size');
      return;
    }
    if (text.length < this.#end.length) {
      this.#rest = text;
      return;
    }
    if (!text.startsWith(this.#end)) throw damaged('it ends with another line than END');
    this.#state = 'done';
    this.#finish(text.slice(this.#end.length));
  }

  #decode(text: string): Buffer {
    const characters = this.#rest + text.replace(/[\r\n\t ]+/g, '');
    const usable = characters.length - (characters.length % 4);
    this.#rest = characters.slice(usable);
    const group = characters.slice(0, usable);
    const octets = Buffer.from(group, 'base64');
    const padding = group.endsWith('==') ? 2 : group.endsWith('=') ? 1 : 0;
    if (octets.length !== (usable / 4) * 3 - padding || /[-_]/.test(group)) throw damaged('it is not base64');
    return octets;
  }
}

const damaged = (reason: string): PkiError => new PkiError('PEM_DAMAGED', `the PEM block is damaged: ${reason}`);
