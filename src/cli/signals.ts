import { rmSync } from 'node:fs';
import process from 'node:process';

/**
 * Temporary files that must not outlive us. SIGINT, SIGTERM and SIGHUP remove them and are then raised again, so that the
 * parent sees a death by signal. Handlers exist only while there is something to remove: without them a signal ends us
 * at once, even inside a blocking read.
 */
const temporaryFiles = new Set<string>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function keepTemporary(path: string): void {
  if (temporaryFiles.size === 0) for (const signal of signals) process.on(signal, dieOf);
  temporaryFiles.add(path);
}

export function forgetTemporary(path: string): void {
  temporaryFiles.delete(path);
  if (temporaryFiles.size === 0) for (const signal of signals) process.off(signal, dieOf);
}

function dieOf(signal: NodeJS.Signals): void {
  for (const path of temporaryFiles) rmSync(path, { force: true });
  for (const each of signals) process.off(each, dieOf);
  process.kill(process.pid, signal);
}
