import { BASE64_BEGIN } from '../../input/encodings.js';
import { isMicrosoftKey } from '../../input/microsoft-key.js';
import { fileChunks } from '../../input/source.js';
import { isSystemError } from '../../system/error.js';
import { arePlainCertificates } from './plain-certificates.js';
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

/** Of private keys in text that no reader here takes: PuTTY's, and those of .NET. */
export const foreignKeySigns: readonly string[] = ['PuTTY-User-Key-File-', '<RSAKeyValue>'];

/** True for what begins like a key of the Microsoft CryptoAPI, or like a key store of Java, JKS or JCEKS. */
export function beginsLikeKeys(head: Buffer): boolean {
  return isMicrosoftKey(head) || ['feedfeed', 'cececece'].includes(head.toString('hex', 0, 4));
}

/** A SEQUENCE in base64 or in hex, or PEM in hex. */
const bareHead = /^\s*(?:M[\w+/-]{15}|30[\s:]*[0-9a-f]{2}[\s:]*[0-9a-f]{2}|2d[\s:]*2d[\s:]*2d)/i;

/**
 * A quick look, which most files do not pass: DER, a block of PEM that is no plain certificate, a JSON Web Key, or a key of
 * other tools; in UTF-16, base64 or hex, too.
 */
function mayHoldKeys(path: string): boolean {
  const [first, second] = fileChunks(path);
  if (first !== undefined && second === undefined && arePlainCertificates(first.toString('latin1'))) return false;
  if (first !== undefined && (first[0] === SEQUENCE || beginsLikeKeys(first) || isBare(first))) return true;
  const signs = ['BEGIN', 'B\0E\0G\0I\0N', BASE64_BEGIN, '"kty"', ...foreignKeySigns];
  return signsIn(fileChunks(path), signs).size > 0;
}

/** True for the beginning of a text that may be DER or PEM in base64 or hex, and nothing else. */
export const isBare = (head: Buffer): boolean => bareHead.test(head.toString('latin1', 0, 80));
