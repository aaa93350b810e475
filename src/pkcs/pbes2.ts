import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { integer, nullValue, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { hashByName } from '../x509/algorithms.js';
import { PBES2 } from '../x509/encrypted-key-info.js';

/** The rounds OWASP asks of PBKDF2 with HMAC-SHA-256 since 2023: about a quarter of a second. */
export const ITERATIONS = 600_000;

export const PBKDF2 = '1.2.840.113549.1.5.12';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';

/** Something encrypted under a passphrase. */
export interface Sealed {
  /** The AlgorithmIdentifier that says how, in DER. */
  readonly algorithm: Buffer;
  readonly ciphertext: Buffer;
}

/** Encrypts by PBES2: AES-256-CBC under PBKDF2 with HMAC-SHA-256 (RFC 8018 6.2, A.2). */
export function sealWithPbes2(plaintext: Uint8Array, passphrase: Uint8Array): Sealed {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ITERATIONS, 32, 'sha256'), iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const prf = sequence(objectIdentifier(hashByName('sha256').hmac ?? ''), nullValue());
  const derivation = sequence(objectIdentifier(PBKDF2), sequence(octetString(salt), integer(ITERATIONS), prf));
  const scheme = sequence(objectIdentifier(AES_256_CBC), octetString(iv));
  return { algorithm: sequence(objectIdentifier(PBES2), sequence(derivation, scheme)), ciphertext };
}
