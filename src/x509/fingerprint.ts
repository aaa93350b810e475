import process from 'node:process';

let hash: typeof import('node:crypto').hash | undefined;

/** The hashes fingerprints are made with. */
export type FingerprintHash = 'sha1' | 'sha256' | 'sha512';

/** Lower hex of the hash of some bytes. */
export function fingerprint(algorithm: FingerprintHash, bytes: Uint8Array): string {
  // Loaded when it is needed: `node:crypto` takes 4 ms, and most questions need no hash.
  hash ??= process.getBuiltinModule('node:crypto').hash;
  return hash(algorithm, bytes, 'hex');
}
