import { createHash } from 'node:crypto';
import { Blowfish } from './blowfish.js';

const sha512 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The octets of one bcrypt hash. */
const HASH = 32;

/**
 * The key derivation of OpenSSH's private keys (OpenBSD's bcrypt_pbkdf): PBKDF2 in its shape, bcrypt over SHA-512 for its
 * pseudo-random function, and the octets of the blocks shuffled, so that each takes all of the work.
 *
 * @param length of the key, in octets
 */
export function bcryptPbkdf(passphrase: Uint8Array, salt: Uint8Array, rounds: number, length: number): Buffer {
  const blocks = Math.ceil(length / HASH);
  const key = Buffer.alloc(length);
  const hashedPassphrase = wordsOf(sha512(passphrase));
  for (let block = 0; block < blocks; block++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(block + 1);
    let hash = bcryptHash(hashedPassphrase, sha512(salt, number));
    const sum = Buffer.from(hash);
    for (let round = 1; round < rounds; round++) {
      hash = bcryptHash(hashedPassphrase, sha512(hash));
      for (const [i, octet] of hash.entries()) sum.writeUInt8(sum.readUInt8(i) ^ octet, i);
    }
    for (const [i, octet] of sum.entries()) {
      const to = i * blocks + block;
      if (to < length) key.writeUInt8(octet, to);
    }
  }
  return key;
}

const noSalt = new Uint32Array(0);

/** bcrypt with a cost of 6, of a text that fills four blocks. */
function bcryptHash(passphrase: Uint32Array, hashedSalt: Buffer): Buffer {
  const salt = wordsOf(hashedSalt);
  const cipher = new Blowfish();
  cipher.expand(passphrase, salt);
  for (let i = 0; i < 64; i++) {
    cipher.expand(salt, noSalt);
    cipher.expand(passphrase, noSalt);
  }
  const words = wordsOf(Buffer.from('OxychromaticBlowfishSwatDynamite'));
  for (let i = 0; i < 64; i++) for (let block = 0; block < words.length; block += 2) cipher.encrypt(words, block);
  const hash = Buffer.alloc(HASH);
  // The text goes in big-endian and comes out little-endian, as in the first implementation.
  for (const [i, word] of words.entries()) hash.writeUInt32LE(word, 4 * i);
  return hash;
}

const wordsOf = (octets: Buffer): Uint32Array =>
  Uint32Array.from({ length: octets.length / 4 }, (_, i) => octets.readUInt32BE(4 * i));
