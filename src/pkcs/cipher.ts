import { createDecipheriv, getCipherInfo } from 'node:crypto';
import { berChildren } from '../der/ber.js';
import type { Cursor, Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { PkiError } from '../errors.js';
import { ciphersByOid, RC2_CBC } from '../x509/encryption-schemes.js';

/** The ciphers that keys and PKCS#12 files are encrypted with, old ones too. */

/** A cipher in a mode, keyed and ready but for the bytes. */
interface Cipher {
  /** OpenSSL's name, lower case: `aes-256-cbc`. */
  readonly name: string;
  readonly keyLength: number;
  readonly iv: Uint8Array;
  /** RC2's effective key bits (RFC 2268 6), otherwise 0. */
  readonly effectiveBits: number;
}

/**
 * The cipher an AlgorithmIdentifier names.
 *
 * @throws {PkiError} one that cannot be undone here; {@link DerError}
 */
export function cipherByAlgorithm(algorithm: Element): Cipher {
  const fields = berChildren(algorithm);
  const oid = readOid(fields.read(Tag.objectIdentifier));
  if (oid === RC2_CBC) return rc2ByParameters(berChildren(fields.read(Tag.sequence, 'RC2 parameters')));
  const name = ciphersByOid().get(oid);
  if (name === undefined) throw unsupported(`the cipher ${oid}`);
  return cipherByName(name, fields.read(Tag.octetString, 'IV').content());
}

/** RC2's version numbers hide the effective key bits behind a table; 58 is 128 bits, 120 is 64, 160 is 40 (RFC 2268 6). */
function rc2ByParameters(fields: Cursor): Cipher {
  const version = fields.optional(Tag.integer);
  const name = version === undefined ? 'rc2-32-cbc' : rc2Versions[readSmallInteger(version)];
  if (name === undefined) throw unsupported('RC2 with an unknown key size');
  return cipherByName(name, fields.read(Tag.octetString, 'IV').content());
}

const rc2Versions: Readonly<Record<number, string>> = { 58: 'rc2-cbc', 120: 'rc2-64-cbc', 160: 'rc2-40-cbc' };

/** Ciphers that OpenSSL 3 keeps out of reach in node: key length and, for RC2, effective bits. */
const oldCiphers: Readonly<Record<string, readonly [keyLength: number, effectiveBits: number]>> = {
  'rc2-cbc': [16, 128],
  'rc2-64-cbc': [8, 64],
  'rc2-40-cbc': [5, 40],
  'rc2-32-cbc': [4, 32],
  rc4: [16, 0],
  'rc4-40': [5, 0],
  'des-cbc': [8, 0],
  'des-cfb': [8, 0],
  'des-ofb': [8, 0],
};

/** Ciphers that OpenSSL has moved to its legacy provider, which Node.js does not load, and that hardly any key uses. */
const goneCiphers: ReadonlySet<string> = new Set(['bf-cbc', 'cast5-cbc', 'idea-cbc', 'seed-cbc']);

/** A cipher by OpenSSL's name, in lower case. @throws {PkiError} one that cannot be undone here, or an IV of another length */
export function cipherByName(name: string, iv: Uint8Array): Cipher {
  const old = oldCiphers[name];
  if (old !== undefined) return { name, keyLength: old[0], iv, effectiveBits: old[1] };
  if (goneCiphers.has(name)) throw unsupported(`the cipher ${name}`);
  const info = getCipherInfo(name);
  if (info === undefined || (info.mode !== 'cbc' && info.mode !== 'cfb' && info.mode !== 'ofb')) {
    throw unsupported(`the cipher ${name}`);
  }
  if (iv.length !== info.ivLength) {
    throw new PkiError('KEY_ENCRYPTION', `${name} takes an IV of ${info.ivLength} bytes, found ${iv.length}`);
  }
  return { name, keyLength: info.keyLength, iv, effectiveBits: 0 };
}

/** The plaintext; undefined is bad padding: the passphrase is wrong. Right padding by chance is caught by who reads the plaintext. */
export async function decipher(cipher: Cipher, key: Buffer, ciphertext: Uint8Array): Promise<Buffer | undefined> {
  const { name, iv } = cipher;
  if (name.startsWith('rc2-')) {
    const { decryptRc2 } = await import('./rc2.js');
    return decryptRc2(key, cipher.effectiveBits, iv, ciphertext);
  }
  if (name === 'rc4' || name === 'rc4-40') {
    const { rc4 } = await import('./rc4.js');
    return rc4(key, ciphertext);
  }
  // Single DES is triple DES with one key three times.
  const single = name.startsWith('des-') && name in oldCiphers;
  const decryptor = createDecipheriv(
    single ? name.replace('des-', 'des-ede3-') : name,
    single ? Buffer.concat([key, key, key]) : key,
    iv,
  );
  try {
    return Buffer.concat([decryptor.update(ciphertext), decryptor.final()]);
  } catch {
    return undefined;
  }
}

/** The error of an encryption that nothing here can undo. */
export function unsupported(what: string): PkiError {
  return new PkiError('KEY_ENCRYPTION', `encrypted with ${what}, which cannot be undone here`, {
    hint: 'openssl pkey -provider legacy -provider default -in OLD -aes256 -out NEW writes it anew',
  });
}
