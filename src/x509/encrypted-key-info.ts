import { Cursor, children } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { AlgorithmIdentifier } from './algorithm-identifier.js';

/** The facts an encrypted private key shows without its passphrase. */
export interface EncryptedKeyInfo {
  readonly format: 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa' | 'openssh';
  /** How it is encrypted: `PBES2 aes-256-cbc`, `AES-128-CBC`, `bcrypt aes256-ctr`; an OID where we have no name. */
  readonly encryption: string;
}

/** The OID of the scheme whose parameters name a key derivation and a cipher (RFC 8018 6.2). */
export const PBES2 = '1.2.840.113549.1.5.13';

/** Schemes of PKCS#5 and PKCS#12, and the ciphers of PBES2. */
const names: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.5.1', 'PBES1 md2 des-cbc'],
  ['1.2.840.113549.1.5.3', 'PBES1 md5 des-cbc'],
  ['1.2.840.113549.1.5.4', 'PBES1 md2 rc2-cbc'],
  ['1.2.840.113549.1.5.6', 'PBES1 md5 rc2-cbc'],
  ['1.2.840.113549.1.5.10', 'PBES1 sha1 des-cbc'],
  ['1.2.840.113549.1.5.11', 'PBES1 sha1 rc2-cbc'],
  ['1.2.840.113549.1.12.1.1', 'PKCS#12 rc4-128'],
  ['1.2.840.113549.1.12.1.2', 'PKCS#12 rc4-40'],
  ['1.2.840.113549.1.12.1.3', 'PKCS#12 3des-cbc'],
  ['1.2.840.113549.1.12.1.4', 'PKCS#12 2des-cbc'],
  ['1.2.840.113549.1.12.1.5', 'PKCS#12 rc2-128-cbc'],
  ['1.2.840.113549.1.12.1.6', 'PKCS#12 rc2-40-cbc'],
  ['1.2.840.113549.3.2', 'rc2-cbc'],
  ['1.2.840.113549.3.7', '3des-cbc'],
  ['1.3.14.3.2.7', 'des-cbc'],
  ['2.16.840.1.101.3.4.1.2', 'aes-128-cbc'],
  ['2.16.840.1.101.3.4.1.22', 'aes-192-cbc'],
  ['2.16.840.1.101.3.4.1.42', 'aes-256-cbc'],
  ['2.16.840.1.101.3.4.1.6', 'aes-128-gcm'],
  ['2.16.840.1.101.3.4.1.46', 'aes-256-gcm'],
]);

/**
 * How an EncryptedPrivateKeyInfo (RFC 5958 3) is encrypted.
 *
 * @throws {DerError}
 */
export function readEncryptedPkcs8Info(bytes: Uint8Array): EncryptedKeyInfo {
  const fields = children(new Cursor(bytes, 0, bytes.length).read(Tag.sequence, 'EncryptedPrivateKeyInfo'));
  const { oid, parameters } = new AlgorithmIdentifier(fields.read(Tag.sequence, 'encryptionAlgorithm'));
  fields.read(Tag.octetString, 'encryptedData');
  fields.end();
  if (oid !== PBES2 || parameters === undefined) return { format: 'pkcs8', encryption: names.get(oid) ?? oid };
  const schemes = children(parameters);
  schemes.read(Tag.sequence, 'keyDerivationFunc');
  const cipher = readOid(children(schemes.read(Tag.sequence, 'encryptionScheme')).read(Tag.objectIdentifier));
  return { format: 'pkcs8', encryption: `PBES2 ${names.get(cipher) ?? cipher}` };
}

/**
 * The DEK-Info (RFC 1421 4.6.1.3) of a PEM block whose headers say that it is encrypted (`Proc-Type: 4,ENCRYPTED`),
 * undefined for any other block; empty where it is missing.
 */
export function dekInfoOf(headers: readonly (readonly [name: string, value: string])[]): string | undefined {
  const header = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return /^4\s*,\s*ENCRYPTED$/i.test(header('proc-type') ?? '') ? (header('dek-info') ?? '') : undefined;
}

/** The cipher that a DEK-Info names: `AES-128-CBC`. */
export const dekCipher = (dekInfo: string): string => dekInfo.split(',')[0]?.trim() || 'unknown';
