import { hash as digest } from 'node:crypto';

interface Pkcs12KeyRequest {
  readonly hash: string;
  /** Undefined is no passphrase at all, which is not the same as an empty one: that has a closing zero. */
  readonly passphrase: Buffer | undefined;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** The purpose of the bytes: 1 a cipher's key, 2 its IV, 3 the key of a MAC. */
  readonly purpose: 1 | 2 | 3;
  readonly length: number;
}

/** Octets in a hash's block, where it is not 64. */
const blockSizes: Readonly<Record<string, number>> = {
  sha384: 128,
  sha512: 128,
  'sha512-224': 128,
  'sha512-256': 128,
  'sha3-224': 144,
  'sha3-256': 136,
  'sha3-384': 104,
  'sha3-512': 72,
};

/** The key derivation of PKCS#12 (RFC 7292 B.2), in the names of that section. */
export function pkcs12Key({ hash, passphrase, salt, iterations, purpose, length }: Pkcs12KeyRequest): Buffer {
  const v = blockSizes[hash] ?? 64;
  const D = Buffer.alloc(v, purpose);
  const I = Buffer.concat([stretched(salt, v), stretched(bmpPassphrase(passphrase), v)]);
  const out: Buffer[] = [];
  for (let size = 0; size < length; ) {
    let A = digest(hash, Buffer.concat([D, I]), 'buffer');
    for (let i = 1; i < iterations; i++) A = digest(hash, A, 'buffer');
    out.push(A);
    size += A.length;
    const B = stretched(A, v);
    for (let block = 0; block < I.length; block += v) addWithCarry(I.subarray(block, block + v), B);
  }
  return Buffer.concat(out).subarray(0, length);
}

/** Repeated up to a whole number of blocks of `v` octets; nothing stays nothing. */
function stretched(bytes: Uint8Array, v: number): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.alloc(v * Math.ceil(bytes.length / v), bytes);
}

/** I_j = I_j + B + 1, modulo 2^(8v). */
function addWithCarry(block: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let i = block.length - 1; i >= 0; i--) {
    carry += (block[i] as number) + (addend[i] as number);
    block[i] = carry & 0xff;
    carry >>= 8;
  }
}

/**
 * The passphrase as UTF-16 in network order with a closing zero (RFC 7292 B.1). One that is no UTF-8 is taken octet for
 * character, as OpenSSL does.
 */
function bmpPassphrase(passphrase: Buffer | undefined): Buffer {
  if (passphrase === undefined) return Buffer.alloc(0);
  const utf8 = passphrase.toString('utf8');
  const text = Buffer.from(utf8, 'utf8').equals(passphrase) ? utf8 : passphrase.toString('latin1');
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}
