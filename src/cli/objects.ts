import { TextDecoder } from 'node:util';
import { PkiError } from '../errors.js';
import type { PemBody } from '../pem/body.js';
import { type PemKind, pemKind } from '../pem/labels.js';
import { type PemItem, PemScanner } from '../pem/scanner.js';
import { DEFAULT_MAX_LIST_SIZE, DEFAULT_MAX_SIZE, type Source } from './input.js';

/**
 * The objects in an input, whatever it is: PEM in ASCII, UTF-8 or UTF-16, or bare DER, one or several. A stream of bytes
 * goes in; objects and faults come out in order, each with its place.
 */
export interface InputObject {
  readonly kind: 'object';
  /** The PEM label; undefined for bare DER. */
  readonly label: string | undefined;
  /** What the label stands for; undefined for bare DER and for labels we do not know. */
  readonly pemKind: PemKind | undefined;
  readonly der: Buffer;
  readonly headers: PemBody['headers'];
  /** Where it begins: `line 41` of text, `byte 1024` of bare DER. */
  readonly place: string;
  /** What was odd but could be read. */
  readonly notices: readonly string[];
}

/** Something that could not be read, with its place in front of the message. */
export interface InputFault {
  readonly kind: 'fault';
  readonly message: string;
  readonly hint?: string;
}

export type InputItem = InputObject | InputFault;

export interface ObjectOptions {
  /** Bytes; replaces both default limits. */
  readonly maxSize?: number | undefined;
}

/** The objects of a source. Errors of the system (no such file, …) are thrown. */
export async function* readObjects(source: Source, options: ObjectOptions = {}): AsyncGenerator<InputItem, void> {
  const scanner = new ObjectScanner(options);
  for await (const chunk of source.chunks()) yield* scanner.push(chunk);
  yield* scanner.end();
}

/**
 * All objects of a source that has to be sound as a whole: a key, a CA's file, a certificate to renew.
 *
 * @throws {PkiError} anything in it is damaged: all of that
 */
export async function readSoundObjects(source: Source, options: ObjectOptions = {}): Promise<readonly InputObject[]> {
  const objects: InputObject[] = [];
  const faults: InputFault[] = [];
  for await (const item of readObjects(source, options)) {
    if (item.kind === 'fault') faults.push(item);
    else objects.push(item);
  }
  const [first, ...others] = faults;
  if (first !== undefined) {
    throw new PkiError('INPUT', first.message, { source: source.name, hint: first.hint, others });
  }
  return objects;
}

/** What an input holds, for the words about what it lacks: `but CERTIFICATE REQUEST`. */
export function contents(objects: readonly InputObject[]): string {
  const names = objects.map(({ label }) => label ?? 'DER of another kind');
  return `but ${[...new Set(names)].join(', ')}`;
}

/** What an object of this label may weigh, in bytes. */
function sizeLimit(label: string | undefined, maxSize: number | undefined): number {
  if (maxSize !== undefined) return maxSize;
  const kind = label === undefined ? undefined : pemKind(label);
  return kind === 'crl' || kind === 'pkcs7' || label === undefined ? DEFAULT_MAX_LIST_SIZE : DEFAULT_MAX_SIZE;
}

/** The format of one input, decided by its first bytes. */
interface Format {
  push(chunk: Buffer): Iterable<InputItem>;
  end(): Iterable<InputItem>;
}

/** Enough to tell DER, UTF-16 and ASCII apart. */
const SAMPLE = 8;

/** {@link readObjects} without the reading: for worker threads and tests. */
export class ObjectScanner {
  readonly #maxSize: number | undefined;
  #head: Buffer = Buffer.alloc(0);
  #format: Format | undefined;

  constructor(options: ObjectOptions = {}) {
    this.#maxSize = options.maxSize;
  }

  /** Takes the next bytes and gives what they complete. */
  *push(chunk: Buffer): Generator<InputItem, void> {
    if (this.#format !== undefined) {
      yield* this.#format.push(chunk);
      return;
    }
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    if (this.#head.length < SAMPLE) return;
    this.#format = detectFormat(this.#head, this.#maxSize);
    yield* this.#format.push(this.#head);
  }

  /** Says that nothing follows. */
  *end(): Generator<InputItem, void> {
    if (this.#format === undefined) {
      if (this.#head.length === 0) {
        yield { kind: 'fault', message: 'empty input' };
        return;
      }
      this.#format = detectFormat(this.#head, this.#maxSize);
      yield* this.#format.push(this.#head);
    }
    yield* this.#format.end();
  }
}

function detectFormat(head: Buffer, maxSize: number | undefined): Format {
  // A SEQUENCE, and no text: text has no control characters but tabs and line ends among its first.
  if (head[0] === 0x30 && /[^\t\n\r\x20-\x7e]/.test(head.toString('latin1', 1, SAMPLE))) return new DerFormat(maxSize);
  const [first = 0, second = 0] = head;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && first < 0x80 && second === 0)) {
    return new TextFormat(maxSize, 'utf-16le');
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second < 0x80)) {
    return new TextFormat(maxSize, 'utf-16be');
  }
  return new TextFormat(maxSize);
}

class TextFormat implements Format {
  readonly #scanner: PemScanner;
  readonly #decoder: TextDecoder | undefined;
  #notices: readonly string[];
  /** The head of the text, for the words about an input with nothing in it. */
  #head = '';

  constructor(maxSize: number | undefined, encoding?: 'utf-16le' | 'utf-16be') {
    this.#scanner = new PemScanner({ maxSize: (label) => sizeLimit(label, maxSize) });
    this.#decoder = encoding === undefined ? undefined : new TextDecoder(encoding);
    this.#notices = encoding === undefined ? [] : ['UTF-16 text, taken as if it were ASCII'];
  }

  *push(chunk: Buffer): Generator<InputItem, void> {
    const text =
      this.#decoder === undefined ? chunk : Buffer.from(this.#decoder.decode(chunk, { stream: true }), 'utf8');
    if (this.#head.length < 1024) this.#head += text.toString('latin1', 0, 1024);
    for (const item of this.#scanner.push(text)) yield this.#item(item);
  }

  *end(): Generator<InputItem, void> {
    for (const item of this.#scanner.end()) yield this.#item(item);
    if (!this.#scanner.sawBoundary) yield nothingFound(this.#head);
  }

  #item(item: PemItem): InputItem {
    if (item.kind === 'fault') return { kind: 'fault', message: `line ${item.line}: ${item.message}` };
    const { label, der, headers, line } = item;
    const notices = this.#notices.length === 0 ? item.notices : [...this.#notices, ...item.notices];
    this.#notices = [];
    return { kind: 'object', label, pemKind: pemKind(label), der, headers, place: `line ${line}`, notices };
  }
}

function nothingFound(head: string): InputFault {
  if (/^\s*$/.test(head)) return { kind: 'fault', message: 'empty input' };
  const hint = /^\s*MI[A-Za-z0-9+/=\s]+$/.test(head)
    ? 'this looks like base64 that lost its BEGIN and END lines'
    : 'expected PEM (-----BEGIN …-----) or DER';
  return { kind: 'fault', message: 'neither PEM nor DER', hint };
}

/** Bare DER: one SEQUENCE behind the other. What a SEQUENCE holds is for the readers of types. */
class DerFormat implements Format {
  readonly #maxSize: number | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Size of the object at the front, header included, once its header is here. */
  #wanted: number | undefined;
  #offset = 0;
  #failed = false;

  constructor(maxSize: number | undefined) {
    this.#maxSize = maxSize;
  }

  *push(chunk: Buffer): Generator<InputItem, void> {
    if (this.#failed) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    yield* this.#take();
  }

  *end(): Generator<InputItem, void> {
    if (this.#failed || this.#size === 0) return;
    yield* this.#take();
    const rest = this.#joined();
    if (this.#failed || rest.length === 0) return;
    if (this.#wanted !== undefined && this.#wanted !== Number.POSITIVE_INFINITY) {
      const early = this.#wanted - rest.length;
      const words = `DER of ${this.#wanted} bytes ends ${early} ${early === 1 ? 'byte' : 'bytes'} early`;
      yield { kind: 'fault', message: `byte ${this.#offset}: ${words}` };
      return;
    }
    // What is of indefinite length goes to the readers whole: they take it, or say what is wrong and where.
    yield this.#object(rest);
  }

  *#take(): Generator<InputItem, void> {
    for (;;) {
      if (this.#wanted === undefined) yield* this.#skipTrailing();
      if (this.#failed) return;
      this.#wanted ??= this.#sizeOfNext();
      if (this.#wanted === undefined) return;
      const limit = sizeLimit(undefined, this.#maxSize);
      if (this.#wanted > limit && (this.#wanted !== Number.POSITIVE_INFINITY || this.#size > limit)) {
        this.#failed = true;
        this.#chunks = [];
        yield { kind: 'fault', message: `byte ${this.#offset}: an object larger than ${limit} bytes` };
        return;
      }
      if (this.#size < this.#wanted) return;
      const bytes = this.#joined();
      const object = this.#object(bytes.subarray(0, this.#wanted));
      this.#chunks = [bytes.subarray(this.#wanted)];
      this.#size -= this.#wanted;
      this.#offset += this.#wanted;
      this.#wanted = undefined;
      yield object;
    }
  }

  /** What follows an object and is none: a newline somebody added is let pass, anything else is named once. */
  *#skipTrailing(): Generator<InputItem, void> {
    const rest = this.#joined();
    if (this.#offset === 0 || rest.length === 0 || rest[0] === 0x30) return;
    const text = rest.toString('latin1');
    const blanks = text.length - text.trimStart().length;
    this.#offset += blanks;
    this.#size -= blanks;
    this.#chunks = [rest.subarray(blanks)];
    if (this.#size === 0 || this.#chunks[0]?.[0] === 0x30) return;
    this.#failed = true;
    yield { kind: 'fault', message: `byte ${this.#offset}: what follows the object is not DER` };
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

  #object(der: Buffer): InputObject {
    const place = `byte ${this.#offset}`;
    return { kind: 'object', label: undefined, pemKind: undefined, der, headers: [], place, notices: [] };
  }
}
