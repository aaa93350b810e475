import { PkiError } from '../../errors.js';
import type { Content } from '../../input/content.js';
import { renewable } from '../../input/renewable.js';

/**
 * SubjectPublicKeyInfo of the public key, certificate or request among the contents of an input; undefined where there is
 * none. Of certificates the first that is no CA's counts, for a server's file holds its chain too.
 *
 * @throws {PkiError} there are several public keys
 */
export function publicKeyAmong(contents: readonly Content[], source: string): Uint8Array | undefined {
  const keys = contents.flatMap(({ object }) => (object.type === 'public_key' ? [object.view] : []));
  if (keys.length > 1) throw new PkiError('KEY_INPUT', `${keys.length} public keys: which one?`, { source });
  const [key] = keys;
  if (key !== undefined) return key.der;
  return renewable(contents, source)?.view.publicKey.der;
}
