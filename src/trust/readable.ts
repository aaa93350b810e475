import { isPkiError } from '../errors.js';

/** What can be read, undefined where it is damaged: for what is a hint only. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
