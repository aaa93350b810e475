import { createHmac, getHashes, timingSafeEqual } from 'node:crypto';
import { type BerCursor, berChildren, berOctets } from '../der/ber.js';
import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { PkiError } from '../errors.js';
import { hashByHmac, hashByOid } from '../x509/algorithms.js';
import { keyDerivation, readIterations } from './key-derivation.js';
import { pkcs12Key } from './pkcs12-kdf.js';

const PBMAC1 = '1.2.840.113549.1.5.14';

interface MacVerifier {
  /** Rounds of key derivation a try costs. */
  readonly iterations: number;
  verify(passphrase: Buffer | undefined): Promise<boolean>;
}

/**
 * The check of the MacData of a PKCS#12 (RFC 7292 4): the hash-based kind or PBMAC1.
 *
 * @param safe the octets it protects
 * @throws {PkiError} a kind or parameters not known here; {@link DerError}
 */
export function macVerifier(macData: Element, safe: Uint8Array): MacVerifier {
  const fields = berChildren(macData);
  const digestInfo = berChildren(fields.read(Tag.sequence, 'MAC'));
  const algorithm = berChildren(digestInfo.read(Tag.sequence, 'MAC algorithm'));
  const expected = berOctets(digestInfo.next());
  const oid = readOid(algorithm.read(Tag.objectIdentifier));
  const isRight = (hash: string, key: Buffer): boolean => {
    const found = createHmac(hash, key).update(safe).digest();
    return found.length === expected.length && timingSafeEqual(found, expected);
  };
  if (oid === PBMAC1) {
    const { hash, deriveKey } = pbmac1(berChildren(algorithm.read(Tag.sequence, 'PBMAC1 parameters')));
    return { iterations: 1, verify: async (passphrase) => isRight(hash, await deriveKey(passphrase)) };
  }
  const hash = hashByOid(oid)?.name;
  if (hash === undefined || !getHashes().includes(hash)) {
    throw new PkiError('PKCS12_MAC', `the MAC of this PKCS#12 uses the hash ${hash ?? oid}, not known here`);
  }
  const salt = berOctets(fields.next());
  const count = fields.optional(Tag.integer);
  const iterations = count === undefined ? 1 : readIterations(count);
  const keyOf = (passphrase: Buffer | undefined) =>
    pkcs12Key({ hash, passphrase, salt, iterations, purpose: 3, length: expected.length });
  return { iterations, verify: async (passphrase) => isRight(hash, keyOf(passphrase)) };
}

/** PBMAC1-params (RFC 8018 A.5); RFC 9579 6 wants the key length said. */
function pbmac1(fields: BerCursor): { hash: string; deriveKey: (passphrase: Buffer | undefined) => Promise<Buffer> } {
  const kdf = keyDerivation(fields.read(Tag.sequence, 'key derivation'));
  const oid = readOid(berChildren(fields.read(Tag.sequence, 'MAC scheme')).read(Tag.objectIdentifier));
  const hash = hashByHmac(oid)?.name;
  const { keyLength } = kdf;
  if (hash === undefined || keyLength === undefined || keyLength < 1 || keyLength > 1024) {
    throw new PkiError('PKCS12_MAC', 'the MAC of this PKCS#12 (PBMAC1) has parameters not known here');
  }
  return { hash, deriveKey: (passphrase) => kdf.derive(passphrase, keyLength) };
}
