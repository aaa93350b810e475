import { loadPrivateKey, PrivateKey } from '../crypto/private-key.js';
import { isPkiError, PkiError } from '../errors.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { count } from '../text/printable.js';
import type { Content } from './content.js';
import { soundContentsOf } from './contents.js';
import { nothingWanted } from './expected.js';
import type { ObjectOptions } from './objects.js';
import type { EncryptedKeyObject, PrivateKeyObject } from './pki-object.js';
import type { Source } from './source.js';

/** The source of passphrases for encrypted input. */
interface Secrets {
  readonly input: Passphrases;
}

/**
 * The one private key in an input that is there for its key: the value of --key. What else stands in it is let be.
 *
 * @throws {PkiError} there is none, more than one, or something is damaged
 */
export async function readKey(source: Source, secrets: Secrets, options: ObjectOptions = {}): Promise<PrivateKey> {
  const contents = await soundContentsOf(source, { maxSize: options.maxSize, passphrases: secrets.input });
  const key = await keyAmong(contents, source.name, secrets);
  if (key === undefined) throw nothingWanted('a private key', contents, source.name);
  return key;
}

/**
 * The private key among the contents of one input, undefined when there is none.
 *
 * @param name the operand, as messages call it
 * @throws {PkiError} there is more than one, or it cannot be loaded
 */
export async function keyAmong(
  contents: readonly Content[],
  name: string,
  secrets: Secrets,
): Promise<PrivateKey | undefined> {
  const keys = contents.flatMap(({ object, place }) => (isPrivateKey(object) ? [{ object, place }] : []));
  const [only] = keys;
  if (only === undefined) return undefined;
  if (keys.length > 1) {
    const places = keys.map(({ place }) => place).join(', ');
    throw new PkiError('KEY_INPUT', `${name} holds ${count(keys.length, 'private key')} (${places}): which one?`);
  }
  try {
    const found = await openKey(only.object, secrets.input, name);
    // Made here, where what is wrong with it is said with its place.
    found.key;
    return found;
  } catch (error) {
    if (isPkiError(error)) throw named(error, `${name}: private key at ${only.place}`);
    throw error;
  }
}

export const isPrivateKey = (object: Content['object']): object is PrivateKeyObject | EncryptedKeyObject =>
  object.type === 'private_key' || object.type === 'encrypted_private_key';

/**
 * A private key, ready for use.
 *
 * @param what names it when its passphrase is asked for
 * @throws {PkiError} as {@link loadPrivateKey} does
 */
export async function openKey(
  object: PrivateKeyObject | EncryptedKeyObject,
  passphrases: Passphrases,
  what: string,
): Promise<PrivateKey> {
  if (object.type === 'encrypted_private_key') return loadPrivateKey(object, passphrases, what);
  return new PrivateKey(object.der, object.form, object.wasEncrypted);
}

const named = (error: PkiError, what: string): PkiError =>
  new PkiError(error.code, `${what}: ${error.message}`, { hint: error.hint, status: error.status, cause: error });
