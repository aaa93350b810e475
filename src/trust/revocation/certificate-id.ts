import { createHash } from 'node:crypto';
import { Tag } from '../../der/tag.js';
import { element, nullValue, objectIdentifier, octetString, sequence } from '../../der/writer.js';
import { hashByName, hashByOid } from '../../x509/algorithms.js';
import { keyBits } from '../../x509/key-bits.js';
import { type CertificateId, OCSP_NONCE } from '../../x509/ocsp.js';
import type { StatusQuestion } from './question.js';

/** The hashes certificates are named with: SHA-1 is what all responders know (RFC 5019 2.1.1), SHA-256 its successor. */
export type IdHash = 'sha1' | 'sha256';

/** Those responses are read with. */
const idHashes: readonly string[] = ['sha1', 'sha256', 'sha384', 'sha512'];

type Pair = Pick<StatusQuestion, 'certificate' | 'issuer'>;

const digest = (hash: string, octets: Uint8Array): Buffer => createHash(hash).update(octets).digest();

/** An OCSPRequest for one certificate (RFC 6960 4.1.1), with a nonce where one is given (RFC 9654). */
export function ocspRequest({ certificate, issuer }: Pair, hash: IdHash, nonce: Uint8Array | undefined): Buffer {
  const id = sequence(
    sequence(objectIdentifier(hashByName(hash).oid), nullValue()),
    octetString(digest(hash, certificate.issuer.der)),
    octetString(digest(hash, keyBits(issuer.elements.publicKey))),
    element(Tag.integer, certificate.serialBytes),
  );
  const extensions =
    nonce === undefined
      ? []
      : [element(0xa2, sequence(sequence(objectIdentifier(OCSP_NONCE), octetString(octetString(nonce)))))];
  return sequence(sequence(sequence(sequence(id)), ...extensions));
}

/** True when a response's name for a certificate is that of this one. */
export function isIdOf(id: CertificateId, { certificate, issuer }: Pair): boolean {
  const hash = hashByOid(id.hashOid)?.name ?? '';
  if (!idHashes.includes(hash) || id.serial !== certificate.serial) return false;
  return (
    digest(hash, certificate.issuer.der).equals(id.issuerNameHash) &&
    digest(hash, keyBits(issuer.elements.publicKey)).equals(id.issuerKeyHash)
  );
}
