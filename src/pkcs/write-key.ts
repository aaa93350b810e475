import type { KeyObject } from 'node:crypto';
import { octetString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { encodePem } from '../pem/encode.js';
import { sealWithPbes2 } from './pbes2.js';

/** The envelopes of a private key: PKCS #8 for any, PKCS #1 (`RSA PRIVATE KEY`), SEC 1 (`EC PRIVATE KEY`). */
export type KeyFormat = 'pkcs8' | 'pkcs1' | 'sec1';

export const keyFormats: readonly KeyFormat[] = ['pkcs8', 'pkcs1', 'sec1'];

/** The PEM labels of keys that are not encrypted, by their form. */
export const keyLabels = {
  pkcs8: 'PRIVATE KEY',
  pkcs1: 'RSA PRIVATE KEY',
  sec1: 'EC PRIVATE KEY',
  dsa: 'DSA PRIVATE KEY',
} as const;

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
  if (format === 'pkcs8') return pkcs8Pem(key.export({ type: format, format: 'der' }), passphrase);
  if (passphrase !== undefined) throw new PkiError('KEY_FORMAT', 'an encrypted key is PKCS #8');
  return key.export({ type: format, format: 'pem' }).toString();
}

/** A PrivateKeyInfo as PEM, encrypted if there is a passphrase. */
export function pkcs8Pem(privateKeyInfo: Uint8Array, passphrase?: Uint8Array): string {
  if (passphrase === undefined) return encodePem('PRIVATE KEY', privateKeyInfo);
  return encodePem('ENCRYPTED PRIVATE KEY', encryptedPkcs8(privateKeyInfo, passphrase));
}

/** EncryptedPrivateKeyInfo (RFC 5958 3). */
export function encryptedPkcs8(privateKeyInfo: Uint8Array, passphrase: Uint8Array): Buffer {
  const { algorithm, ciphertext } = sealWithPbes2(privateKeyInfo, passphrase);
  return sequence(algorithm, octetString(ciphertext));
}
