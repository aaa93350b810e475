import { type Cursor, children, type Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { once } from '../once.js';
import { trailingText } from './certificate-warnings.js';
import { Extended } from './extended.js';
import { expect } from './extensions/expect.js';
import { EMAIL_ADDRESS, Name } from './name.js';
import { PublicKey } from './public-key.js';
import { readSigned, type SignedElements, SignedObject } from './signed-object.js';

/** An attribute of a request (RFC 2986 4.1). */
export interface RequestAttribute {
  readonly oid: string;
  /** `extensionRequest`, `challengePassword`…; null where we have no name. */
  readonly name: string | null;
  readonly values: readonly Element[];
}

/** Types of attributes in requests: PKCS#9's (RFC 2985), and those certreq writes. */
export const AttributeOid = {
  extensionRequest: '1.2.840.113549.1.9.14',
  emailAddress: EMAIL_ADDRESS,
  unstructuredName: '1.2.840.113549.1.9.2',
  challengePassword: '1.2.840.113549.1.9.7',
  unstructuredAddress: '1.2.840.113549.1.9.8',
  smimeCapabilities: '1.2.840.113549.1.9.15',
  microsoftCertificateExtensions: '1.3.6.1.4.1.311.2.1.14',
  microsoftRenewalCertificate: '1.3.6.1.4.1.311.13.1',
  microsoftEnrolmentNameValuePair: '1.3.6.1.4.1.311.13.2.1',
  microsoftEnrolmentCspProvider: '1.3.6.1.4.1.311.13.2.2',
  microsoftOsVersion: '1.3.6.1.4.1.311.13.2.3',
  microsoftRequestClientInfo: '1.3.6.1.4.1.311.21.20',
} as const;

const attributeNames = once(
  (): ReadonlyMap<string, string> => new Map(Object.entries(AttributeOid).map(([name, oid]) => [oid, name])),
);

/** The elements of a request, for those who need their places. */
interface RequestElements extends SignedElements {
  readonly version: Element;
  readonly subject: Element;
  readonly publicKey: Element;
  /** The `[0]`, which RFC 2986 wants even when it is empty. */
  readonly attributes: Element | undefined;
}

/** A PKCS#10 certification request (RFC 2986), read in place as {@link Certificate} is. */
export class CertificationRequest extends SignedObject<RequestElements> {
  #subject: Name | undefined;
  #publicKey: PublicKey | undefined;
  #attributes: readonly RequestAttribute[] | undefined;

  /**
   * @param original the octets it came in, where they are BER and `bytes` a copy of them in DER
   * @throws {DerError}
   */
  constructor(bytes: Uint8Array, original?: Uint8Array) {
    super(bytes, readFrame(bytes), original);
  }

  /** 1; other numbers are an error of the maker. */
  get version(): number {
    return readSmallInteger(this.elements.version) + 1;
  }

  get subject(): Name {
    this.#subject ??= new Name(this.elements.subject);
    return this.#subject;
  }

  get publicKey(): PublicKey {
    this.#publicKey ??= new PublicKey(this.elements.publicKey);
    return this.#publicKey;
  }

  get attributes(): readonly RequestAttribute[] {
    const { attributes } = this.elements;
    this.#attributes ??= attributes === undefined ? [] : readAttributes(children(attributes));
    return this.#attributes;
  }

  /** The attributes but for those that ask for extensions. */
  get otherAttributes(): readonly RequestAttribute[] {
    return this.attributes.filter(({ oid }) => !isForExtensions(oid));
  }

  /**
   * Of the extensions asked for: the first value of extensionRequest, and of the attribute old Windows versions use for it
   * only where there is no extensionRequest, as in OpenSSL. {@link unreadExtensions} names the rest.
   */
  get extensionSequences(): Element[] {
    const standard = this.#firstValues(AttributeOid.extensionRequest);
    const read = standard.length > 0 ? standard : this.#firstValues(AttributeOid.microsoftCertificateExtensions);
    return read.map(asExtensions);
  }

  /** The extensions asked for as Go's crypto/x509 reads them, and with it boulder: those in extensionRequest alone. */
  get standardExtensions(): Extended {
    return new RequestedExtensions(this.#firstValues(AttributeOid.extensionRequest));
  }

  /** The first value of every attribute of a type; RFC 2985 5.4.2 allows for one value in one attribute. */
  #firstValues(wanted: string): Element[] {
    return this.attributes.flatMap(({ oid, values }) => (oid === wanted ? values.slice(0, 1) : []));
  }

  /** Where extensions are asked for that are not read, a line each: behind the first value, and beside extensionRequest. */
  get unreadExtensions(): string[] {
    const lines = this.attributes
      .filter(({ oid, values }) => isForExtensions(oid) && values.length > 1)
      .map(({ name, values }) => `${name} has ${values.length} values, of which the first is read`);
    const hasStandard = this.#firstValues(AttributeOid.extensionRequest).length > 0;
    if (hasStandard && this.#firstValues(AttributeOid.microsoftCertificateExtensions).length > 0) {
      lines.push('microsoftCertificateExtensions stands beside extensionRequest and is not read');
    }
    return lines;
  }

  /** The oddities of it that could be read, but for its extensions: a line each. */
  get frameWarnings(): string[] {
    const warnings: string[] = [];
    if (this.trailing > 0) warnings.push(trailingText(this.trailing));
    if (this.version !== 1) warnings.push(`version ${this.version} does not exist`);
    if (this.elements.attributes === undefined) warnings.push('the attributes are left out instead of empty');
    warnings.push(...this.unreadExtensions);
    return warnings;
  }
}

const isForExtensions = (oid: string): boolean =>
  oid === AttributeOid.extensionRequest || oid === AttributeOid.microsoftCertificateExtensions;

const asExtensions = (value: Element): Element => expect(value, Tag.sequence, 'Extensions');

/** Extensions that are asked for. */
class RequestedExtensions extends Extended {
  readonly #values: readonly Element[];

  constructor(values: readonly Element[]) {
    super();
    this.#values = values;
  }

  get extensionSequences(): Element[] {
    return this.#values.map(asExtensions);
  }
}

function readAttributes(cursor: Cursor): RequestAttribute[] {
  const attributes: RequestAttribute[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'Attribute'));
    const oid = readOid(fields.read(Tag.objectIdentifier, 'attribute type'));
    const set = children(fields.read(Tag.set, 'attribute values'));
    fields.end();
    const values: Element[] = [];
    while (!set.atEnd) values.push(set.next());
    attributes.push({ oid, name: attributeNames().get(oid) ?? null, values });
  }
  return attributes;
}

function readFrame(bytes: Uint8Array): RequestElements {
  const frame = readSigned(bytes, 'CertificationRequest', 'CertificationRequestInfo');
  const fields = children(frame.tbs);
  const version = fields.read(Tag.integer, 'version');
  const subject = fields.read(Tag.sequence, 'subject');
  const publicKey = fields.read(Tag.sequence, 'subjectPKInfo');
  const attributes = fields.optional(contextConstructed(0));
  fields.end();
  return { ...frame, version, subject, publicKey, attributes };
}
