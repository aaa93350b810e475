import { rmSync } from 'node:fs';
import process from 'node:process';

/**
 * Temporary files that must not outlive us. SIGINT, SIGTERM and SIGHUP remove them and are then raised again, so that the
 * parent sees a death by signal. Handlers exist only while there is something to remove: without them a signal ends us
 * at once, even inside a blocking read.
 */
const temporaryFiles = new Set<string>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let isListening = false;

export function keepTemporary(path: string): void {
  temporaryFiles.add(path);
  if (isListening) return;
  isListening = true;
  for (const signal of signals) process.on(signal, dieBySignal);
}

export function forgetTemporary(path: string): void {
  temporaryFiles.delete(path);
  // A signal that came while we were at work waits until the event loop polls again: it must not be lost. Who is called
  // from a poll, as after a read or a flush, is a turn further from the next one.
  if (temporaryFiles.size === 0) setImmediate(() => setImmediate(stopListening));
}

/** True while a signal may wait to be heard: the process must not end before the event loop has polled. */
export const awaitsSignals = (): boolean => isListening;

/** Resolves once signals that came meanwhile had their say: for long work that never waits for anything else. */
export async function yieldToSignals(): Promise<void> {
  if (isListening) await new Promise((resolve) => setImmediate(resolve));
}

function stopListening(): void {
  if (temporaryFiles.size > 0) return;
  isListening = false;
  for (const signal of signals) process.off(signal, dieBySignal);
}

function dieBySignal(signal: NodeJS.Signals): void {
  for (const path of temporaryFiles) {
    try {
      rmSync(path, { force: true });
    } catch {
      // It cannot be removed: the others can, and dying is what is asked for.
    }
  }
  for (const each of signals) process.off(each, dieBySignal);
  process.kill(process.pid, signal);
}
