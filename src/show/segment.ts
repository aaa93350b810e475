import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { Inspector, type ItemFault } from './inspector.js';
import { inspectStream } from './scan.js';
import { type GappedOctets, SegmentOutput } from './segment-output.js';
import { openView, type View } from './view.js';
import { canExpire, isWanted, type Wanted } from './wanted.js';

/** The settings a thread is told once. */
export interface WorkerSettings {
  readonly view: View;
  readonly isQuiet: boolean;
  readonly wanted: Wanted;
  readonly maxSize: number | undefined;
}

/** A range of a file: blocks that begin in it are read, to their end. */
interface Segment {
  readonly number: number;
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A message to a thread: work, or memory it has handed on before. */
export type SegmentMessage = Segment | { readonly memory: SharedArrayBuffer };

/** Something to be said of a segment. */
type Remark =
  | { readonly kind: 'fault'; readonly fault: ItemFault; readonly object: number }
  | { readonly kind: 'notice'; readonly source: string; readonly message: string };

/** The result of a segment, or of a part of it. Numbers count from the beginning of the segment. */
export interface SegmentPart {
  /** The number of the segment. */
  readonly segment: number;
  /** Where its first block begins in the file. */
  readonly first: number;
  readonly output: GappedOctets;
  /** The messages, in order. */
  readonly remarks: readonly Remark[];
  readonly hasFound: boolean;
  /** True once the thread has met something that expires at all. */
  readonly hasAsked: boolean;
  /** How many objects there were when the segment is done; undefined while more parts follow. */
  readonly total: number | undefined;
  /** The error that ended the work, where it is no fault of the input. */
  readonly failure: unknown;
}

const FLUSH_AT = 1 << 20;
const CHUNK = 64 * 1024;
const BOUNDARY = Buffer.from('\n-----BEGIN ');

/** Reads segments that come in by a port and sends back what was made of them. */
export async function serveSegments(port: MessagePort, settings: WorkerSettings): Promise<void> {
  const show = await openView(settings.view);
  const reader = new SegmentReader(port, settings, show);
  // One after the other, also when the next one is here already.
  let last = Promise.resolve();
  port.on('message', (message: SegmentMessage) => {
    if ('memory' in message) reader.reuse(message.memory);
    else last = last.then(() => reader.read(message));
  });
}

class SegmentReader {
  readonly #port: MessagePort;
  readonly #settings: WorkerSettings;
  readonly #inspector: Inspector;
  readonly #output = new SegmentOutput();
  #remarks: Remark[] = [];
  #hasFound = false;
  #hasAsked = false;
  #segment = 0;
  #first = 0;
  #objects = 0;

  constructor(port: MessagePort, settings: WorkerSettings, show: Awaited<ReturnType<typeof openView>>) {
    this.#port = port;
    this.#settings = settings;
    const { isQuiet, wanted } = settings;
    const write = (text: string) => this.#output.write(text);
    const notice = (source: string, message: string) => void this.#remarks.push({ kind: 'notice', source, message });
    this.#inspector = new Inspector({
      show,
      sink: {
        write: isQuiet ? () => {} : write,
        index: isQuiet ? () => {} : () => this.#output.index(this.#objects),
        separate: isQuiet ? () => {} : () => write('\n'),
        passOver: notice,
      },
      listener: {
        object: () => {
          this.#objects++;
        },
        fault: (fault) => void this.#remarks.push({ kind: 'fault', fault, object: this.#objects }),
        notice,
      },
      wanted: (item) => {
        if (canExpire(item, wanted)) this.#hasAsked = true;
        const answer = isWanted(item, wanted);
        if (answer) this.#hasFound = true;
        return answer;
      },
      // A terminal can ask one question at a time, and descriptors are read once: calls with passphrases use one thread.
      passphrases: async function* () {},
    });
  }

  async read(segment: Segment): Promise<void> {
    this.#segment = segment.number;
    this.#first = segment.start;
    this.#objects = 0;
    let failure: unknown;
    try {
      const { path } = segment;
      const blocks = blocksIn(segment);
      if (blocks !== undefined) {
        this.#first = blocks.start;
        await inspectStream(this.#chunks(path, blocks), path, this.#inspector, this.#settings.maxSize);
      }
    } catch (error) {
      failure = error;
    }
    this.#send(this.#objects, failure);
  }

  reuse(memory: SharedArrayBuffer): void {
    this.#output.reuse(memory);
  }

  async *#chunks(path: string, { start, end }: Range): AsyncGenerator<Buffer, void> {
    const descriptor = openSync(path, 'r');
    try {
      for (let at = start; at < end; ) {
        const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, end - at));
        const length = readSync(descriptor, chunk, 0, chunk.length, at);
        if (length === 0) return;
        at += length;
        yield chunk.subarray(0, length);
        if (this.#output.length > FLUSH_AT) {
          this.#send(undefined, undefined);
          // In the main thread, what is sent and what others have sent is written now.
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #send(total: number | undefined, failure: unknown): void {
    const output = this.#output.take();
    const part: SegmentPart = {
      ...{ segment: this.#segment, first: this.#first, output, total, failure },
      remarks: this.#remarks,
      hasFound: this.#hasFound,
      hasAsked: this.#hasAsked,
    };
    this.#port.postMessage(part);
    this.#remarks = [];
    this.#hasFound = false;
  }
}

/** Octets `start` to `end` of a file. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The blocks that begin in a segment; undefined where none does, as in the midst of a large one. */
function blocksIn({ path, start, end }: Segment): Range | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const first = start === 0 ? 0 : boundaryFrom(descriptor, start, end);
    if (first === -1) return undefined;
    const { size } = fstatSync(descriptor);
    const last = end >= size ? -1 : boundaryFrom(descriptor, end, size);
    return { start: first, end: last === -1 ? size : last };
  } finally {
    closeSync(descriptor);
  }
}

/** The first place at or behind `from`, and before `to`, where a line begins with BEGIN; -1 where there is none. */
function boundaryFrom(descriptor: number, from: number, to: number): number {
  const chunk = Buffer.alloc(CHUNK);
  for (let at = from - 1; at < to; ) {
    const length = readSync(descriptor, chunk, 0, chunk.length, at);
    const found = chunk.subarray(0, length).indexOf(BOUNDARY);
    if (found !== -1) return at + found + 1 < to ? at + found + 1 : -1;
    if (length < BOUNDARY.length) return -1;
    at += length - BOUNDARY.length + 1;
  }
  return -1;
}
