import { DerError } from '../der/error.js';
import { children, type Element, readElement } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { Certificate } from './certificate.js';
import { Extended } from './extended.js';
import { onlyChild } from './extension.js';
import { revocationReasons } from './extensions/reason-code.js';
import { Name } from './name.js';
import { serialHex } from './serial.js';
import type { Signed } from './signed.js';
import { readTime } from './time.js';

/** The OID of the one type of response there is (RFC 6960 4.2.1). */
const BASIC = '1.3.6.1.5.5.7.48.1.1';

/** The nonce extension (RFC 9654 2.1). */
export const OCSP_NONCE = '1.3.6.1.5.5.7.48.1.2';

/** Statuses of a response by number (RFC 6960 4.2.1); 4 is not used. */
const statuses: readonly (string | undefined)[] = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
];

/** A certificate as requests and responses name it (RFC 6960 4.1.1). */
export interface CertificateId {
  /** The OID of the hash. */
  readonly hashOid: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** As {@link Certificate.serial}. */
  readonly serial: string;
}

/** An OCSP response (RFC 6960 4.2.1): a status, and where that is `successful`, an answer. */
export class OcspResponse {
  readonly der: Uint8Array;
  /** `tryLater`; a number where RFC 6960 has no name. */
  readonly status: string;
  readonly basic: BasicOcspResponse | undefined;

  /** @throws {DerError} */
  constructor(der: Uint8Array) {
    this.der = der;
    const fields = children(expectSequence(readElement(der), 'OCSPResponse'));
    const status = readSmallInteger(fields.read(Tag.enumerated, 'responseStatus'));
    const wrapper = fields.optional(contextConstructed(0));
    fields.end();
    this.status = statuses[status] ?? String(status);
    this.basic = wrapper === undefined ? undefined : basicIn(onlyChild(wrapper, Tag.sequence, 'responseBytes'));
  }
}

function basicIn(responseBytes: Element): BasicOcspResponse {
  const fields = children(responseBytes);
  const type = fields.read(Tag.objectIdentifier, 'responseType');
  const content = fields.read(Tag.octetString, 'response');
  fields.end();
  const oid = readOid(type);
  if (oid !== BASIC) throw new DerError('DER_VALUE', type.start, `a response of type ${oid}, which nothing here knows`);
  return new BasicOcspResponse(content.content());
}

/** The signer as a response names it. */
export type ResponderId =
  | { readonly name: Name; readonly keyHash?: undefined }
  | { readonly name?: undefined; readonly keyHash: Uint8Array };

/** A BasicOCSPResponse (RFC 6960 4.2.1): the answers about certificates, signed. */
export class BasicOcspResponse extends Extended implements Signed {
  readonly tbs: Uint8Array;
  readonly innerAlgorithm = undefined;
  readonly algorithm: Element;
  readonly signatureValue: Element;
  readonly trailing = 0;
  readonly responder: ResponderId;
  /** Milliseconds since 1970. */
  readonly producedAt: number;
  readonly responses: readonly SingleOcspResponse[];
  /** The certificates sent along, among which may be the signer's. */
  readonly certificates: readonly Certificate[];
  readonly #extensions: Element | undefined;

  /** @throws {DerError} */
  constructor(der: Uint8Array) {
    super();
    const outer = children(expectSequence(readElement(der), 'BasicOCSPResponse'));
    const tbs = outer.read(Tag.sequence, 'tbsResponseData');
    this.tbs = tbs.encoding();
    this.algorithm = outer.read(Tag.sequence, 'signatureAlgorithm');
    this.signatureValue = outer.read(Tag.bitString, 'signature');
    const wrapper = outer.optional(contextConstructed(0));
    outer.end();
    this.certificates = wrapper === undefined ? [] : certificatesIn(onlyChild(wrapper, Tag.sequence, 'certs'));

    const fields = children(tbs);
    fields.optional(contextConstructed(0));
    this.responder = responderIn(fields.next());
    this.producedAt = readTime(fields.read(Tag.generalizedTime, 'producedAt'));
    const responses = children(fields.read(Tag.sequence, 'responses'));
    const extensions = fields.optional(contextConstructed(1));
    fields.end();
    const list: SingleOcspResponse[] = [];
    while (!responses.atEnd) list.push(new SingleOcspResponse(responses.read(Tag.sequence, 'SingleResponse')));
    this.responses = list;
    this.#extensions = extensions && onlyChild(extensions, Tag.sequence, 'responseExtensions');
  }

  get extensionSequences(): readonly Element[] {
    return this.#extensions === undefined ? [] : [this.#extensions];
  }

  /** The octets of the nonce (RFC 9654 2.1), undefined where there is none. @throws {DerError} */
  get nonce(): Uint8Array | undefined {
    const extension = this.extension(OCSP_NONCE);
    if (extension === undefined) return undefined;
    const { inner } = extension;
    // Old responders put the octets there as they are.
    return inner.tag === Tag.octetString && inner.end === extension.valueElement.end
      ? inner.content()
      : extension.value;
  }
}

function certificatesIn(sequence: Element): Certificate[] {
  const cursor = children(sequence);
  const certificates: Certificate[] = [];
  while (!cursor.atEnd) certificates.push(new Certificate(cursor.read(Tag.sequence, 'Certificate').encoding()));
  return certificates;
}

function responderIn(element: Element): ResponderId {
  if (element.tag === contextConstructed(1))
    return { name: new Name(onlyChild(element, Tag.sequence, 'responder name')) };
  if (element.tag === contextConstructed(2)) {
    return { keyHash: onlyChild(element, Tag.octetString, 'responder key hash').content() };
  }
  throw new DerError('DER_TAG', element.start, 'not a ResponderID');
}

/** The answer about one certificate (RFC 6960 4.2.1). */
export class SingleOcspResponse extends Extended {
  readonly id: CertificateId;
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Milliseconds since 1970; null unless revoked. */
  readonly revokedAt: number | null;
  /** As {@link RevokedCertificate.reason}. */
  readonly reason: string | null;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly #extensions: Element | undefined;

  /** @throws {DerError} */
  constructor(element: Element) {
    super();
    const fields = children(element);
    this.id = readCertificateId(fields.read(Tag.sequence, 'certID'));
    const status = fields.next();
    this.status = statusOf(status);
    const revocation = this.status === 'revoked' ? children(status) : undefined;
    this.revokedAt = revocation === undefined ? null : readTime(revocation.read(Tag.generalizedTime, 'revocationTime'));
    const reason = revocation?.optional(contextConstructed(0));
    revocation?.end();
    this.reason = reason === undefined ? null : reasonIn(onlyChild(reason, Tag.enumerated, 'revocationReason'));
    this.thisUpdate = readTime(fields.read(Tag.generalizedTime, 'thisUpdate'));
    const next = fields.optional(contextConstructed(0));
    this.nextUpdate = next === undefined ? null : readTime(onlyChild(next, Tag.generalizedTime, 'nextUpdate'));
    const extensions = fields.optional(contextConstructed(1));
    fields.end();
    this.#extensions = extensions && onlyChild(extensions, Tag.sequence, 'singleExtensions');
  }

  get extensionSequences(): readonly Element[] {
    return this.#extensions === undefined ? [] : [this.#extensions];
  }
}

function statusOf({ tag, start }: Element): 'good' | 'revoked' | 'unknown' {
  if (tag === context(0)) return 'good';
  if (tag === contextConstructed(1)) return 'revoked';
  if (tag === context(2)) return 'unknown';
  throw new DerError('DER_TAG', start, 'not a CertStatus');
}

function reasonIn(element: Element): string {
  const code = readSmallInteger(element);
  return revocationReasons[code] ?? String(code);
}

function readCertificateId(element: Element): CertificateId {
  const fields = children(element);
  const algorithm = children(fields.read(Tag.sequence, 'hashAlgorithm'));
  const hashOid = readOid(algorithm.read(Tag.objectIdentifier));
  const issuerNameHash = fields.read(Tag.octetString, 'issuerNameHash').content();
  const issuerKeyHash = fields.read(Tag.octetString, 'issuerKeyHash').content();
  const serial = serialHex(fields.read(Tag.integer, 'serialNumber').content());
  fields.end();
  return { hashOid, issuerNameHash, issuerKeyHash, serial };
}

function expectSequence(element: Element, what: string): Element {
  if (element.tag === Tag.sequence) return element;
  throw new DerError('DER_TAG', element.start, `expected ${what} (SEQUENCE)`);
}
