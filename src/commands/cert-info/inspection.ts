import { statSync } from 'node:fs';
import process from 'node:process';
import { Progress } from '../../cli/progress.js';
import { OutputEnd } from '../../cli/sink.js';

import type { Passphrases } from '../../pkcs/passphrases.js';
import { Inspector, type ItemFault, type Show } from '../../show/inspector.js';
import type { Item } from '../../show/item.js';
import type { Pool } from '../../show/parallel.js';
import { inspectStream } from '../../show/scan.js';
import type { View } from '../../show/view.js';
import { canExpire, isWanted, type Wanted } from '../../show/wanted.js';
import type { CertInfo } from './call.js';
import type { Input } from './files.js';

/** How the inputs of a call are read and shown. */
interface InspectionOptions {
  readonly view: View;
  readonly show: Show;
  readonly wanted: Wanted;
  readonly maxSize: number | undefined;
  /** The number of threads that read a file; undefined for as many as it is worth. */
  readonly jobs: number | undefined;
  readonly passphrases: Passphrases;
}

const LF = 0x0a;

/** The inputs of a call as they are shown, one after the other: the counts of what was met, and the threads. */
export class Inspection {
  readonly #call: CertInfo;
  readonly #options: InspectionOptions;
  readonly #inspector: Inspector;
  readonly #progress: Progress;
  #pool: Pool | undefined;
  #objects = 0;
  #files = 0;
  #passedOver = 0;
  #hasBlocks = false;
  #hasExpiring = false;
  /** True while the input is a file that was found in a folder. */
  #isFound = false;

  constructor(call: CertInfo, options: InspectionOptions) {
    const { values, output } = call;
    this.#call = call;
    this.#options = options;
    // Where the objects themselves go to the terminal they are progress enough.
    this.#progress = new Progress('objects', values.quiet || output.isTerminal);
    const write = values.quiet ? () => {} : (text: string) => output.write(text);
    this.#inspector = new Inspector({
      show: options.show,
      sink: {
        write,
        index: () => write(String(this.#objects)),
        separate: () => {
          if (this.#hasBlocks) write('\n');
          this.#hasBlocks = true;
        },
        passOver: this.#notice,
      },
      listener: {
        object: () => {
          this.#objects++;
        },
        fault: (fault) => this.#fault(fault, this.#objects),
        notice: this.#notice,
      },
      wanted: (item) => this.#isWanted(item),
      passphrases: options.passphrases,
    });
  }

  /** The number of objects that were met. */
  get objects(): number {
    return this.#objects;
  }

  /** The number of inputs that were read, those passed over left out. */
  get files(): number {
    return this.#files - this.#passedOver;
  }

  /** The number of files in folders that have nothing in them. */
  get passedOver(): number {
    return this.#passedOver;
  }

  /** True once something was met that can expire. */
  get hasExpiring(): boolean {
    return this.#hasExpiring;
  }

  /** Shows what is in an input; what cannot be read is said. */
  async inspect(input: Input): Promise<void> {
    this.#files++;
    this.#isFound = input.isFound;
    try {
      if (await this.#inspectByThreads(input)) return;
      const advance = () => this.#progress.update(this.#objects, undefined);
      await inspectStream(input.chunks(), input.name, this.#inspector, this.#options.maxSize, advance);
    } catch (error) {
      this.#progress.clear();
      if (error instanceof OutputEnd) throw error;
      this.#call.report.error(input.name, error);
    }
  }

  /** Threads that go on would keep the process alive, also when their output is not read. */
  async close(): Promise<void> {
    await this.#pool?.close();
    this.#progress.clear();
  }

  /** Shows a large file by several threads. @returns false where it is not worth that, or cannot be divided */
  async #inspectByThreads({ name }: Input): Promise<boolean> {
    const { values } = this.#call;
    if (name === '-' || values.timeline || values.der || values.markdown || values.passin.length > 0) return false;
    const threads = this.#options.jobs ?? threadsFor(name);
    if (threads === 1) return false;
    const { divisibleSize, Pool } = await import('../../show/parallel.js');
    const size = divisibleSize(name);
    if (size === undefined) return false;
    this.#pool ??= this.#makePool(Pool, threads);
    this.#objects = await this.#pool.inspect(name, size, this.#objects);
    return true;
  }

  #makePool(Threads: typeof Pool, jobs: number): Pool {
    const { view, wanted, maxSize } = this.#options;
    const { values, output, report } = this.#call;
    return new Threads({
      jobs,
      settings: { view, isQuiet: values.quiet, wanted, maxSize },
      write: (bytes) => {
        // Every block of a thread's is set off, also the first of all.
        const isFirst = !this.#hasBlocks && bytes[0] === LF;
        this.#hasBlocks = true;
        output.write(isFirst ? bytes.subarray(1) : bytes);
      },
      fault: (fault, number) => this.#fault(fault, number),
      notice: this.#notice,
      found: () => {
        if (wanted.horizon !== undefined) report.raise(1);
      },
      asked: () => {
        this.#hasExpiring = true;
      },
      advance: (objects) => this.#progress.update(objects, undefined),
    });
  }

  #isWanted(item: Item): boolean {
    const { wanted } = this.#options;
    if (canExpire(item, wanted)) this.#hasExpiring = true;
    const answer = isWanted(item, wanted);
    if (answer && wanted.horizon !== undefined) this.#call.report.raise(1);
    return answer;
  }

  #fault(fault: ItemFault, number: number): void {
    if (this.#isFound && fault.isForeign) {
      this.#passedOver++;
      return;
    }
    this.#progress.clear();
    this.#call.report.fault(fault.source, faultText(fault, number), fault.hint);
  }

  readonly #notice = (source: string, message: string): void => {
    this.#progress.clear();
    this.#call.report.notice(source, message);
  };
}

/** Files above this are read by several threads without being asked for, in octets. */
const LARGE = 16 * 1024 * 1024;

/**
 * The same where there are two processors. The second is not idle: the runtime compiles and collects garbage there. Another
 * thread does both again, and what it reads of a bundle of 50 MB takes longer than it saves.
 */
const LARGE_FOR_TWO = 128 * 1024 * 1024;

/** The number of threads a file is worth. */
function threadsFor(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isFile() || status.size <= LARGE) return 1;
  const processors = process.getBuiltinModule('node:os').availableParallelism();
  return processors === 2 && status.size <= LARGE_FOR_TWO ? 1 : processors;
}

/** `certificate 3 at line 41: …`. */
function faultText({ what, place, message }: ItemFault, index: number): string {
  return what === undefined ? message : `${what} ${index} at ${place}: ${message}`;
}
