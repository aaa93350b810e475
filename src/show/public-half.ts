import { readElement } from '../der/reader.js';
import { attempt } from '../errors.js';
import type { PrivateKeyInfo } from '../x509/private-key-info.js';
import { PublicKey } from '../x509/public-key.js';
import { PartNeeded } from './on-demand.js';

/** Private keys are rare among what is looked at, and node:crypto takes 4 ms to load. */
let PrivateKey: typeof import('../crypto/private-key.js').PrivateKey | undefined;

async function load(): Promise<void> {
  PrivateKey = (await import('../crypto/private-key.js')).PrivateKey;
}

/**
 * The public key of a private one; undefined for one that is damaged, or of a kind node:crypto does not know.
 *
 * @throws {PartNeeded}
 */
export function publicKeyOf({ format }: PrivateKeyInfo, der: Uint8Array): PublicKey | undefined {
  if (PrivateKey === undefined) throw new PartNeeded(load);
  const Key = PrivateKey;
  return attempt(() => new PublicKey(readElement(new Key(der, format, false).publicKeyInfo)));
}
