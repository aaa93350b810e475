import { firstInside } from '../der/ber.js';
import { Cursor, children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readBits } from '../der/values.js';
import { AlgorithmIdentifier } from './algorithm-identifier.js';
import { Extended } from './extended.js';
import type { Signed } from './signed.js';

/** The elements of the frame that certificates, requests and revocation lists share, for those who need their places. */
export interface SignedElements {
  /** The outermost SEQUENCE. */
  readonly whole: Element;
  readonly tbs: Element;
  /** Absent where the syntax has none. */
  readonly innerAlgorithm?: Element;
  readonly algorithm: Element;
  readonly signature: Element;
}

/** A certificate, a request or a revocation list, read in place: its frame, and all that follows from that alone. */
export abstract class SignedObject<Elements extends SignedElements> extends Extended implements Signed {
  /** Its octets; those behind its end, if any, are left out. */
  readonly der: Uint8Array;
  readonly elements: Elements;
  /** Octets that follow it in what it was read from. */
  readonly trailing: number;
  readonly #original: Uint8Array | undefined;
  #signatureAlgorithm: AlgorithmIdentifier | undefined;

  /** @param original the octets it came in, where they are BER and `bytes` a copy of them in DER: those are hashed and verified */
  constructor(bytes: Uint8Array, elements: Elements, original: Uint8Array | undefined) {
    super();
    this.elements = elements;
    const { end } = elements.whole;
    this.trailing = bytes.length - end;
    this.der = original ?? (this.trailing === 0 ? bytes : bytes.subarray(0, end));
    this.#original = original;
  }

  /** The signed octets. */
  get tbs(): Uint8Array {
    return this.#original === undefined ? this.elements.tbs.encoding() : firstInside(this.#original);
  }

  get innerAlgorithm(): Element | undefined {
    return this.elements.innerAlgorithm;
  }

  get algorithm(): Element {
    return this.elements.algorithm;
  }

  get signatureValue(): Element {
    return this.elements.signature;
  }

  /** The algorithm beside the signature; warnings say where the signed one differs. @throws {DerError} */
  get signatureAlgorithm(): AlgorithmIdentifier {
    this.#signatureAlgorithm ??= new AlgorithmIdentifier(this.elements.algorithm);
    return this.#signatureAlgorithm;
  }

  get signature(): Uint8Array {
    return readBits(this.elements.signature).octets;
  }
}

/**
 * The frame of a signed object.
 *
 * @param what names it in errors, and `signed` what is signed: `Certificate`, `TBSCertificate`
 * @throws {DerError}
 */
export function readSigned(
  bytes: Uint8Array,
  what: string,
  signed: string,
): Pick<SignedElements, 'whole' | 'tbs' | 'algorithm' | 'signature'> {
  const whole = new Cursor(bytes, 0, bytes.length).read(Tag.sequence, what);
  const fields = children(whole);
  const tbs = fields.read(Tag.sequence, signed);
  const algorithm = fields.read(Tag.sequence, 'signatureAlgorithm');
  const signature = fields.read(Tag.bitString, 'signatureValue');
  fields.end();
  return { whole, tbs, algorithm, signature };
}
