import { PkiError } from '../errors.js';
import type { PemBody } from '../pem/body.js';
import type { PemKind } from '../pem/labels.js';
import { DerFormat, SEQUENCE } from './der-format.js';
import type { Source } from './input.js';
import { BRACE, JsonFormat } from './json-format.js';
import { TextFormat } from './text-format.js';

/**
 * The objects in an input, whatever it is: PEM in ASCII, UTF-8, UTF-16 or in strings of JSON, or bare DER, one or several.
 * A stream of bytes goes in; objects and faults come out in order, each with its place.
 */
export interface InputObject {
  readonly kind: 'object';
  /** The PEM label; undefined for bare DER. */
  readonly label: string | undefined;
  /** What the label stands for; undefined for bare DER and for labels we do not know. */
  readonly pemKind: PemKind | undefined;
  readonly der: Buffer;
  readonly headers: PemBody['headers'];
  /** Where it begins: `line 41` of text, `result.cert, line 1` of JSON, `byte 1024` of bare DER. */
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

/** One format of input, decided by its first bytes. */
export interface Format {
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
  push(chunk: Buffer): Iterable<InputItem> {
    if (this.#format !== undefined) return this.#format.push(chunk);
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    if (this.#head.length < SAMPLE) return [];
    this.#format = detectFormat(this.#head, this.#maxSize);
    return this.#format.push(this.#head);
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
  if (head[0] === SEQUENCE && /[^\t\n\r\x20-\x7e]/.test(head.toString('latin1', 1, SAMPLE)))
    return new DerFormat(maxSize);
  const [first = 0, second = first] = head;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && first < 0x80 && second === 0)) {
    return new TextFormat(maxSize, 'utf-16le');
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second < 0x80)) {
    return new TextFormat(maxSize, 'utf-16be');
  }
  return first === BRACE ? new JsonFormat(maxSize) : new TextFormat(maxSize);
}
