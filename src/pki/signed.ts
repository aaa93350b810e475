import type { KeyObject } from 'node:crypto';
import type { Sequence } from 'asn1js';
import { AlgorithmIdentifier } from 'pkijs';
import { children, readElement } from '../der/reader.js';
import { bitString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { derOf, objectOf } from './asn1.js';
import { type SignatureAlgorithm, sign, verify } from './signature.js';

/** Who signs: the key, how, and the public half that what is signed is verified with. */
export interface Signer {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: KeyObject;
}

/** What PKI.js calls a certificate or a request, as far as signing it goes. */
interface Signable {
  signatureAlgorithm: AlgorithmIdentifier;
  /** With `encode`, made from the fields. */
  toSchema(encode: boolean): Sequence;
}

/** An AlgorithmIdentifier as PKI.js takes it. */
export const pkiAlgorithm = ({ identifier }: SignatureAlgorithm): AlgorithmIdentifier =>
  new AlgorithmIdentifier({ schema: objectOf(identifier) });

/**
 * Signs what PKI.js has built, outside of it: node:crypto has the curves and algorithms PKI.js's engine lacks. The
 * signature has been verified when this returns.
 *
 * @throws {PkiError} the key cannot sign so
 */
export function signed(object: Signable, { key, algorithm, publicKey }: Signer): Buffer {
  object.signatureAlgorithm = pkiAlgorithm(algorithm);
  // Encoded once: what is signed, what is verified and what is written are the same octets.
  const tbs = children(readElement(derOf(object.toSchema(true))))
    .next()
    .encoding();
  const signature = sign(key, algorithm, tbs);
  if (verify({ algorithm: algorithm.identifier, publicKey, signature, data: tbs }) !== 'good') {
    throw new PkiError('SIGNING_FAILED', 'the signature just made does not verify: nothing is written', {
      hint: 'a fault of this machine, or a key whose halves do not belong together',
    });
  }
  return sequence(tbs, algorithm.identifier, bitString(signature));
}
