import type { KeyObject } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { generateKey } from '../../crypto/generate.js';
import type { KeyAlgorithm } from '../../crypto/key-algorithm.js';
import { keyPair } from '../../crypto/key-pair.js';
import { isPkiError, PkiError } from '../../errors.js';
import type { RequestSpec } from '../../spec/request-spec.js';
import { threadProgram } from '../../system/thread-program.js';
import { type DocumentOptions, type MadeDocument, makeDocument } from './document.js';
import { type KeyWriting, newKeyPem } from './key.js';

/**
 * Both ends of the threads of --batch: the pool on the side of the command, and what a thread does with a job. A thread
 * runs this same file.
 */

/** The settings that are the same for all jobs. */
interface WorkerSetup {
  readonly document: DocumentOptions;
  readonly writing: KeyWriting;
}

interface Job {
  readonly spec: RequestSpec;
  /** The key to use; without one, one is made. */
  readonly key: KeyObject | undefined;
  /** The kind of key to make. */
  readonly algorithm: KeyAlgorithm;
}

interface JobResult extends MadeDocument {
  /** The key that was made, as it is to be written. */
  readonly keyPem: string | undefined;
}

interface Order {
  readonly id: number;
  readonly job: Job;
}

type Answer =
  | { readonly id: number; readonly result: JobResult }
  | { readonly id: number; readonly failure: { code: string; message: string; hint: string | undefined } };

/** One thread, with what is to be sent to it. */
interface Place {
  readonly worker: Worker;
  readonly orders: Order[];
  /** Jobs it was given and has not answered. */
  load: number;
}

/** A number of threads that take jobs. */
export class WorkerPool {
  readonly #places: readonly Place[];
  readonly #waiting = new Map<number, { resolve(result: JobResult): void; reject(error: unknown): void }>();
  #lastId = 0;
  /** The error that ended a thread: then nothing more is taken. */
  #failure: unknown;

  constructor(size: number, setup: WorkerSetup) {
    this.#places = Array.from({ length: size }, () => {
      const worker = new Worker(threadProgram(__filename, 'commands/csr-gen/batch-worker'), { workerData: setup });
      const place: Place = { worker, orders: [], load: 0 };
      worker.on('message', (answers: readonly Answer[]) => {
        place.load -= answers.length;
        for (const answer of answers) this.#settle(answer);
      });
      worker.on('error', (error) => {
        this.#failure = error;
        for (const { reject } of this.#waiting.values()) reject(error);
        this.#waiting.clear();
      });
      return place;
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new PkiError(answer.failure.code, answer.failure.message, { hint: answer.failure.hint }));
  }

  /**
   * Has a job done by the thread with the least to do. What is asked for in one turn of the event loop is sent together: a
   * message costs as much as making a small key.
   *
   * @throws {PkiError} what makes the job impossible
   */
  run(job: Job): Promise<JobResult> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    const least = this.#places.reduce((a, b) => (b.load < a.load ? b : a));
    least.load++;
    if (least.orders.push({ id, job }) === 1) setImmediate(send, least);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#places.map(({ worker }) => worker.terminate()));
  }
}

const send = ({ worker, orders }: Place): void => worker.postMessage(orders.splice(0));

async function work({ spec, key, algorithm }: Job, { document, writing }: WorkerSetup): Promise<JobResult> {
  if (key !== undefined) return { ...(await makeDocument(spec, keyPair(key), document)), keyPem: undefined };
  const made = generateKey(algorithm);
  return { ...(await makeDocument(spec, made, document)), keyPem: newKeyPem(made, writing) };
}

/** Answers are sent together as well, but none waits longer than this for the next, in milliseconds. */
const PATIENCE = 20;

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const setup: WorkerSetup = workerData;
  port.on('message', async (orders: readonly Order[]) => {
    let answers: Answer[] = [];
    let sent = performance.now();
    for (const { id, job } of orders) {
      answers.push(await answer(id, job, setup));
      const now = performance.now();
      if (now - sent < PATIENCE) continue;
      port.postMessage(answers);
      answers = [];
      sent = now;
    }
    if (answers.length > 0) port.postMessage(answers);
  });
}

async function answer(id: number, job: Job, setup: WorkerSetup): Promise<Answer> {
  try {
    return { id, result: await work(job, setup) };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { code, message, hint } = error;
    return { id, failure: { code, message, hint } };
  }
}
