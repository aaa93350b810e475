import { isPkiError } from '../errors.js';

/**
 * Reads DER, or BER where DER is refused: what old tools wrote is rewritten once and read again. asn1js is loaded only
 * then.
 *
 * @throws {DerError} of the first try, when it is not BER either
 */
export async function readLeniently<T>(bytes: Uint8Array, read: (der: Uint8Array) => T): Promise<T> {
  try {
    return read(bytes);
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { berToDer } = await import('./ber-to-der.js');
    const rewritten = berToDer(bytes);
    if (rewritten === undefined || rewritten.equals(bytes)) throw error;
    return read(rewritten);
  }
}
