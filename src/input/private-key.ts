import { isPrivateKeyLabel, loadPrivateKey, type PrivateKey, privateKeyForm } from '../crypto/private-key.js';
import { isPkiError, PkiError } from '../errors.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { count } from '../text/printable.js';
import type { InputObject } from './item.js';
import { contents, type ObjectOptions, readSoundObjects } from './objects.js';
import type { Source } from './source.js';

/** Where passphrases for encrypted input come from. */
interface Secrets {
  readonly input: Passphrases;
}

/**
 * The one private key in an input that is there for its key: the value of --key. What else stands in it is let be.
 *
 * @throws {PkiError} there is none, more than one, or something is damaged
 */
export async function readKey(source: Source, secrets: Secrets, options: ObjectOptions = {}): Promise<PrivateKey> {
  const objects = await readSoundObjects(source, options);
  const key = await keyAmong(objects, source.name, secrets);
  if (key === undefined)
    throw new PkiError('KEY_INPUT', `no private key in it, ${contents(objects)}`, { source: source.name });
  return key;
}

/**
 * The private key among objects of one input, undefined when there is none.
 *
 * @param name the operand, as messages call it
 * @throws {PkiError} there is more than one, or it cannot be loaded
 */
export async function keyAmong(
  objects: readonly InputObject[],
  name: string,
  secrets: Secrets,
): Promise<PrivateKey | undefined> {
  const keys = objects.filter(isPrivateKey);
  const [only] = keys;
  if (only === undefined) return undefined;
  if (keys.length > 1) {
    const places = keys.map(({ place }) => place).join(', ');
    throw new PkiError('KEY_INPUT', `${name} holds ${count(keys.length, 'private key')} (${places}): which one?`);
  }
  const dekInfo = only.headers.find(([header]) => header === 'DEK-Info')?.[1];
  try {
    const found = await loadPrivateKey({ der: only.der, dekInfo }, secrets.input, name);
    // Made here, where what is wrong with it is said with its place.
    found.key;
    return found;
  } catch (error) {
    if (isPkiError(error)) throw named(error, `${name}: private key at ${only.place}`);
    throw error;
  }
}

function isPrivateKey({ label, der }: InputObject): boolean {
  return label === undefined ? privateKeyForm(der) !== undefined : isPrivateKeyLabel(label);
}

const named = (error: PkiError, what: string): PkiError =>
  new PkiError(error.code, `${what}: ${error.message}`, { hint: error.hint, status: error.status, cause: error });
