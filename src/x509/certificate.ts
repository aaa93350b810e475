import { DerError } from '../der/error.js';
import { children, type Element, sameEncoding } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { readSmallInteger } from '../der/values.js';
import { onlyChild } from './extension.js';
import { Name } from './name.js';
import { PublicKey } from './public-key.js';
import { serialHex } from './serial.js';
import { readSigned, type SignedElements, SignedObject } from './signed-object.js';
import { readTime, readTimeElement, timeOrNull } from './time.js';

/** The elements of a certificate, for those who need their places. */
interface CertificateElements extends SignedElements {
  readonly version: Element | undefined;
  readonly serial: Element;
  readonly innerAlgorithm: Element;
  readonly issuer: Element;
  readonly notBefore: Element;
  readonly notAfter: Element;
  readonly subject: Element;
  readonly publicKey: Element;
  readonly extensions: Element | undefined;
}

/**
 * An X.509 certificate (RFC 5280 4.1), read in place. The constructor checks the frame: that the fields are there, in
 * their order, with their tags. What is inside a field is read when it is asked for, and throws a DerError then.
 *
 * Faults that RFC 5280 or DER forbids and can be read are for {@link frameWarnings} and the readers of extensions to say.
 */
export class Certificate extends SignedObject<CertificateElements> {
  #version: number | undefined;
  #issuer: Name | undefined;
  #subject: Name | undefined;
  #publicKey: PublicKey | undefined;
  #start: number | null | undefined;
  #expiry: number | null | undefined;

  /**
   * @param original the octets it came in, where they are BER and `bytes` a copy of them in DER
   * @throws {DerError}
   */
  constructor(bytes: Uint8Array, original?: Uint8Array) {
    super(bytes, readFrame(bytes), original);
  }

  /** 1, 2 or 3. */
  get version(): number {
    this.#version ??= versionIn(this.elements.version);
    return this.#version;
  }

  /** Lower hex of the value in whole bytes: no leading 00, `-` in front of a negative one. */
  get serial(): string {
    const { bytes, contentStart, end } = this.elements.serial;
    return serialHex(bytes, contentStart, end);
  }

  /** The content of the serial number's INTEGER as it is written. */
  get serialBytes(): Uint8Array {
    return this.elements.serial.content();
  }

  get issuer(): Name {
    this.#issuer ??= new Name(this.elements.issuer);
    return this.#issuer;
  }

  get subject(): Name {
    this.#subject ??= new Name(this.elements.subject);
    return this.#subject;
  }

  /** `notBefore` in milliseconds since 1970, null where it is no time. */
  get start(): number | null {
    if (this.#start === undefined) this.#start = timeOrNull(this.elements.notBefore);
    return this.#start;
  }

  /** `notAfter` in milliseconds since 1970, null where it is no time. */
  get expiry(): number | null {
    if (this.#expiry === undefined) this.#expiry = timeOrNull(this.elements.notAfter);
    return this.#expiry;
  }

  get notBefore(): Date {
    return new Date(readTime(this.elements.notBefore));
  }

  get notAfter(): Date {
    return new Date(readTime(this.elements.notAfter));
  }

  get publicKey(): PublicKey {
    this.#publicKey ??= new PublicKey(this.elements.publicKey);
    return this.#publicKey;
  }

  get extensionSequences(): readonly Element[] {
    const { extensions } = this.elements;
    return extensions === undefined ? [] : [extensions];
  }

  /** True when subject and issuer are the same bytes: a root, or a key roll-over. */
  get isSelfIssued(): boolean {
    return sameEncoding(this.elements.subject, this.elements.issuer);
  }
}

function versionIn(element: Element | undefined): number {
  return element === undefined ? 1 : readSmallInteger(children(element).read(Tag.integer, 'version')) + 1;
}

function readFrame(bytes: Uint8Array): CertificateElements {
  const { whole, tbs, algorithm, signature } = readSigned(bytes, 'Certificate', 'TBSCertificate');
  const fields = children(tbs);
  const version = fields.optional(contextConstructed(0));
  const serial = fields.read(Tag.integer, 'serialNumber');
  if (serial.length === 0) throw new DerError('DER_VALUE', serial.start, 'empty INTEGER');
  const innerAlgorithm = fields.read(Tag.sequence, 'signature');
  const issuer = fields.read(Tag.sequence, 'issuer');
  const validity = children(fields.read(Tag.sequence, 'validity'));
  const notBefore = readTimeElement(validity, 'notBefore');
  const notAfter = readTimeElement(validity, 'notAfter');
  validity.end();
  const subject = fields.read(Tag.sequence, 'subject');
  const publicKey = fields.read(Tag.sequence, 'subjectPublicKeyInfo');
  fields.optional(context(1));
  fields.optional(context(2));
  const wrapper = fields.optional(contextConstructed(3));
  fields.end();
  return {
    whole,
    tbs,
    version,
    serial,
    innerAlgorithm,
    issuer,
    notBefore,
    notAfter,
    subject,
    publicKey,
    extensions: wrapper === undefined ? undefined : onlyChild(wrapper, Tag.sequence, 'Extensions'),
    algorithm,
    signature,
  };
}
