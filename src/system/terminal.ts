import { fstatSync } from 'node:fs';
import process from 'node:process';

/** The major number of /dev/null, /dev/zero and their like on Linux. */
const MEMORY_DEVICES = 1;

/** True when the descriptor is a terminal. */
export function isTerminal(descriptor: number): boolean {
  try {
    // Loading `node:tty` costs milliseconds: only character devices are worth the question, and /dev/null is none.
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice() || (process.platform === 'linux' && stats.rdev >> 8 === MEMORY_DEVICES))
      return false;
    return process.getBuiltinModule('node:tty').isatty(descriptor);
  } catch {
    return false;
  }
}
