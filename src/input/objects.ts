import { becomesLong, limitInlining } from '../system/long-stream.js';
import { DerFormat, SEQUENCE } from './der-format.js';
import type { Format, InputItem } from './item.js';
import { BRACE, JsonFormat } from './json-format.js';
import { isMicrosoftKey, MicrosoftKeyFormat } from './microsoft-key.js';
import type { Source } from './source.js';
import { TextFormat } from './text-format.js';

export interface ObjectOptions {
  /** Bytes; replaces both default limits. */
  readonly maxSize?: number | undefined;
}

/**
 * The objects in a source, whatever it is: PEM in ASCII, UTF-8, UTF-16 or in strings of JSON, or bare DER, one or several.
 * Objects and faults come in order, each with its place; errors of the system (no such file, …) are thrown.
 */
export async function* readObjects(source: Source, options: ObjectOptions = {}): AsyncGenerator<InputItem, void> {
  const scanner = new ObjectScanner(options);
  for await (const chunk of source.chunks()) yield* scanner.push(chunk);
  yield* scanner.end();
}

/** Enough to tell DER, UTF-16 and ASCII apart. */
const SAMPLE = 8;

/** {@link readObjects} without the reading: for worker threads and tests. */
export class ObjectScanner {
  readonly #maxSize: number | undefined;
  #head: Buffer = Buffer.alloc(0);
  #size = 0;
  #format: Format | undefined;

  constructor(options: ObjectOptions = {}) {
    this.#maxSize = options.maxSize;
  }

  /** Takes the next bytes and gives what they complete. */
  push(chunk: Buffer): Iterable<InputItem> {
    if (becomesLong(this.#size, chunk.length)) limitInlining();
    this.#size += chunk.length;
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
        yield { kind: 'fault', message: 'empty input', isForeign: true };
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
  if (isMicrosoftKey(head)) return new MicrosoftKeyFormat();
  const [first = 0, second = first] = head;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && first < 0x80 && second === 0)) {
    return new TextFormat(maxSize, 'utf-16le');
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second < 0x80)) {
    return new TextFormat(maxSize, 'utf-16be');
  }
  return first === BRACE ? new JsonFormat(maxSize) : new TextFormat(maxSize);
}
