import rc2 from 'node-forge/lib/rc2.js';
import util from 'node-forge/lib/util.js';

/**
 * RC2 in CBC mode with PKCS#7 padding (RFC 2268), which node's OpenSSL no longer has and old PKCS#12 files need.
 *
 * @returns undefined when the padding is wrong: so is the key, then
 */
export function decryptRc2(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Buffer | undefined {
  const cipher = rc2.createDecryptionCipher(binary(key), effectiveBits);
  cipher.start(binary(iv));
  cipher.update(util.createBuffer(binary(ciphertext)));
  // The library trusts the last octet: the padding stays on and is judged here.
  if (!cipher.finish(() => true)) return undefined;
  return unpadded(Buffer.from(cipher.output.getBytes(), 'latin1'));
}

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function unpadded(plaintext: Buffer): Buffer | undefined {
  const length = plaintext.at(-1) ?? 0;
  if (length < 1 || length > 8 || length > plaintext.length) return undefined;
  if (plaintext.subarray(-length).some((octet) => octet !== length)) return undefined;
  return plaintext.subarray(0, -length);
}
