import { children, readElement } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { bitString, element, integer, nullValue, objectIdentifier, sequence } from '../der/writer.js';
import { hashByName, type SignatureScheme } from '../x509/algorithms.js';
import { KeyOid } from '../x509/key-oid.js';
import { MGF1, type PssParameters } from '../x509/signature-algorithm.js';

/** AlgorithmIdentifiers of signatures as we write them (RFC 4055, 5758, 8410, 9881). */

/** The hashes we sign with, and that the Baseline Requirements allow (7.1.3.2). */
export const signingHashes = ['sha256', 'sha384', 'sha512'] as const;

export type HashName = (typeof signingHashes)[number];

/** True for a hash that is signed with here. */
export const isSigningHash = (name: string): name is HashName => signingHashes.some((each) => each === name);

/** The AlgorithmIdentifier of a scheme and its hash; undefined where no OID stands for the two. */
export function identifierOf({ hashes, parameters }: SignatureScheme, hash: HashName | null): Uint8Array | undefined {
  const oid = Object.keys(hashes).find((each) => hashes[each] === hash);
  if (oid === undefined) return undefined;
  return sequence(objectIdentifier(oid), ...(parameters === 'NULL' ? [nullValue()] : []));
}

/** The AlgorithmIdentifier of PSS with one hash for message and mask and a salt of the hash's length. */
export function pssAlgorithm(hash: HashName): Uint8Array {
  return pssIdentifier({ hash, mgfHash: hash, saltLength: hashByName(hash).length });
}

function pssIdentifier({ hash, mgfHash, saltLength }: PssParameters): Uint8Array {
  const parameters = sequence(
    element(contextConstructed(0), hashIdentifier(hash)),
    element(contextConstructed(1), sequence(objectIdentifier(MGF1), hashIdentifier(mgfHash))),
    element(contextConstructed(2), integer(saltLength)),
  );
  return sequence(objectIdentifier(KeyOid.rsaPss), parameters);
}

const hashIdentifier = (name: string): Uint8Array => sequence(objectIdentifier(hashByName(name).oid), nullValue());

/** The same RSA public key as an id-RSASSA-PSS key (RFC 4055 1.2) bound to these parameters. */
export function pssKey(spki: Uint8Array, parameters: PssParameters): Uint8Array {
  const fields = children(readElement(spki));
  fields.next();
  const key = fields.read(Tag.bitString).content().subarray(1);
  return sequence(pssIdentifier(parameters), bitString(key));
}
