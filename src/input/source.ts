import { closeSync, fstatSync, open, openSync, read, readSync } from 'node:fs';
import { PkiError, UsageError } from '../errors.js';
import { aboutFile, isSystemError } from '../system/error.js';
import { becomesLong, keepYoungGeneration } from '../system/long-stream.js';
import { awaitsSignals, yieldToSignals } from '../system/signals.js';
import { isTerminal } from '../system/terminal.js';

/**
 * Where a command's input comes from. An operand is a file name or `-`, standard input, which can be read once: who asks
 * for it a second time is told who had it first.
 */
export class StandardInput {
  #owner: string | undefined;
  readonly #announce: (owner: string) => void;

  /** @param announce called before standard input is read when that is a terminal: who sits there should know */
  constructor(announce: (owner: string) => void = () => {}) {
    this.#announce = announce;
  }

  /**
   * Takes standard input for `owner`, as messages name it (`operand -`, `--key -`, `--passin fd:0`).
   *
   * @throws {UsageError} it is taken
   */
  claim(owner: string): void {
    if (this.#owner !== undefined)
      throw new UsageError(`standard input is asked for twice: ${this.#owner} and ${owner}`);
    this.#owner = owner;
  }

  /** Reading begins. */
  begin(): void {
    if (isTerminal(0)) this.#announce(this.#owner ?? '-');
  }
}

/** A named stream of bytes, not read yet. */
export interface Source {
  /** The operand as it was given: what messages call it. */
  readonly name: string;
  /** The bytes in pieces. Opening errors are thrown at the first piece. */
  chunks(use?: PieceUse): AsyncGenerator<Buffer, void>;
}

/**
 * Pieces that are kept are the reader's. Of passing ones each is good until the next is asked for: a source may read it into
 * the same room, and of a long input no octets wait for the collector.
 */
export type PieceUse = 'kept' | 'passing';

/** The sources a list of operands names; none means standard input. All claims are made before anything is read. */
export function sourcesOf(operands: readonly string[], stdin: StandardInput): Source[] {
  return (operands.length === 0 ? ['-'] : operands).map((operand) => sourceOf(operand, stdin, 'operand -'));
}

/** The source one operand or option value names. */
export function sourceOf(operand: string, stdin: StandardInput, owner: string): Source {
  if (operand === '-') stdin.claim(owner);
  return { name: operand, chunks: (use) => readChunks(operand, stdin, use) };
}

const CHUNK = 64 * 1024;
/** Less than this is not worth a call of the system. */
const SHORTEST = 16 * 1024;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function* readChunks(
  operand: string,
  stdin: StandardInput,
  use: PieceUse = 'kept',
): AsyncGenerator<Buffer, void> {
  let descriptor = 0;
  try {
    if (operand === '-') stdin.begin();
    // A FIFO is opened when there is a writer; signals that have to wait for us must be heard meanwhile.
    else descriptor = awaitsSignals() ? await openWaiting(operand) : openSync(operand, 'r');
    // A regular file never blocks for long; anything else is awaited, so that signals are seen meanwhile.
    const isFile = fstatSync(descriptor).isFile();
    let room = Buffer.allocUnsafeSlow(CHUNK);
    let before = 0;
    for (;;) {
      const size = isFile ? readSync(descriptor, room) : await readPatiently(descriptor, room);
      if (size === 0) return;
      if (becomesLong(before, size)) keepYoungGeneration();
      before += size;
      yield room.subarray(0, size);
      // The room a short read leaves is for the next: the whole of a small file, and its end, take one buffer.
      if (use === 'kept') room = room.length - size < SHORTEST ? Buffer.allocUnsafeSlow(CHUNK) : room.subarray(size);
      if (isFile) await yieldToSignals();
    }
  } catch (error) {
    throw aboutFile(error, operand, hintFor(error, operand));
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

/** The way out for an operand that is no file: a folder, a server, a URL. */
function hintFor(error: unknown, operand: string): string | undefined {
  if (isSystemError(error, 'EISDIR')) return `the files in it: ${operand.replace(/\/+$/, '')}/*`;
  if (!isSystemError(error, 'ENOENT') && !isSystemError(error, 'ENOTDIR')) return undefined;
  const [, host] = /^https?:\/\/([^/?#@\s]+)/i.exec(operand) ?? /^((?:[\w-]+\.)*[\w-]+:\d{1,5})$/.exec(operand) ?? [];
  return host === undefined ? undefined : `a file is read here; cert-fetch ${host} fetches what a server presents`;
}

const openWaiting = (path: string) =>
  new Promise<number>((resolve, reject) => {
    open(path, 'r', (error, descriptor) => (error === null ? resolve(descriptor) : reject(error)));
  });

const readOnce = (descriptor: number, buffer: Buffer) =>
  new Promise<number>((resolve, reject) => {
    read(descriptor, buffer, 0, buffer.length, null, (error, size) => (error === null ? resolve(size) : reject(error)));
  });

/** A read that waits where a non-blocking descriptor has nothing yet. */
async function readPatiently(descriptor: number, buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return await readOnce(descriptor, buffer);
    } catch (error) {
      if (isSystemError(error, 'EOF')) return 0;
      if (!isSystemError(error, 'EAGAIN')) throw error;
      await pause(5);
    }
  }
}

/** Octets that are at hand as a source. @param name names them in messages */
export const octetsSource = (name: string, octets: Buffer): Source => ({
  name,
  async *chunks() {
    yield octets;
  },
});

/** The largest object taken, in bytes: 16 MiB, or what --max-size says. */
export const DEFAULT_MAX_SIZE = 16 * 1024 * 1024;

/** The largest CRL or PKCS#7 taken, in bytes: 256 MiB. */
export const DEFAULT_MAX_LIST_SIZE = 256 * 1024 * 1024;

/**
 * Everything a source holds, for inputs that are one small thing (a key, a list of names).
 *
 * @throws {PkiError} it is larger than `limit` bytes
 */
export async function readAll(source: Source, limit = DEFAULT_MAX_SIZE): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source.chunks()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) throw tooLarge(source.name, limit);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

const tooLarge = (source: string, limit: number) =>
  new PkiError('TOO_LARGE', `larger than ${limit} bytes`, { source, hint: 'raise the limit with --max-size' });

/**
 * A file that is one small thing, read at once.
 *
 * @throws {PkiError} it is larger than `limit` bytes
 */
export function readSmallFile(path: string, limit = DEFAULT_MAX_SIZE): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    // A regular file is read at once, and with room for one octet more it is seen to end; others tell no size.
    const { size } = fstatSync(descriptor);
    let room = Buffer.allocUnsafeSlow(Math.max(Math.min(size, limit) + 1, SHORTEST));
    let filled = 0;
    for (;;) {
      const read = readSync(descriptor, room, filled, room.length - filled, null);
      if (read === 0) return room.subarray(0, filled);
      filled += read;
      if (filled > limit) throw tooLarge(path, limit);
      if (filled === room.length) room = Buffer.concat([room], Math.max(CHUNK, 2 * filled));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A file piece by piece, without waiting for anything else meanwhile. */
export function* fileChunks(path: string): Generator<Buffer, void> {
  const descriptor = openSync(path, 'r');
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(CHUNK);
      const size = readSync(descriptor, buffer);
      if (size === 0) return;
      yield buffer.subarray(0, size);
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The value of --max-size in bytes, undefined when it was not given.
 *
 * @throws {UsageError}
 */
export function parseSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,12})([KMG]?)$/i.exec(text);
  const unit = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match?.[2]?.toUpperCase() ?? ''];
  if (match === null || unit === undefined)
    throw new UsageError(`--max-size: ${text} is not a size`, 'a number, or one with K, M or G');
  return Number(match[1]) * unit;
}
