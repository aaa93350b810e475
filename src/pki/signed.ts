import type { KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier } from 'pkijs';
import { children, readElement } from '../der/reader.js';
import { PkiError } from '../errors.js';
import { arrayBuffer, derOf, objectOf } from './asn1.js';
import { type SignatureAlgorithm, sign, verify } from './signature.js';

/** Who signs: the key, how, and the public half that what is signed is verified with. */
export interface Signer {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  /** The DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** What PKI.js calls a certificate or a request, as far as signing it goes. */
interface Signable {
  signatureAlgorithm: AlgorithmIdentifier;
  signatureValue: asn1js.BitString;
  /** With `encode`, made from the fields. */
  toSchema(encode: boolean): asn1js.Sequence;
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
  const signature = sign(key, algorithm, signedPart(derOf(object.toSchema(true))));
  object.signatureValue = new asn1js.BitString({ valueHex: arrayBuffer(signature) });
  const der = derOf(object.toSchema(true));
  if (verify({ algorithm: algorithm.identifier, publicKey, signature, data: signedPart(der) }) !== 'good') {
    throw new PkiError('SIGNING_FAILED', 'the signature just made does not verify: nothing is written', {
      hint: 'a fault of this machine, or a key whose halves do not belong together',
    });
  }
  return der;
}

/** The first of the three fields: what is signed. */
const signedPart = (der: Uint8Array): Uint8Array => children(readElement(der)).next().encoding();
