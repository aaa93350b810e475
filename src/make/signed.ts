import type { KeyObject } from 'node:crypto';
import type { Sequence } from 'asn1js';
import { type SigningAlgorithm, sign, verify } from '../crypto/signature.js';
import { encodedObject } from '../der/asn1.js';
import { bitString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';

/** Who signs: the key, how, and the public half that what is signed is verified with. */
export interface Signer {
  readonly key: KeyObject;
  readonly algorithm: SigningAlgorithm;
  readonly publicKey: KeyObject;
}

/** A certificate or a request of PKI.js, as far as signing it goes. */
interface Signable {
  /** With `encode`, made from the fields: what is signed, the algorithm and the signature. */
  toSchema(encode: boolean): Sequence;
}

/**
 * Signs what PKI.js has built, outside of it: node:crypto has the curves and algorithms PKI.js's engine lacks. The
 * signature has been verified when this returns.
 *
 * @throws {PkiError} the key cannot sign so
 */
export function signed(object: Signable, { key, algorithm, publicKey }: Signer): Buffer {
  const [toBeSigned] = object.toSchema(true).valueBlock.value;
  if (toBeSigned === undefined) throw new RangeError('there is nothing to be signed');
  // Encoded once: what is signed, what is verified and what is written are the same octets.
  const tbs = encodedObject(toBeSigned);
  const signature = sign(key, algorithm, tbs);
  if (verify({ algorithm: algorithm.identifier, publicKey, signature, data: tbs }) !== 'good') {
    throw new PkiError('SIGNING_FAILED', 'the signature just made does not verify: nothing is written', {
      hint: 'a fault of this machine, or a key whose halves do not belong together',
    });
  }
  return sequence(tbs, algorithm.identifier, bitString(signature));
}
