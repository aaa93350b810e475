import { fingerprint } from './fingerprint.js';

/** A public key as clients and DNS name it. Both hash its SubjectPublicKeyInfo, so a renewed certificate keeps them. */
interface KeyInfo {
  readonly der: Uint8Array;
}

/** As `curl --pinnedpubkey` takes it: `sha256//` and base64 (RFC 7469 2.4 has the hash). */
export function publicKeyPin(key: KeyInfo): string {
  return `sha256//${Buffer.from(fingerprint('sha256', key.der), 'hex').toString('base64')}`;
}

/**
 * The data of a TLSA record (RFC 6698 2.1) of the kind RFC 7671 5.1 recommends: DANE-EE (3), the public key (1), SHA-256
 * (1).
 */
export function tlsaData(key: KeyInfo): string {
  return `3 1 1 ${fingerprint('sha256', key.der)}`;
}

/** A TLSA record whole, for a zone file (RFC 6698 3). */
export function tlsaRecord(host: string, port: number, key: KeyInfo): string {
  return `_${port}._tcp.${host}. IN TLSA ${tlsaData(key)}`;
}
