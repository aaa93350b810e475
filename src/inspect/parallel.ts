import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { threadProgram } from '../cli/thread-program.js';
import type { ItemFault } from './inspector.js';
import { type Segment, type SegmentPart, serveSegments, type WorkerSettings } from './segment.js';

/**
 * A file read by several threads. It is cut where a line begins with BEGIN; each thread reads its own ranges from the disk,
 * and what they make of them is put together in the order of the file. The main thread does little more than copy: it alone
 * knows how many objects and lines came before, and fills in the numbers that depend on it. This module is the threads'
 * program as well.
 */
export interface ParallelOptions {
  readonly jobs: number;
  readonly settings: WorkerSettings;
  /** Takes output, in order. */
  readonly write: (bytes: Uint8Array) => void;
  /** Takes faults, in order. */
  readonly fault: (fault: ItemFault, index: number) => void;
  readonly notice: (source: string, message: string) => void;
  /** Called when something was shown that --expires-within looks for. */
  readonly found: () => void;
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

/** The threads of one call. */
export class Pool {
  readonly #options: ParallelOptions;
  readonly #workers: readonly Worker[];
  #deliver: (part: SegmentPart) => void = () => {};
  /** Ends the wait for the next part. */
  #wake: () => void = () => {};
  /** What a thread died of. */
  #failure: unknown;

  constructor(options: ParallelOptions) {
    this.#options = options;
    this.#workers = Array.from(
      { length: options.jobs },
      () => new Worker(threadProgram(__filename, 'inspect/parallel'), { workerData: options.settings }),
    );
    for (const worker of this.#workers) {
      worker.on('message', (part: SegmentPart) => this.#deliver(part));
      worker.on('error', (error) => {
        this.#failure = error;
        this.#wake();
      });
    }
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
    const pending = Array.from({ length: count }, (): SegmentPart[] => []);
    this.#deliver = (part) => {
      (pending[part.segment] as SegmentPart[]).push(part);
      this.#wake();
    };
    let next = 0;
    const assign = (worker: Worker): void => {
      if (next >= count) return;
      const number = next++;
      const end = Math.min(size, (number + 1) * SEGMENT);
      worker.postMessage({ number, path, start: number * SEGMENT, end } satisfies Segment);
    };
    // Two segments ahead for each thread: none waits for the main thread, and no more is held in memory.
    for (const worker of [...this.#workers, ...this.#workers]) assign(worker);
    let lines = 0;
    let before = objects;
    for (let number = 0; number < count; number++) {
      for (;;) {
        const part = pending[number]?.shift();
        if (this.#failure !== undefined) throw this.#failure;
        if (part === undefined) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        this.#take(part, before, lines);
        if (part.total === undefined) continue;
        before += part.total.objects;
        lines += part.total.lines;
        this.#options.advance(before);
        break;
      }
      assign(this.#workers[number % this.#workers.length] as Worker);
    }
    return before;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #take(part: SegmentPart, objects: number, lines: number): void {
    const { write, fault, notice, found } = this.#options;
    if (part.output.length > 0) write(filled(part, objects));
    for (const each of part.remarks) {
      if (each.kind === 'fault') fault(shifted(each.fault, lines), objects + each.object);
      else notice(each.source, shiftedText(each.message, lines));
    }
    if (part.hasFound) found();
    if (part.failure !== undefined) throw part.failure;
  }
}

/** The output with the indices in their gaps. */
function filled({ output, gaps }: SegmentPart, objects: number): Uint8Array {
  if (gaps.length === 0) return output;
  const whole = Buffer.allocUnsafeSlow(output.length + (gaps.length / 2) * 10);
  let from = 0;
  let length = 0;
  for (let i = 0; i < gaps.length; i += 2) {
    const at = gaps[i] as number;
    whole.set(output.subarray(from, at), length);
    length += at - from;
    length += whole.write(String(objects + (gaps[i + 1] as number)), length, 'latin1');
    from = at;
  }
  whole.set(output.subarray(from), length);
  return whole.subarray(0, length + output.length - from);
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
