import { fileChunks } from '../../input/source.js';
import { isSystemError } from '../../system/error.js';
import { signsIn } from './signs.js';

/** A private key in a file. */
export interface HeldKey {
  /** By `publicKeyIdentity`; undefined for one that cannot be told from others: encrypted, damaged, of an unknown kind. */
  readonly identity: string | undefined;
}

/** The private keys in a file that is about to be replaced; one that cannot be read may hold some. */
export async function heldKeys(path: string): Promise<readonly HeldKey[]> {
  try {
    if (!mayHoldKeys(path)) return [];
  } catch (error) {
    if (isSystemError(error, 'EACCES')) return [{ identity: undefined }];
    throw error;
  }
  const { keysIn } = await import('./keys-in.js');
  return keysIn(path);
}

const SEQUENCE = 0x30;

/** A quick look, which most files do not pass: DER, a block of PEM, in UTF-16 too, or a JSON Web Key. */
function mayHoldKeys(path: string): boolean {
  const [first] = fileChunks(path);
  return first?.[0] === SEQUENCE || signsIn(fileChunks(path), ['BEGIN', 'B\0E\0G\0I\0N', '"kty"']).size > 0;
}
