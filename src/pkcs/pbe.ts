import { createHash } from 'node:crypto';
import { berChildren, readBerElement } from '../der/ber.js';
import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { PkiError } from '../errors.js';
import { PBES2 } from '../x509/encrypted-key-info.js';
import { passwordSchemes } from '../x509/encryption-schemes.js';
import { cipherByAlgorithm, cipherByName, decipher, unsupported } from './cipher.js';
import { keyDerivation, readIterations } from './key-derivation.js';
import { pkcs12Key } from './pkcs12-kdf.js';

/**
 * Password-based decryption as keys and PKCS#12 files use it: PBES2, PBES1 and the PKCS#12 schemes (RFC 8018, RFC 7292
 * appendix B and C), and the older way PEM headers describe (`DEK-Info`).
 */

/**
 * Decrypts with one passphrase; resolves to undefined when the passphrase cannot be right. No passphrase at all is
 * something PKCS#12 knows; elsewhere it is the empty one.
 */
export type Decrypt = (passphrase: Buffer | undefined) => Promise<Buffer | undefined>;

/**
 * The decryption a password-based AlgorithmIdentifier asks for.
 *
 * @param algorithm the AlgorithmIdentifier SEQUENCE
 * @throws {PkiError} an algorithm or parameters nothing here can undo; {@link DerError}
 */
export function decryptorOf(algorithm: Element, ciphertext: Uint8Array): Decrypt {
  const fields = berChildren(algorithm);
  const oid = readOid(fields.read(Tag.objectIdentifier));
  if (oid === PBES2) return pbes2(fields.read(Tag.sequence, 'PBES2 parameters'), ciphertext);
  const scheme = passwordSchemes().get(oid);
  // OpenSSL has not built MD2 since 2009.
  if (scheme === undefined || scheme.hash === 'md2') throw unsupported(`the scheme ${scheme?.name ?? oid}`);
  const { hash, cipher } = scheme;
  const parameters = berChildren(fields.read(Tag.sequence, 'PBE parameters'));
  const salt = parameters.read(Tag.octetString, 'salt').content();
  const iterations = readIterations(parameters.read(Tag.integer, 'iteration count'));
  return hash === undefined
    ? pkcs12Decrypt(cipher, salt, iterations, ciphertext)
    : pbes1Decrypt(hash, cipher, salt, iterations, ciphertext);
}

/**
 * The decryption a PEM block's `DEK-Info: NAME,IV` header asks for (RFC 1421 4.6.1.3, with OpenSSL's key derivation: MD5,
 * one round, salted with the first eight octets of the IV).
 *
 * @throws {PkiError}
 */
export function pemDecryptorOf(dekInfo: string, ciphertext: Uint8Array): Decrypt {
  const match = /^\s*([A-Z0-9-]+)\s*,\s*((?:[0-9A-F]{2})+)\s*$/i.exec(dekInfo);
  if (match === null) throw new PkiError('KEY_HEADER', 'DEK-Info is not a cipher and an IV');
  const [, name = '', hex = ''] = match;
  const iv = Buffer.from(hex, 'hex');
  const cipher = cipherByName(name.toLowerCase(), iv);
  if (iv.length < 8) throw new PkiError('KEY_HEADER', `DEK-Info: an IV of ${iv.length} bytes is too short`);
  return (passphrase) => decipher(cipher, bytesToKey(passphrase, iv.subarray(0, 8), cipher.keyLength), ciphertext);
}

/** OpenSSL's EVP_BytesToKey with MD5 and one round. */
function bytesToKey(passphrase: Buffer | undefined, salt: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let size = 0; size < length; size += 16) {
    const hash = createHash('md5');
    const last = blocks.at(-1);
    if (last !== undefined) hash.update(last);
    blocks.push(
      hash
        .update(passphrase ?? '')
        .update(salt)
        .digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function pbes2(parameters: Element, ciphertext: Uint8Array): Decrypt {
  const fields = berChildren(parameters);
  const kdf = keyDerivation(fields.read(Tag.sequence, 'key derivation'));
  const cipher = cipherByAlgorithm(fields.read(Tag.sequence, 'encryption scheme'));
  return async (passphrase) => decipher(cipher, await kdf.derive(passphrase, cipher.keyLength), ciphertext);
}

/** PBKDF1 gives eight octets of key and eight of IV (RFC 8018 6.1). */
function pbes1Decrypt(
  hash: 'md5' | 'sha1',
  cipherName: string,
  salt: Uint8Array,
  iterations: number,
  ciphertext: Uint8Array,
): Decrypt {
  return (passphrase) => {
    let digest = createHash(hash)
      .update(passphrase ?? '')
      .update(salt)
      .digest();
    for (let i = 1; i < iterations; i++) digest = createHash(hash).update(digest).digest();
    return decipher(cipherByName(cipherName, digest.subarray(8, 16)), digest.subarray(0, 8), ciphertext);
  };
}

/** RFC 7292 appendix C: every cipher but RC4 has an IV of eight octets. */
function pkcs12Decrypt(cipherName: string, salt: Uint8Array, iterations: number, ciphertext: Uint8Array): Decrypt {
  return (passphrase) => {
    const derive = (purpose: 1 | 2, length: number) =>
      pkcs12Key({ hash: 'sha1', passphrase, salt, iterations, purpose, length });
    const cipher = cipherByName(cipherName, cipherName.startsWith('rc4') ? Buffer.alloc(0) : derive(2, 8));
    return decipher(cipher, derive(1, cipher.keyLength), ciphertext);
  };
}

/**
 * The decryption an EncryptedPrivateKeyInfo (RFC 5958 3) asks for.
 *
 * @throws {DerError} {@link PkiError}
 */
export function encryptedPkcs8Decryptor(der: Uint8Array): Decrypt {
  const fields = berChildren(readBerElement(der));
  const algorithm = fields.read(Tag.sequence, 'encryption algorithm');
  const ciphertext = fields.read(Tag.octetString, 'encrypted data').content();
  fields.end();
  return decryptorOf(algorithm, ciphertext);
}
