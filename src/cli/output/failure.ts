import { aboutFile } from '../../system/error.js';
import { OutputEnd, OutputFailed } from '../sink.js';
import { replacementHint } from './obstacle.js';

/** Does something to an output. The system's errors name the file that was asked for, not a temporary one. */
export function namingFile<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw failureOf(path, error);
  }
}

/** The error an output ends with. */
export const failureOf = (path: string, error: unknown): OutputEnd =>
  error instanceof OutputEnd ? error : new OutputFailed(aboutFile(error, path, replacementHint(error)));
