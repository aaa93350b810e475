import type { Element } from '../der/reader.js';

/**
 * The frame that certificates (RFC 5280 4.1), requests (RFC 2986 4), revocation lists (RFC 5280 5.1) and OCSP responses
 * (RFC 6960 4.2.1) share: what is signed, with which algorithm, and the signature.
 */
export interface Signed {
  /** The octets that were signed, exactly as they came. */
  readonly tbs: Uint8Array;
  /** The AlgorithmIdentifier inside of what is signed; undefined where the syntax has none, as in requests. */
  readonly innerAlgorithm: Element | undefined;
  /** The AlgorithmIdentifier beside the signature. */
  readonly algorithm: Element;
  /** The BIT STRING of the signature. */
  readonly signatureValue: Element;
  /** Octets that follow the whole in what it was read from: no signature covers them. */
  readonly trailing: number;
}
