import { createCipheriv, type KeyObject, pbkdf2Sync, randomBytes } from 'node:crypto';
import { integer, nullValue, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { encodePem } from '../pem/encode.js';

/** The envelopes of a private key: PKCS #8 for any, PKCS #1 (`RSA PRIVATE KEY`), SEC 1 (`EC PRIVATE KEY`). */
export type KeyFormat = 'pkcs8' | 'pkcs1' | 'sec1';

export const keyFormats: readonly KeyFormat[] = ['pkcs8', 'pkcs1', 'sec1'];

/**
 * Throws when keys of this type (as node:crypto calls it) have no such envelope.
 *
 * @throws {PkiError}
 */
export function checkKeyFormat(type: string | undefined, format: KeyFormat): void {
  const needed = { pkcs8: undefined, pkcs1: 'rsa', sec1: 'ec' }[format];
  if (needed === undefined || type === needed) return;
  const kind = needed === 'rsa' ? 'RSA' : 'EC';
  throw new PkiError('KEY_FORMAT', `key format ${format} is for ${kind} keys, this one is ${type}`, {
    hint: 'pkcs8 holds keys of every kind',
  });
}

/**
 * A private key as PEM.
 *
 * @param passphrase encrypts it; the envelope is then PKCS #8
 * @throws {PkiError} the envelope does not fit the key
 */
export function privateKeyPem(key: KeyObject, format: KeyFormat, passphrase?: Uint8Array): string {
  checkKeyFormat(key.asymmetricKeyType, format);
  if (passphrase === undefined) return key.export({ type: format, format: 'pem' }).toString();
  if (format !== 'pkcs8') throw new PkiError('KEY_FORMAT', 'an encrypted key is PKCS #8');
  return encodePem('ENCRYPTED PRIVATE KEY', encrypted(key.export({ type: 'pkcs8', format: 'der' }), passphrase));
}

/** What OWASP asks of PBKDF2 with HMAC-SHA-256 since 2023: about a quarter of a second. */
const ITERATIONS = 600_000;

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';

/** EncryptedPrivateKeyInfo (RFC 5958 3) by PBES2: AES-256-CBC under PBKDF2 with HMAC-SHA-256 (RFC 8018 6.2, A.2). */
function encrypted(privateKeyInfo: Uint8Array, passphrase: Uint8Array): Buffer {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ITERATIONS, 32, 'sha256'), iv);
  const ciphertext = Buffer.concat([cipher.update(privateKeyInfo), cipher.final()]);
  const prf = sequence(objectIdentifier(HMAC_SHA256), nullValue());
  const derivation = sequence(objectIdentifier(PBKDF2), sequence(octetString(salt), integer(ITERATIONS), prf));
  const scheme = sequence(objectIdentifier(AES_256_CBC), octetString(iv));
  const algorithm = sequence(objectIdentifier(PBES2), sequence(derivation, scheme));
  return sequence(algorithm, octetString(ciphertext));
}
