import { createDecipheriv, createHash, getCipherInfo, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { berChildren, readBerElement } from '../der/ber.js';
import type { Cursor, Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { PkiError } from '../errors.js';
import { hashByHmac } from '../x509/algorithms.js';
import { PBES2 } from '../x509/encrypted-key-info.js';
import { PBKDF2 } from './pbes2.js';
import { pkcs12Key } from './pkcs12-kdf.js';

/**
 * Password-based decryption as keys and PKCS#12 files use it: PBES2 with PBKDF2 or scrypt, PBES1 and the PKCS#12 schemes
 * (RFC 8018, RFC 7292 appendix B and C), and the older way PEM headers describe (`DEK-Info`). Key derivation is bounded:
 * a file may not choose how long we work or how much memory we take.
 */

/** Ten million rounds take several seconds; what people write today is a million at most. */
const MAX_ITERATIONS = 10_000_000;

/** Memory scrypt may take: 128 · N · r bytes (RFC 7914 2). */
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024;

const pbkdf2Async = promisify(pbkdf2);
const scryptAsync = promisify<Buffer, Buffer, number, object, Buffer>(scrypt);

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

const SCRYPT = '1.3.6.1.4.1.11591.4.11';

interface KeyDerivation {
  /** The key length its parameters name, in octets; often they leave it to the cipher. */
  readonly keyLength: number | undefined;
  derive(passphrase: Buffer | undefined, length: number): Promise<Buffer>;
}

function pbes2(parameters: Element, ciphertext: Uint8Array): Decrypt {
  const fields = berChildren(parameters);
  const kdf = keyDerivation(fields.read(Tag.sequence, 'key derivation'));
  const cipher = cipherByAlgorithm(fields.read(Tag.sequence, 'encryption scheme'));
  return async (passphrase) => decipher(cipher, await kdf.derive(passphrase, cipher.keyLength), ciphertext);
}

/**
 * The key derivation an AlgorithmIdentifier describes: PBKDF2 (RFC 8018 A.2) or scrypt (RFC 7914 7).
 *
 * @throws {PkiError} another one, or one that asks for too much
 */
export function keyDerivation(algorithm: Element): KeyDerivation {
  const fields = berChildren(algorithm);
  const oid = readOid(fields.read(Tag.objectIdentifier));
  if (oid === PBKDF2) return pbkdf2Derivation(berChildren(fields.read(Tag.sequence, 'PBKDF2 parameters')));
  if (oid === SCRYPT) return scryptDerivation(berChildren(fields.read(Tag.sequence, 'scrypt parameters')));
  throw unsupported(`the key derivation ${oid}`);
}

function pbkdf2Derivation(fields: Cursor): KeyDerivation {
  const salt = fields.read(Tag.octetString, 'salt').content();
  const iterations = readIterations(fields.read(Tag.integer, 'iteration count'));
  const keyLength = fields.optional(Tag.integer);
  const prf = fields.optional(Tag.sequence);
  const prfOid = prf === undefined ? undefined : readOid(berChildren(prf).read(Tag.objectIdentifier));
  const hash = prfOid === undefined ? 'sha1' : hashByHmac(prfOid)?.name;
  if (hash === undefined) throw unsupported(`PBKDF2 with the function ${prfOid}`);
  return {
    keyLength: keyLength && readSmallInteger(keyLength),
    derive: (passphrase, length) => pbkdf2Async(passphrase ?? '', salt, iterations, length, hash),
  };
}

function scryptDerivation(fields: Cursor): KeyDerivation {
  const salt = fields.read(Tag.octetString, 'salt').content();
  const [N, r, p] = ['cost', 'block size', 'parallelization'].map((what) =>
    readSmallInteger(fields.read(Tag.integer, what)),
  ) as [number, number, number];
  const memory = 128 * N * r;
  if (!(N > 1 && Number.isInteger(Math.log2(N)) && r > 0 && p > 0)) {
    throw new PkiError('KDF_PARAMETERS', `scrypt with N ${N}, r ${r}, p ${p} is not possible`);
  }
  if (memory > MAX_SCRYPT_MEMORY || p > 64) {
    throw new PkiError(
      'KDF_LIMIT',
      `scrypt with N ${N}, r ${r}, p ${p} asks for ${Math.ceil(memory / 2 ** 20)} MiB; the limit is 256 MiB and p 64`,
    );
  }
  // Beside the large table node counts p blocks and some small change.
  const maxmem = memory + 128 * r * (p + 2) + 65_536;
  return {
    keyLength: undefined,
    derive: (passphrase, length) =>
      scryptAsync(passphrase ?? Buffer.alloc(0), Buffer.from(salt), length, { N, r, p, maxmem }),
  };
}

/**
 * An iteration count that can be worked off.
 *
 * @throws {PkiError} zero, negative or over ten million
 */
export function readIterations(element: Element): number {
  const count = readSmallInteger(element);
  if (count < 1) throw new PkiError('KDF_PARAMETERS', `key derivation with ${count} iterations is not possible`);
  if (count > MAX_ITERATIONS) {
    throw new PkiError('KDF_LIMIT', `key derivation with ${count} iterations; the limit is ${MAX_ITERATIONS}`);
  }
  return count;
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

/** Ciphers by the OID of their AlgorithmIdentifier; the parameters are the IV but for RC2. */
const cipherOids: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.1.2': 'aes-128-cbc',
  '2.16.840.1.101.3.4.1.3': 'aes-128-ofb',
  '2.16.840.1.101.3.4.1.4': 'aes-128-cfb',
  '2.16.840.1.101.3.4.1.22': 'aes-192-cbc',
  '2.16.840.1.101.3.4.1.23': 'aes-192-ofb',
  '2.16.840.1.101.3.4.1.24': 'aes-192-cfb',
  '2.16.840.1.101.3.4.1.42': 'aes-256-cbc',
  '2.16.840.1.101.3.4.1.43': 'aes-256-ofb',
  '2.16.840.1.101.3.4.1.44': 'aes-256-cfb',
  '1.2.392.200011.61.1.1.1.2': 'camellia-128-cbc',
  '1.2.392.200011.61.1.1.1.3': 'camellia-192-cbc',
  '1.2.392.200011.61.1.1.1.4': 'camellia-256-cbc',
  '1.2.410.200046.1.1.2': 'aria-128-cbc',
  '1.2.410.200046.1.1.7': 'aria-192-cbc',
  '1.2.410.200046.1.1.12': 'aria-256-cbc',
  '1.2.156.10197.1.104.2': 'sm4-cbc',
  '1.2.840.113549.3.7': 'des-ede3-cbc',
  '1.3.14.3.2.7': 'des-cbc',
  '1.3.6.1.4.1.3029.1.2': 'bf-cbc',
  '1.2.840.113533.7.66.10': 'cast5-cbc',
  '1.3.6.1.4.1.188.7.1.1.2': 'idea-cbc',
  '1.2.410.200004.1.4': 'seed-cbc',
};

const RC2_CBC = '1.2.840.113549.3.2';

function cipherByAlgorithm(algorithm: Element): Cipher {
  const fields = berChildren(algorithm);
  const oid = readOid(fields.read(Tag.objectIdentifier));
  if (oid === RC2_CBC) return rc2ByParameters(berChildren(fields.read(Tag.sequence, 'RC2 parameters')));
  const name = cipherOids[oid];
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

function cipherByName(name: string, iv: Uint8Array): Cipher {
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

/** Undefined is bad padding: the passphrase is wrong. Right padding by chance is caught by who reads the plaintext. */
async function decipher(cipher: Cipher, key: Buffer, ciphertext: Uint8Array): Promise<Buffer | undefined> {
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

function unsupported(what: string): PkiError {
  return new PkiError('KEY_ENCRYPTION', `encrypted with ${what}, which cannot be undone here`, {
    hint: 'openssl pkey -provider legacy -provider default -in OLD -aes256 -out NEW writes it anew',
  });
}

/**
 * Reads EncryptedPrivateKeyInfo (RFC 5958 3).
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
