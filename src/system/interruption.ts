import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Longer than it takes a process to die of a signal, in milliseconds. */
const LAST_WAIT = 60_000;

/**
 * Runs work that has to take things down before it ends, which takes time: SIGINT, SIGTERM and SIGHUP abort `signal`, and
 * are raised again when the work is over, so that the parent sees a death by signal. More signals change nothing: `make`
 * sends one after the terminal's.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let heard: NodeJS.Signals | undefined;
  const hear = (signal: NodeJS.Signals) => {
    heard ??= signal;
    controller.abort(new Error(`interrupted by ${signal}`));
  };
  for (const signal of signals) process.on(signal, hear);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, hear);
    if (heard !== undefined) {
      process.kill(process.pid, heard);
      await sleep(LAST_WAIT);
    }
  }
}
