import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { berChildren } from '../der/ber.js';
import type { Cursor, Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { PkiError } from '../errors.js';
import { hashByHmac } from '../x509/algorithms.js';
import { unsupported } from './cipher.js';
import { PBKDF2 } from './pbes2.js';

/**
 * Keys from passphrases: PBKDF2 and scrypt (RFC 8018, RFC 7914), bounded: a file may not choose how long we work or how much
 * memory we take.
 */

/** Ten million rounds take several seconds; what people write today is a million at most. */
const MAX_ITERATIONS = 10_000_000;

/** Memory scrypt may take: 128 · N · r bytes (RFC 7914 2). */
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024;

const pbkdf2Async = promisify(pbkdf2);
const scryptAsync = promisify<Buffer, Buffer, number, object, Buffer>(scrypt);

const SCRYPT = '1.3.6.1.4.1.11591.4.11';

interface KeyDerivation {
  /** The key length its parameters name, in octets; often they leave it to the cipher. */
  readonly keyLength: number | undefined;
  derive(passphrase: Buffer | undefined, length: number): Promise<Buffer>;
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
