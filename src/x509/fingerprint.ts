import { hash } from 'node:crypto';

/** The hashes fingerprints are made with. */
export type FingerprintHash = 'sha1' | 'sha256' | 'sha512';

/** Lower hex of the hash of some bytes. */
export function fingerprint(algorithm: FingerprintHash, bytes: Uint8Array): string {
  return hash(algorithm, bytes, 'hex');
}

/** The SHA-256 of a SubjectPublicKeyInfo: the identity of a public key, whatever certificate it is in. */
export function spkiSha256(publicKey: { readonly der: Uint8Array }): string {
  return hash('sha256', publicKey.der, 'hex');
}
