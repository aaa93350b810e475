import { isPkiError, PkiError } from '../errors.js';

/**
 * Reads something of an object, and puts the place of that in front of what is thrown.
 *
 * @throws {PkiError} with source and place
 */
export function atPlace<T>(source: string, place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { code, message, hint, status } = error;
    throw new PkiError(code, `${place}: ${message}`, { source, hint, status, cause: error });
  }
}
