import type { KeyObject } from 'node:crypto';
import { sameEncoding } from '../der/reader.js';
import { readBits, unusedBits } from '../der/values.js';
import { complaint } from '../errors.js';
import { AlgorithmIdentifier } from '../x509/algorithm-identifier.js';
import { trailingText, twoAlgorithmsText, unusedBitsText } from '../x509/certificate-warnings.js';
import type { Signed } from '../x509/signed.js';
import { type SignatureVerdict, verify } from './signature.js';

/**
 * Whether a key made the signature of a certificate, a request or a list. Where the frame is not as its RFC says, the
 * signature is bad whatever the key says of it: see {@link frameFlaw}.
 *
 * @param publicKey the signer's: a KeyObject, or the DER of its SubjectPublicKeyInfo
 */
export function verifySigned(signed: Signed, publicKey: KeyObject | Uint8Array): SignatureVerdict {
  if (frameFlaw(signed) !== undefined) return 'bad';
  return verify({
    algorithm: signed.algorithm.encoding(),
    publicKey,
    signature: readBits(signed.signatureValue).octets,
    data: signed.tbs,
  });
}

/**
 * The reason for a bad signature that needs no key to be seen, undefined where there is none: another algorithm inside
 * than outside (RFC 5280 4.1.1.2), unused bits, octets behind the algorithm's parameters or behind the whole.
 */
export function frameFlaw({ innerAlgorithm, algorithm, signatureValue, trailing }: Signed): string | undefined {
  if (innerAlgorithm !== undefined && !sameEncoding(innerAlgorithm, algorithm)) return twoAlgorithmsText;
  const malformed = complaint(() => [new AlgorithmIdentifier(algorithm), unusedBits(signatureValue)]);
  if (malformed !== undefined) return malformed;
  if (unusedBits(signatureValue) !== 0) return unusedBitsText;
  return trailing > 0 ? `${trailingText(trailing)} that nothing signs` : undefined;
}
