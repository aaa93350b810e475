import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isMainThread, MessageChannel, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { YOUNG_GENERATION } from '../system/long-stream.js';
import { threadProgram } from '../system/thread-program.js';
import type { ItemFault } from './inspector.js';
import { LineCounter } from './line-counter.js';
import { type SegmentMessage, type SegmentPart, serveSegments, type WorkerSettings } from './segment.js';
import { withIndices } from './segment-output.js';

/**
 * A file read by several threads. It is cut where a line begins with BEGIN; each thread reads its own ranges from the disk,
 * and what they make of them is put together in the order of the file. The main thread is one of them, for another takes a
 * tenth of a second until it reads; it alone knows how many objects and lines came before, and fills in the numbers that
 * depend on it. This module is the threads' program as well.
 */
interface ParallelOptions {
  readonly jobs: number;
  readonly settings: WorkerSettings;
  /** Takes output, in order. */
  readonly write: (bytes: Uint8Array) => void;
  /** Takes faults, in order. */
  readonly fault: (fault: ItemFault, index: number) => void;
  readonly notice: (source: string, message: string) => void;
  /** Called when something was shown that --expires-within looks for. */
  readonly found: () => void;
  /** Called when something was there that expires at all. */
  readonly asked: () => void;
  /** Hears how many objects there are so far. */
  readonly advance: (objects: number) => void;
}

const SEGMENT = 4 * 1024 * 1024;
const BEGIN = Buffer.from('-----BEGIN ');

/** The size of a regular file of PEM text that is worth more than one thread; undefined for anything else. */
export function divisibleSize(path: string): number | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size < 2 * SEGMENT) return undefined;
    const head = Buffer.alloc(64 * 1024);
    readSync(descriptor, head, 0, head.length, 0);
    // UTF-16 has a zero in every other octet, DER one in its first few.
    return head.includes(BEGIN) && !head.subarray(0, 64).includes(0) ? stat.size : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** A thread that reads segments. */
interface Reader {
  readonly port: Worker | MessagePort;
  readonly close: () => unknown;
  /** How many segments it has been given and not read yet. */
  load: number;
}

interface Delivered {
  readonly part: SegmentPart;
  readonly reader: Reader;
}

/** Segments each thread is given ahead: none waits for the main thread, and no more is held in memory. */
const AHEAD = 2;

/** The threads of one call. */
export class Pool {
  readonly #options: ParallelOptions;
  readonly #readers: Reader[] = [];
  #deliver: (part: Delivered) => void = () => {};
  /** Ends the wait for the next part. */
  #wake: () => void = () => {};
  /** The cause of a thread's death. */
  #failure: unknown;

  constructor(options: ParallelOptions) {
    this.#options = options;
  }

  /**
   * Shows what is in a file.
   *
   * @param size what {@link divisibleSize} said
   * @param objects how many objects came before
   * @returns how many there are now
   */
  async inspect(path: string, size: number, objects: number): Promise<number> {
    const count = Math.ceil(size / SEGMENT);
    const pending = Array.from({ length: count }, (): Delivered[] => []);
    this.#deliver = (delivered) => {
      (pending[delivered.part.segment] as Delivered[]).push(delivered);
      this.#wake();
    };
    const lines = new LineCounter(path);
    let before = objects;
    let next = 0;
    const assign = (reader: Reader): void => {
      if (next >= count) return;
      const number = next++;
      const end = Math.min(size, (number + 1) * SEGMENT);
      reader.load++;
      reader.port.postMessage({ number, path, start: number * SEGMENT, end } satisfies SegmentMessage);
    };
    // The main thread begins at once, and has the first.
    for (const reader of this.#readersFor(count)) for (let i = 0; i < AHEAD; i++) assign(reader);
    for (let number = 0; number < count; number++) {
      for (;;) {
        const delivered = pending[number]?.shift();
        if (this.#failure !== undefined) throw this.#failure;
        if (delivered === undefined) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        const { total } = delivered.part;
        this.#take(delivered, before, lines);
        if (total === undefined) continue;
        before += total;
        this.#options.advance(before);
        break;
      }
      assign(this.#readers.reduce((least, reader) => (reader.load < least.load ? reader : least)));
    }
    return before;
  }

  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()));
  }

  /** All threads, of which there are as many as a file has segments for. */
  #readersFor(segments: number): readonly Reader[] {
    const { jobs, settings } = this.#options;
    while (this.#readers.length < Math.min(jobs, segments)) {
      this.#add(this.#readers.length === 0 ? this.#mainReader(settings) : this.#threadReader(settings));
    }
    return this.#readers;
  }

  #add(reader: Reader): void {
    reader.port.on('message', (part: SegmentPart) => {
      if (part.total !== undefined) reader.load--;
      this.#deliver({ part, reader });
    });
    this.#readers.push(reader);
  }

  #mainReader(settings: WorkerSettings): Reader {
    const { port1, port2 } = new MessageChannel();
    serveSegments(port2, settings).catch(this.#fail);
    return { port: port1, close: () => port1.close(), load: 0 };
  }

  #threadReader(settings: WorkerSettings): Reader {
    const worker = new Worker(threadProgram(__filename, 'show/parallel'), {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    worker.on('error', this.#fail);
    return { port: worker, close: () => worker.terminate(), load: 0 };
  }

  readonly #fail = (error: unknown): void => {
    this.#failure = error;
    this.#wake();
  };

  #take({ part, reader }: Delivered, objects: number, counter: LineCounter): void {
    const { write, fault, notice, found, asked } = this.#options;
    const { octets } = part.output;
    if (octets.length > 0) write(withIndices(part.output, objects));
    reader.port.postMessage({ memory: octets.buffer } satisfies SegmentMessage);
    for (const each of part.remarks) {
      const lines = counter.before(part.first);
      if (each.kind === 'fault') fault(shifted(each.fault, lines), objects + each.object);
      else notice(each.source, shiftedText(each.message, lines));
    }
    if (part.hasFound) found();
    if (part.hasAsked) asked();
    if (part.failure !== undefined) throw part.failure;
  }
}

function shifted(fault: ItemFault, lines: number): ItemFault {
  const { place, message } = fault;
  return {
    ...fault,
    place: place === undefined ? undefined : shiftedText(place, lines),
    message: shiftedText(message, lines),
  };
}

/** Places begin with `line N`, counted from where the segment begins. */
function shiftedText(text: string, lines: number): string {
  return text.replace(/^line (\d+)/, (_, line: string) => `line ${Number(line) + lines}`);
}

if (!isMainThread && parentPort !== null) void serveSegments(parentPort, workerData as WorkerSettings);
