import process from 'node:process';

let hash: typeof import('node:crypto').hash | undefined;

/** Loaded when it is needed: `node:crypto` takes 4 ms, and most questions need no hash. */
function hexHash(algorithm: FingerprintHash, bytes: Uint8Array): string {
  hash ??= process.getBuiltinModule('node:crypto').hash;
  return hash(algorithm, bytes, 'hex');
}

/** The hashes fingerprints are made with. */
export type FingerprintHash = 'sha1' | 'sha256' | 'sha512';

/** Lower hex of the hash of some bytes. */
export function fingerprint(algorithm: FingerprintHash, bytes: Uint8Array): string {
  return hexHash(algorithm, bytes);
}

/** The SHA-256 of a SubjectPublicKeyInfo: the identity of a public key, whatever certificate it is in. */
export function spkiSha256(publicKey: { readonly der: Uint8Array }): string {
  return hexHash('sha256', publicKey.der);
}
