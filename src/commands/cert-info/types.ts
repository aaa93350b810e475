import { UsageError } from '../../errors.js';
import type { Item } from '../../show/item.js';
import { nearestHint } from '../../text/nearest.js';

const types: Readonly<Record<string, readonly Item['type'][]>> = {
  certificate: ['certificate'],
  request: ['request'],
  crl: ['crl'],
  ocsp_response: ['ocsp_response'],
  key: ['private_key', 'encrypted_private_key', 'public_key'],
  public_key: ['public_key'],
  private_key: ['private_key'],
  encrypted_private_key: ['encrypted_private_key'],
};

/** The words of --type. */
export const typeWords: readonly string[] = Object.keys(types);

/**
 * The value of --type.
 *
 * @throws {UsageError} a word that is none
 */
export function parseTypes(text: string): Item['type'][] {
  return text.split(',').flatMap((word) => {
    const found = Object.hasOwn(types, word) ? types[word] : undefined;
    if (found !== undefined) return found;
    const hint = nearestHint(word, typeWords) ?? `one of ${typeWords.join(', ')}`;
    throw new UsageError(`--type: "${word}" is no type of object`, hint);
  });
}
