import { Cursor, children } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { AlgorithmIdentifier } from './algorithm-identifier.js';
import { ciphersByOid, passwordSchemes } from './encryption-schemes.js';

/** The facts an encrypted private key shows without its passphrase. */
export interface EncryptedKeyInfo {
  readonly format: 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa' | 'openssh';
  /** How it is encrypted: `PBES2 aes-256-cbc`, `AES-128-CBC`, `bcrypt aes256-ctr`; an OID where we have no name. */
  readonly encryption: string;
}

/** The OID of the scheme whose parameters name a key derivation and a cipher (RFC 8018 6.2). */
export const PBES2 = '1.2.840.113549.1.5.13';

/** The name of a cipher; triple DES is called by what it is. */
function cipherText(oid: string): string {
  const name = ciphersByOid().get(oid) ?? oid;
  return name === 'des-ede3-cbc' ? '3des-cbc' : name;
}

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
  if (oid !== PBES2 || parameters === undefined) {
    return { format: 'pkcs8', encryption: passwordSchemes().get(oid)?.name ?? oid };
  }
  const schemes = children(parameters);
  schemes.read(Tag.sequence, 'keyDerivationFunc');
  const cipher = readOid(children(schemes.read(Tag.sequence, 'encryptionScheme')).read(Tag.objectIdentifier));
  return { format: 'pkcs8', encryption: `PBES2 ${cipherText(cipher)}` };
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
