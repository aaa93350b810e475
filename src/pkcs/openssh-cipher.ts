import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PkiError } from '../errors.js';
import { OPENSSH_MAGIC, readOpensshEnvelope, readOpensshKey } from '../x509/openssh-key.js';
import { SshReader, sshNumber, sshString } from '../x509/ssh-wire.js';
import { bcryptPbkdf } from './bcrypt-pbkdf.js';
import type { Decrypt } from './pbe.js';

/** How OpenSSH encrypts private keys: bcrypt_pbkdf, and a cipher of its transport protocol. */

interface Cipher {
  readonly openssl:
    | 'aes-128-cbc'
    | 'aes-192-cbc'
    | 'aes-256-cbc'
    | 'aes-128-ctr'
    | 'aes-192-ctr'
    | 'aes-256-ctr'
    | GcmName;
  readonly keyLength: number;
  readonly ivLength: number;
}

type GcmName = 'aes-128-gcm' | 'aes-256-gcm';

const ciphers: ReadonlyMap<string, Cipher> = new Map([
  ['aes128-cbc', { openssl: 'aes-128-cbc', keyLength: 16, ivLength: 16 }],
  ['aes192-cbc', { openssl: 'aes-192-cbc', keyLength: 24, ivLength: 16 }],
  ['aes256-cbc', { openssl: 'aes-256-cbc', keyLength: 32, ivLength: 16 }],
  ['aes128-ctr', { openssl: 'aes-128-ctr', keyLength: 16, ivLength: 16 }],
  ['aes192-ctr', { openssl: 'aes-192-ctr', keyLength: 24, ivLength: 16 }],
  ['aes256-ctr', { openssl: 'aes-256-ctr', keyLength: 32, ivLength: 16 }],
  ['aes128-gcm@openssh.com', { openssl: 'aes-128-gcm', keyLength: 16, ivLength: 12 }],
  ['aes256-gcm@openssh.com', { openssl: 'aes-256-gcm', keyLength: 32, ivLength: 12 }],
]);

/** `ssh-keygen -a` of a careful user is 100; a thousand rounds take a quarter of a minute. */
const MAX_ROUNDS = 1000;

const rewrite = 'ssh-keygen -p -Z aes256-ctr -a 24 -f FILE rewrites it';

/**
 * The decryption a private key in OpenSSH form asks for.
 *
 * @returns a key in the DER of its kind
 * @throws {PkiError} KEY_ENCRYPTION, KDF_LIMIT, KEY_MALFORMED
 */
export function opensshDecryptor(octets: Uint8Array): Decrypt {
  const { cipher: name, kdf, kdfOptions, privatePart, tag } = readOpensshEnvelope(octets);
  const cipher = ciphers.get(name);
  if (cipher === undefined || kdf !== 'bcrypt') {
    throw new PkiError('KEY_ENCRYPTION', `encrypted with ${name} and ${kdf}, which nothing here can undo`, {
      hint: rewrite,
    });
  }
  const options = new SshReader(kdfOptions);
  const [salt, rounds] = [options.string(), options.number()];
  if (rounds < 1) throw new PkiError('KDF_PARAMETERS', `key derivation with ${rounds} rounds is not possible`);
  if (rounds > MAX_ROUNDS) {
    throw new PkiError('KDF_LIMIT', `key derivation with ${rounds} rounds of bcrypt; the limit is ${MAX_ROUNDS}`, {
      hint: rewrite,
    });
  }
  return async (passphrase) => {
    if (passphrase === undefined || passphrase.length === 0) return undefined;
    const { key, iv } = derived(cipher, passphrase, salt, rounds);
    const plain = decrypted(cipher, key, iv, privatePart, tag);
    return plain === undefined ? undefined : readOpensshKey(plain)?.der;
  };
}

function decrypted({ openssl }: Cipher, key: Buffer, iv: Buffer, ciphertext: Buffer, tag: Buffer): Buffer | undefined {
  try {
    const decipher = isGcm(openssl)
      ? createDecipheriv(openssl, key, iv, { authTagLength: 16 }).setAuthTag(tag)
      : createDecipheriv(openssl, key, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    // A tag that does not fit, or half a block.
    return undefined;
  }
}

const isGcm = (openssl: Cipher['openssl']): openssl is GcmName => openssl.endsWith('-gcm');

/** Key and initial vector come from one derivation. */
function derived({ keyLength, ivLength }: Cipher, passphrase: Uint8Array, salt: Uint8Array, rounds: number) {
  const octets = bcryptPbkdf(passphrase, salt, rounds, keyLength + ivLength);
  return { key: octets.subarray(0, keyLength), iv: octets.subarray(keyLength) };
}

/** As ssh-keygen writes them unless told otherwise. */
const ROUNDS = 24;
const SALT = 16;
const WRITTEN = 'aes256-ctr';
const BLOCK = 16;
/** The block in which keys that are not encrypted are padded. */
const PLAIN_BLOCK = 8;

/**
 * A private key in OpenSSH form, in the octets of its envelope.
 *
 * @param publicKey its public half, as SSH has it
 * @param fields the kind and the numbers of the private one
 * @param passphrase encrypts it
 */
export function opensshEnvelope(publicKey: Buffer, fields: Buffer, passphrase: Uint8Array | undefined): Buffer {
  const check = randomBytes(4);
  const comment = sshString('');
  const plain = padded(Buffer.concat([check, check, fields, comment]), passphrase === undefined ? PLAIN_BLOCK : BLOCK);
  const { cipher, kdf, kdfOptions, privatePart } = sealed(plain, passphrase);
  const parts = [sshString(cipher), sshString(kdf), sshString(kdfOptions), sshNumber(1), sshString(publicKey)];
  return Buffer.concat([Buffer.from(OPENSSH_MAGIC, 'latin1'), ...parts, sshString(privatePart)]);
}

function padded(octets: Buffer, block: number): Buffer {
  const missing = (block - (octets.length % block)) % block;
  return Buffer.concat([octets, Buffer.from(Array.from({ length: missing }, (_, i) => i + 1))]);
}

function sealed(plain: Buffer, passphrase: Uint8Array | undefined) {
  if (passphrase === undefined) return { cipher: 'none', kdf: 'none', kdfOptions: Buffer.of(), privatePart: plain };
  const salt = randomBytes(SALT);
  const octets = bcryptPbkdf(passphrase, salt, ROUNDS, 48);
  const cipher = createCipheriv('aes-256-ctr', octets.subarray(0, 32), octets.subarray(32));
  const kdfOptions = Buffer.concat([sshString(salt), sshNumber(ROUNDS)]);
  return {
    cipher: WRITTEN,
    kdf: 'bcrypt',
    kdfOptions,
    privatePart: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}
