import { hash } from 'node:crypto';
import type { NameOracle } from './dns-name.js';

/** SHA3-256, for onion addresses. */
export const sha3 = (bytes: Uint8Array): Uint8Array => hash('sha3-256', bytes, 'buffer');

/** The public suffix list is a large table: it is loaded once the options of a call are sound. */
export async function nameOracle(): Promise<NameOracle> {
  const { publicSuffixOf } = await import('../names/public-suffix.js');
  return { suffixOf: publicSuffixOf, sha3 };
}
