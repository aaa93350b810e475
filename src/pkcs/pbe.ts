import { createHash } from 'node:crypto';
import { berChildren, readBerElement } from '../der/ber.js';
import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { PkiError } from '../errors.js';
import { PBES2 } from '../x509/encrypted-key-info.js';
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
  const pbes1 = pbes1Schemes[oid];
  const pkcs12 = pkcs12Schemes[oid];
  if (pbes1 === undefined && pkcs12 === undefined) throw unsupported(`the scheme ${oid}`);
  const parameters = berChildren(fields.read(Tag.sequence, 'PBE parameters'));
  const salt = parameters.read(Tag.octetString, 'salt').content();
  const iterations = readIterations(parameters.read(Tag.integer, 'iteration count'));
  if (pbes1 !== undefined) return pbes1Decrypt(pbes1, salt, iterations, ciphertext);
  return pkcs12Decrypt(pkcs12 as Pkcs12Scheme, salt, iterations, ciphertext);
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

interface Pbes1Scheme {
  readonly hash: 'md5' | 'sha1';
  readonly cipher: 'des-cbc' | 'rc2-64-cbc';
}

/** RFC 8018 A.3. The two with MD2 are left out: OpenSSL has not built it since 2009. */
const pbes1Schemes: Readonly<Record<string, Pbes1Scheme>> = {
  '1.2.840.113549.1.5.3': { hash: 'md5', cipher: 'des-cbc' },
  '1.2.840.113549.1.5.6': { hash: 'md5', cipher: 'rc2-64-cbc' },
  '1.2.840.113549.1.5.10': { hash: 'sha1', cipher: 'des-cbc' },
  '1.2.840.113549.1.5.11': { hash: 'sha1', cipher: 'rc2-64-cbc' },
};

/** PBKDF1 gives eight octets of key and eight of IV (RFC 8018 6.1). */
function pbes1Decrypt(scheme: Pbes1Scheme, salt: Uint8Array, iterations: number, ciphertext: Uint8Array): Decrypt {
  return (passphrase) => {
    let digest = createHash(scheme.hash)
      .update(passphrase ?? '')
      .update(salt)
      .digest();
    for (let i = 1; i < iterations; i++) digest = createHash(scheme.hash).update(digest).digest();
    const cipher = cipherByName(scheme.cipher, digest.subarray(8, 16));
    return decipher(cipher, digest.subarray(0, 8), ciphertext);
  };
}

interface Pkcs12Scheme {
  readonly cipher: string;
  readonly ivLength: number;
}

/** RFC 7292 appendix C. */
const pkcs12Schemes: Readonly<Record<string, Pkcs12Scheme>> = {
  '1.2.840.113549.1.12.1.1': { cipher: 'rc4', ivLength: 0 },
  '1.2.840.113549.1.12.1.2': { cipher: 'rc4-40', ivLength: 0 },
  '1.2.840.113549.1.12.1.3': { cipher: 'des-ede3-cbc', ivLength: 8 },
  '1.2.840.113549.1.12.1.4': { cipher: 'des-ede-cbc', ivLength: 8 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2-cbc', ivLength: 8 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2-40-cbc', ivLength: 8 },
};

function pkcs12Decrypt(scheme: Pkcs12Scheme, salt: Uint8Array, iterations: number, ciphertext: Uint8Array): Decrypt {
  return (passphrase) => {
    const derive = (purpose: 1 | 2, length: number) =>
      pkcs12Key({ hash: 'sha1', passphrase, salt, iterations, purpose, length });
    const cipher = cipherByName(scheme.cipher, scheme.ivLength === 0 ? Buffer.alloc(0) : derive(2, scheme.ivLength));
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
