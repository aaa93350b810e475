import { DerError } from '../der/error.js';
import { children, type Element, elementAt } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';

/** One extension (RFC 5280 4.2): its value is DER inside an OCTET STRING. */
export class Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The whole Extension. */
  readonly element: Element;
  /** The OCTET STRING. */
  readonly valueElement: Element;

  constructor(oid: string, critical: boolean, element: Element, valueElement: Element) {
    this.oid = oid;
    this.critical = critical;
    this.element = element;
    this.valueElement = valueElement;
  }

  /** The octets of extnValue. */
  get value(): Uint8Array {
    return this.valueElement.content();
  }

  /**
   * The DER inside the value, offsets counted from the outermost object.
   *
   * @throws {DerError} it is not one element
   */
  get inner(): Element {
    const { bytes, contentStart, end } = this.valueElement;
    return elementAt(bytes, contentStart, end);
  }
}

/** The most extensions an object may have: real ones have some ten, and every one costs what it is looked at. */
export const MAX_EXTENSIONS = 10_000;

export const tooManyExtensions = ({ start }: Element): DerError =>
  new DerError('DER_COUNT', start, `more than ${MAX_EXTENSIONS} extensions`);

/**
 * Extensions, the SEQUENCE of them; several, where a request asks for them in several attributes.
 *
 * @throws {DerError} one is damaged, or there are more than {@link MAX_EXTENSIONS}
 */
export function readExtensions(...sequences: readonly Element[]): Extension[] {
  const extensions: Extension[] = [];
  for (const sequence of sequences) {
    const cursor = children(sequence);
    while (!cursor.atEnd) {
      if (extensions.length === MAX_EXTENSIONS) {
        throw tooManyExtensions(sequence);
      }
      extensions.push(readExtension(cursor.read(Tag.sequence, 'Extension')));
    }
  }
  return extensions;
}

/** One extension. @throws {DerError} */
export function readExtension(element: Element): Extension {
  const fields = children(element);
  const oid = readOid(fields.read(Tag.objectIdentifier, 'extnID'));
  const criticalField = fields.optional(Tag.boolean);
  // BER allows any non-zero octet for TRUE; the warnings of what it stands in name it.
  const critical = criticalField?.content().some((octet) => octet !== 0) ?? false;
  const valueElement = fields.read(Tag.octetString, 'extnValue');
  fields.end();
  return new Extension(oid, critical, element, valueElement);
}

/**
 * The one element an EXPLICIT tag wraps.
 *
 * @throws {DerError} it is another, or not alone
 */
export function onlyChild(wrapper: Element, tag: number, what: string): Element {
  const cursor = children(wrapper);
  const element = cursor.read(tag, what);
  cursor.end();
  return element;
}

/** OIDs of the extensions we know by content. */
export const ExtensionOid = {
  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  privateKeyUsagePeriod: '2.5.29.16',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  qcStatements: '1.3.6.1.5.5.7.1.3',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
  logotype: '1.3.6.1.5.5.7.1.12',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  sctList: '1.3.6.1.4.1.11129.2.4.2',
  ctPoison: '1.3.6.1.4.1.11129.2.4.3',
  netscapeCertType: '2.16.840.1.113730.1.1',
  netscapeBaseUrl: '2.16.840.1.113730.1.2',
  netscapeRevocationUrl: '2.16.840.1.113730.1.3',
  netscapeCaRevocationUrl: '2.16.840.1.113730.1.4',
  netscapeRenewalUrl: '2.16.840.1.113730.1.7',
  netscapeCaPolicyUrl: '2.16.840.1.113730.1.8',
  netscapeSslServerName: '2.16.840.1.113730.1.12',
  netscapeComment: '2.16.840.1.113730.1.13',
  microsoftTemplateName: '1.3.6.1.4.1.311.20.2',
  microsoftCaVersion: '1.3.6.1.4.1.311.21.1',
  microsoftPreviousHash: '1.3.6.1.4.1.311.21.2',
  microsoftTemplate: '1.3.6.1.4.1.311.21.7',
  microsoftApplicationPolicies: '1.3.6.1.4.1.311.21.10',
} as const;
