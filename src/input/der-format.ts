import { kindOf } from '../x509/kind.js';
import type { Format, InputItem } from './item.js';
import { DEFAULT_MAX_SIZE } from './source.js';
import { isLongKind, sizeLimit, TextFormat } from './text-format.js';

/** The identifier octet of a SEQUENCE: all we read begins with it. */
export const SEQUENCE = 0x30;

interface Held {
  readonly der: Buffer;
  readonly offset: number;
}

/**
 * Bare DER: one SEQUENCE behind the other. What a SEQUENCE holds is for the readers of types. What follows the last one may be
 * a newline, PEM, or stray octets: those are handed on behind the object, for its reader to name.
 */
export class DerFormat implements Format {
  readonly #maxSize: number | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Size of the object at the front, header included, once its header is here. */
  #wanted: number | undefined;
  #offset = 0;
  #failed = false;
  /** A whole object that is not handed on before it is known what follows it. */
  #held: Held | undefined;
  /** Reads what follows the last object and is no SEQUENCE. */
  #text: TextFormat | undefined;

  constructor(maxSize: number | undefined) {
    this.#maxSize = maxSize;
  }

  *push(chunk: Buffer): Generator<InputItem, void> {
    if (this.#failed) return;
    this.#size += chunk.length;
    if (this.#text !== undefined) {
      yield* this.#pushText(this.#text, chunk);
      return;
    }
    this.#chunks.push(chunk);
    yield* this.#take();
  }

  *end(): Generator<InputItem, void> {
    if (this.#failed) return;
    if (this.#text !== undefined) {
      yield* this.#endText(this.#text);
      return;
    }
    yield* this.#release();
    if (this.#size === 0) return;
    const rest = this.#joined();
    if (this.#wanted !== undefined && this.#wanted !== Number.POSITIVE_INFINITY) {
      const early = this.#wanted - rest.length;
      const words = `DER of ${this.#wanted} bytes ends ${early} ${early === 1 ? 'byte' : 'bytes'} early`;
      yield { kind: 'fault', message: `byte ${this.#offset}: ${words}` };
      return;
    }
    // An element of indefinite length goes to the readers whole: they take it, or say what is wrong and where.
    yield this.#object({ der: rest, offset: this.#offset });
  }

  *#take(): Generator<InputItem, void> {
    for (;;) {
      if (this.#held !== undefined) {
        this.#skipBlanks();
        if (this.#size === 0) return;
        const rest = this.#joined();
        if (rest[0] !== SEQUENCE) {
          this.#chunks = [];
          this.#text = new TextFormat(this.#maxSize, undefined, `byte ${this.#offset}, `);
          yield* this.#pushText(this.#text, rest);
          return;
        }
        yield this.#object(this.#held);
        this.#held = undefined;
      }
      this.#wanted ??= this.#sizeOfNext();
      if (this.#wanted === undefined) return;
      if (this.#wanted > this.#limit && (this.#wanted !== Number.POSITIVE_INFINITY || this.#size > this.#limit)) {
        this.#failed = true;
        this.#chunks = [];
        yield tooLarge(this.#offset, this.#limit);
        return;
      }
      if (this.#size < this.#wanted) return;
      const bytes = this.#joined();
      this.#held = { der: bytes.subarray(0, this.#wanted), offset: this.#offset };
      this.#consume(this.#wanted);
      this.#wanted = undefined;
    }
  }

  get #limit(): number {
    return sizeLimit(undefined, this.#maxSize);
  }

  /** White space behind an object belongs to nothing. */
  #skipBlanks(): void {
    const rest = this.#joined();
    let blanks = 0;
    while (blanks < rest.length && isBlank(rest[blanks] as number)) blanks++;
    this.#consume(blanks);
  }

  #consume(count: number): void {
    this.#chunks = [this.#joined().subarray(count)];
    this.#size -= count;
    this.#offset += count;
  }

  *#pushText(text: TextFormat, chunk: Buffer): Generator<InputItem, void> {
    const items = [...text.push(chunk)];
    if (text.isEmpty && this.#size <= this.#limit) {
      this.#chunks.push(chunk);
      return;
    }
    yield* this.#release();
    if (text.isEmpty) yield* this.#giveUp(`more than ${this.#limit} bytes follow the object`);
    yield* items;
  }

  *#endText(text: TextFormat): Generator<InputItem, void> {
    const items = [...text.end()];
    yield* this.#release(text.isEmpty ? this.#chunks : []);
    if (!text.isEmpty) yield* items;
  }

  /** Hands on the object that is held. */
  *#release(trailing: readonly Buffer[] = []): Generator<InputItem, void> {
    if (this.#held === undefined) return;
    const { der, offset } = this.#held;
    yield this.#object({ der: trailing.length === 0 ? der : Buffer.concat([der, ...trailing]), offset });
    this.#held = undefined;
    this.#chunks = [];
  }

  *#giveUp(message: string): Generator<InputItem, void> {
    this.#failed = true;
    this.#chunks = [];
    yield { kind: 'fault', message: `byte ${this.#offset}: ${message}` };
  }

  /** Undefined when the header is not complete, infinite for an indefinite or impossible length. */
  #sizeOfNext(): number | undefined {
    if (this.#size < 2) return undefined;
    const bytes = this.#joined();
    const first = bytes[1] as number;
    if (first < 0x80) return 2 + first;
    const count = first & 0x7f;
    if (count === 0 || count > 6) return Number.POSITIVE_INFINITY;
    return bytes.length < 2 + count ? undefined : 2 + count + bytes.readUIntBE(2, count);
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer;
  }

  /** The bound for a list is known before the kind of the object is: where it is no list, its bound is lower. */
  #object({ der, offset }: Held): InputItem {
    if (this.#maxSize === undefined && der.length > DEFAULT_MAX_SIZE && !isLongKind(kindOf(der))) {
      return tooLarge(offset, DEFAULT_MAX_SIZE);
    }
    const place = `byte ${offset}`;
    return { kind: 'object', label: undefined, pemKind: undefined, der, headers: [], place, notices: [] };
  }
}

const tooLarge = (offset: number, limit: number): InputItem => ({
  kind: 'fault',
  message: `byte ${offset}: an object larger than ${limit} bytes`,
  hint: 'raise the limit with --max-size',
});

/** Tab, the line ends, and the space. */
const isBlank = (octet: number): boolean => octet === 0x20 || (octet >= 0x09 && octet <= 0x0d);
