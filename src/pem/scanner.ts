import { decodeBody, decodeSoundBody, holdsMoreThan, noHeaders, type PemBody, type PemFault } from './body.js';
import { sameKind } from './labels.js';
import { noEnd, type OpenBlock, oddities, tooLarge } from './open-block.js';
import { frameOf, usualBlocks } from './usual-blocks.js';

/**
 * A streaming scanner of PEM (RFC 7468's lax form and beyond): bytes in, blocks and faults out, in constant memory
 * however long the input. It takes what people paste: text around the blocks, CRLF, byte-order marks, indentation,
 * unwrapped base64, an END line glued to the next BEGIN, BEGIN and END that name one thing in two ways. What it cannot
 * take it names by line, and goes on behind it.
 *
 * @example
 *   const scanner = new PemScanner();
 *   for (const chunk of chunks) for (const item of scanner.push(chunk)) …
 *   for (const item of scanner.end()) …
 */
interface PemBlock extends PemBody {
  readonly kind: 'block';
  /** The label of the BEGIN line. */
  readonly label: string;
  /** The line of BEGIN, from 1. */
  readonly line: number;
  /** Oddities that could be read, for people: lower case, no full stop. */
  readonly notices: readonly string[];
}

export type PemItem = PemBlock | PemFault;

interface PemScannerOptions {
  /** The most octets a block with this label may hold, decoded. */
  readonly maxSize?: (label: string) => number;
}

const LF = 0x0a;
const DASH = 0x2d;
const DASHES = Buffer.from('-----');
const BEGIN = Buffer.from('BEGIN ');
const END = Buffer.from('-----END ');

/** A BEGIN or END line is at most this long. */
const MAX_BOUNDARY = 256;
/** How much text without a BEGIN is kept, so that a line cut by a chunk's end is seen whole. */
const KEPT_TEXT = 4096;
/** How much text is looked at for usual blocks at once: a few of them, in vain where they are not usual. */
const WINDOW = 16 * 1024;

const noNotices: readonly string[] = [];

/** A BEGIN or END line, by the offsets of its first dash and behind its last. */
interface Boundary {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

export class PemScanner {
  readonly #maxSize: (label: string) => number;
  /** The bytes that are pending are `buffer[start…end)`; blocks are copied out of it, so it is used again and again. */
  #buffer = Buffer.alloc(0);
  /** The buffer up to `end`: searches stop there. */
  #text = this.#buffer;
  #start = 0;
  #end = 0;
  /** The line number at `start`. */
  #line = 1;
  /** Nothing was found before this offset. */
  #searched = 0;
  /** The block we are in: then `start` is behind its BEGIN line's dashes. */
  #open: OpenBlock | undefined;
  /** True when `start` is behind the dashes of an END line. */
  #isBehindEnd = false;
  #sawBoundary = false;
  /** The frame of the last block: bundles are runs of one label. */
  #frame = frameOf('CERTIFICATE');
  /** True between the BEGIN of a block that was given up and its END. */
  #skipsBlock = false;

  constructor(options: PemScannerOptions = {}) {
    this.#maxSize = options.maxSize ?? (() => Number.POSITIVE_INFINITY);
  }

  /** True once a BEGIN or END line, even a broken one, was seen. */
  get sawBoundary(): boolean {
    return this.#sawBoundary;
  }

  /** Takes the next bytes and gives what they complete. */
  push(chunk: Uint8Array): PemItem[] {
    this.#append(chunk);
    return this.#scan(false);
  }

  /** Says that nothing follows. */
  end(): PemItem[] {
    const items = this.#scan(true);
    if (this.#open !== undefined) items.push(noEnd(this.#open));
    return items;
  }

  /**
   * Makes room by moving what is pending to the front when it fills less than half of the buffer, else by doubling that:
   * however long a block and however small the pieces it comes in, the cost is linear.
   */
  #append(chunk: Uint8Array): void {
    const pending = this.#end - this.#start;
    if (this.#end + chunk.length > this.#buffer.length) {
      const needed = pending + chunk.length;
      if (2 * needed <= this.#buffer.length) this.#buffer.copyWithin(0, this.#start, this.#end);
      else {
        const grown = Buffer.allocUnsafeSlow(2 * needed);
        this.#buffer.copy(grown, 0, this.#start, this.#end);
        this.#buffer = grown;
      }
      this.#searched -= this.#start;
      this.#start = 0;
      this.#end = pending;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
    this.#text = this.#buffer.subarray(0, this.#end);
  }

  #scan(atEnd: boolean): PemItem[] {
    const items: PemItem[] = [];
    for (;;) {
      if (this.#open === undefined && this.#takeUsualBlocks(items) && !atEnd) return items;
      const found = this.#open === undefined ? this.#findBegin(atEnd) : this.#findEnd(this.#open, atEnd);
      if (found === undefined) return items;
      items.push(...found);
    }
  }

  /**
   * Takes what {@link usualBlocks} can, a window at a time, and leaves the rest to the rest of this class.
   *
   * @returns true where more bytes may complete another
   */
  #takeUsualBlocks(items: PemItem[]): boolean {
    const { label, begin } = this.#frame;
    const limit = this.#maxSize(label);
    for (;;) {
      const front = this.#buffer.toString('latin1', this.#start, Math.min(this.#end, this.#start + begin.length + 1));
      if (!front.endsWith(begin) && !front.startsWith(begin)) return false;
      const window = this.#buffer.toString('latin1', this.#start, Math.min(this.#end, this.#start + WINDOW));
      const { blocks, length, lines, isOpen } = usualBlocks(window, this.#frame, this.#isBehindEnd, limit);
      if (length === 0) return isOpen && window.length < WINDOW;
      for (const { der, line } of blocks) {
        items.push({ kind: 'block', label, line: this.#line + line, der, headers: noHeaders, notices: noNotices });
      }
      this.#line += lines;
      this.#start += length;
      this.#searched = Math.max(this.#searched, this.#start);
      this.#sawBoundary = true;
      this.#skipsBlock = false;
      this.#isBehindEnd = true;
    }
  }

  /** Looks for the next BEGIN line. Undefined when more bytes are needed. */
  #findBegin(atEnd: boolean): readonly PemItem[] | undefined {
    for (;;) {
      const word = this.#indexOf(BEGIN, this.#searched);
      if (word === -1) return this.#skipText(atEnd);
      if (!atEnd && this.#end - word < MAX_BOUNDARY && this.#lineEnd(word) === this.#end) {
        this.#searched = word;
        return undefined;
      }
      const boundary = this.#boundaryAt(word - DASHES.length, 'BEGIN ');
      // A BEGIN inside a line of prose is no block, unless the line ends with it: `certificate: -----BEGIN …-----`.
      if (boundary !== undefined && (this.#startsLine(boundary.start) || this.#endsLine(boundary.end))) {
        const strays = this.#strayEnds(boundary.start);
        const isGlued = this.#isBehindEnd && this.#newlines(this.#start, boundary.start) === 0;
        this.#consume(boundary.start);
        this.#skipsBlock = false;
        this.#open = { label: boundary.label, line: this.#line, isGlued };
        if (this.#frame.label !== boundary.label) this.#frame = frameOf(boundary.label);
        this.#consume(boundary.end);
        this.#sawBoundary = true;
        return strays;
      }
      this.#searched = word + BEGIN.length;
      const dashes = this.#dashesBefore(word);
      if (boundary === undefined && dashes > 0 && this.#startsLine(word - dashes)) {
        return [...this.#strayEnds(word), this.#malformed('BEGIN', word - dashes)];
      }
    }
  }

  /** No BEGIN is pending: lets go of the text, but for what may be the head of one. */
  #skipText(atEnd: boolean): readonly PemItem[] | undefined {
    const cut = Math.max(this.#start, this.#end - (atEnd ? 0 : KEPT_TEXT));
    // Text that is kept is searched for strays when it is let go.
    const strays = this.#strayEnds(cut);
    this.#consume(cut);
    this.#searched = Math.max(this.#start, this.#end - DASHES.length - BEGIN.length);
    return strays.length > 0 ? strays : undefined;
  }

  /** END lines in the pending text before `limit`: their BEGIN is lost. */
  #strayEnds(limit: number): readonly PemItem[] {
    const strays: PemItem[] = [];
    const text = this.#text.subarray(0, limit);
    let line = this.#line;
    let counted = this.#start;
    for (let at = text.indexOf(END, this.#start); at !== -1; at = text.indexOf(END, at + 1)) {
      const boundary = this.#boundaryAt(at, 'END ');
      if (boundary === undefined || !this.#startsLine(at)) continue;
      this.#sawBoundary = true;
      if (this.#skipsBlock) {
        this.#skipsBlock = false;
        continue;
      }
      line += this.#newlines(counted, at);
      counted = at;
      strays.push({ kind: 'fault', line, message: `END ${boundary.label} without its BEGIN` });
    }
    return strays;
  }

  /** Looks for the END line of the block we are in. Undefined when more bytes are needed. */
  #findEnd(open: OpenBlock, atEnd: boolean): readonly PemItem[] | undefined {
    const at = this.#indexOf(DASHES, this.#searched);
    if (at === -1 || (!atEnd && this.#end - at < MAX_BOUNDARY && this.#lineEnd(at) === this.#end)) {
      this.#searched = at === -1 ? Math.max(this.#start, this.#end - DASHES.length + 1) : at;
      return this.#giveUpIfTooLarge(open);
    }
    const boundary = this.#boundaryAt(at, 'END ');
    if (boundary !== undefined) {
      const items = this.#decode(open, boundary);
      this.#open = undefined;
      this.#consume(boundary.end);
      this.#isBehindEnd = true;
      return items;
    }
    if (this.#boundaryAt(at, 'BEGIN ') !== undefined) {
      this.#open = undefined;
      this.#consume(at);
      return [noEnd(open)];
    }
    // Dashes of an END line that is broken end the block; any others are named when the body is decoded.
    const lineStart = this.#boundaryLineStart(at);
    if (lineStart !== undefined && brokenEnd.test(this.#text.toString('latin1', lineStart, at + MAX_BOUNDARY))) {
      this.#open = undefined;
      return [this.#malformed('END', lineStart)];
    }
    // Of a long run of dashes only the last five can belong to a boundary.
    this.#searched = Math.max(at + DASHES.length, this.#dashesEnd(at) - DASHES.length);
    return [];
  }

  /** Where the line of `at` starts, if that is near enough for a BEGIN or END line. */
  #boundaryLineStart(at: number): number | undefined {
    const from = Math.max(this.#start, at - MAX_BOUNDARY);
    const lf = this.#text.subarray(from, at).lastIndexOf(LF);
    if (lf !== -1) return from + lf + 1;
    return from === this.#start ? from : undefined;
  }

  #giveUpIfTooLarge(open: OpenBlock): readonly PemItem[] | undefined {
    const limit = this.#maxSize(open.label);
    // Four characters for three octets, and room for indentation and line ends of any kind.
    if (this.#end - this.#start <= limit * 2) return undefined;
    this.#open = undefined;
    this.#skipsBlock = true;
    this.#consume(this.#end);
    return [tooLarge(open, limit)];
  }

  #decode(open: OpenBlock, boundary: Boundary): readonly PemItem[] {
    const text = this.#buffer;
    const { label, line } = open;
    if (!sameKind(label, boundary.label)) {
      const endLine = line + this.#newlines(this.#start, boundary.start);
      return [{ kind: 'fault', line: endLine, message: `BEGIN says ${label}, END says ${boundary.label}` }];
    }
    const limit = this.#maxSize(label);
    if (holdsMoreThan(limit, text, this.#start, boundary.start)) return [tooLarge(open, limit)];
    const sound = decodeSoundBody(text, this.#start, boundary.start);
    const body =
      sound === undefined
        ? decodeBody(text.toString('utf8', this.#start, boundary.start), line)
        : { der: sound, headers: noHeaders };
    if (!('der' in body)) return body;
    if (body.der.length > limit) return [tooLarge(open, limit)];
    const notices = open.isGlued || label !== boundary.label ? oddities(open, boundary.label) : noNotices;
    return [{ kind: 'block', label, line, der: body.der, headers: body.headers, notices }];
  }

  /** A fault that quotes the broken line at `at`; the scan goes on behind it. */
  #malformed(word: 'BEGIN' | 'END', at: number): PemItem {
    this.#sawBoundary = true;
    const end = this.#lineEnd(at);
    const shown = this.#buffer.toString('utf8', at, Math.min(end, at + 64)).trim();
    this.#consume(at);
    const line = this.#line;
    this.#consume(end);
    return { kind: 'fault', line, message: `malformed ${word} line: ${shown}` };
  }

  /** The boundary whose first dash is at `at`, or undefined. */
  #boundaryAt(at: number, word: 'BEGIN ' | 'END '): Boundary | undefined {
    if (at < this.#start) return undefined;
    const line = this.#buffer.toString('latin1', at, Math.min(at + MAX_BOUNDARY, this.#end));
    const match = (word === 'BEGIN ' ? beginLine : endLine).exec(line);
    return match === null ? undefined : { label: match[1] as string, start: at, end: at + match[0].length };
  }

  #indexOf(needle: Buffer, from: number): number {
    return this.#text.indexOf(needle, Math.max(from, this.#start));
  }

  /** Where the line of `at` ends: its LF, or the end of what is pending. */
  #lineEnd(at: number): number {
    const end = this.#text.indexOf(LF, at);
    return end === -1 ? this.#end : end;
  }

  #dashesBefore(at: number): number {
    let dashes = 0;
    while (at - dashes > this.#start && this.#buffer[at - dashes - 1] === DASH) dashes++;
    return dashes;
  }

  /** Where the run of dashes at `at` ends. */
  #dashesEnd(at: number): number {
    let end = at;
    while (end < this.#end && this.#text[end] === DASH) end++;
    return end;
  }

  /** True when only blanks or a byte-order mark stand before `at` in its line, or the END line it is glued to. */
  #startsLine(at: number): boolean {
    let before = at - 1;
    while (before >= this.#start && blanksBefore.has(this.#text[before] as number)) before--;
    return before < this.#start || this.#text[before] === LF;
  }

  /** True when only blanks follow in the line of `at`. */
  #endsLine(at: number): boolean {
    let behind = at;
    while (behind < this.#end && isBlank(this.#text[behind] as number)) behind++;
    return behind === this.#end || this.#text[behind] === LF;
  }

  #newlines(from: number, to: number): number {
    let lines = 0;
    const text = this.#text.subarray(from, to);
    for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF, at + 1)) lines++;
    return lines;
  }

  /** Lets go of everything before `to`, counting its lines. */
  #consume(to: number): void {
    this.#line += this.#newlines(this.#start, to);
    if (to > this.#start) this.#isBehindEnd = false;
    this.#start = to;
    this.#searched = Math.max(this.#searched, to);
  }
}

/** Tab, the line ends but for LF, and the space. */
const isBlank = (octet: number): boolean => octet === 0x20 || octet === 0x09 || (octet > 0x0a && octet <= 0x0d);

/** Octets that may stand before a boundary in its line: blanks, the octets of U+FEFF, those of the no-break space. */
const blanksBefore = new Set([0x09, 0x0b, 0x0c, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xc2, 0xa0]);

const brokenEnd = /^\s*-*\s*END\b/;
const beginLine = /^-----BEGIN ([\x21-\x2c\x2e-\x7e]+(?: [\x21-\x2c\x2e-\x7e]+)*) *-----/;
const endLine = /^-----END ([\x21-\x2c\x2e-\x7e]+(?: [\x21-\x2c\x2e-\x7e]+)*) *-----/;
