import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from '../../cli/sink.js';
import { aboutFile, isSystemError } from '../../system/error.js';
import { removeAbandoned, TemporaryFile } from '../../system/temporary.js';

/** The validators of an answer, for asking its server whether there is a newer one (RFC 9110 13.1). */
export interface Validators {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

type AnswerKind = 'crl' | 'ocsp';

/** An answer that was kept. */
export interface KeptAnswer {
  readonly validators: Validators;
  /** Its octets; asked for once. */
  readonly chunks: () => AsyncGenerator<Buffer, void>;
}

const CHUNK = 64 * 1024;
/** The longest first line read, in octets. */
const MAX_LINE = 8 * 1024;
const LF = 0x0a;

/**
 * A folder of answers from the network, a file each, named after what was asked. It is no place of trust: what comes from
 * it is verified like what comes from the network. Files appear whole or not at all, so that many may use it at once.
 */
export class AnswerCache {
  readonly #folder: string;
  #isSwept = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The answer to a question; undefined where none is kept, or nothing can be made of it. */
  find(kind: AnswerKind, question: string): KeptAnswer | undefined {
    const path = this.#pathOf(kind, question);
    try {
      return keptIn(path);
    } catch (error) {
      if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined;
      throw aboutFile(error, path);
    }
  }

  /**
   * A place for an answer, which is kept when it is complete and found good.
   *
   * @throws the error of the system
   */
  begin(kind: AnswerKind, question: string, validators: Validators): PendingAnswer {
    mkdirSync(this.#folder, { recursive: true });
    if (!this.#isSwept) removeAbandoned(this.#folder);
    this.#isSwept = true;
    return new PendingAnswer(this.#pathOf(kind, question), validators);
  }

  #pathOf(kind: AnswerKind, question: string): string {
    return join(this.#folder, `${createHash('sha256').update(question).digest('hex')}.${kind}`);
  }
}

/** An answer on its way into the folder. */
export class PendingAnswer {
  readonly #path: string;
  readonly #file: TemporaryFile;

  constructor(path: string, validators: Validators) {
    this.#path = path;
    this.#file = new TemporaryFile(path);
    this.write(Buffer.from(`${JSON.stringify(validators)}\n`));
  }

  write(octets: Uint8Array): void {
    writeAll(this.#file.descriptor, octets);
  }

  keep(): void {
    this.#file.complete();
    this.#file.rename(this.#path);
  }

  drop(): void {
    this.#file.remove();
  }
}

/** A file that is replaced meanwhile stays the one that was found. */
function keptIn(path: string): KeptAnswer | undefined {
  const descriptor = openSync(path, 'r');
  const line = Buffer.alloc(MAX_LINE);
  const end = line.subarray(0, readSync(descriptor, line, 0, MAX_LINE, 0)).indexOf(LF);
  if (end === -1) {
    closeSync(descriptor);
    return undefined;
  }
  return { validators: validatorsIn(line.toString('utf8', 0, end)), chunks: () => bodyOf(descriptor, end + 1) };
}

/** A damaged line is no reason to fail: without validators the whole answer is asked for. */
function validatorsIn(line: string): Validators {
  const none = { etag: undefined, lastModified: undefined };
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return none;
    const text = (name: 'etag' | 'lastModified'): string | undefined => {
      const found: unknown = name in value ? Reflect.get(value, name) : undefined;
      return typeof found === 'string' && /^[\x20-\x7e]*$/.test(found) ? found : undefined;
    };
    return { etag: text('etag'), lastModified: text('lastModified') };
  } catch {
    return none;
  }
}

async function* bodyOf(descriptor: number, start: number): AsyncGenerator<Buffer, void> {
  try {
    for (let position = start; ; ) {
      const room = Buffer.allocUnsafeSlow(CHUNK);
      const size = readSync(descriptor, room, 0, CHUNK, position);
      if (size === 0) return;
      position += size;
      yield room.subarray(0, size);
    }
  } finally {
    closeSync(descriptor);
  }
}
