import { publicKeyProblem } from '../crypto/public-key-problem.js';
import { type Cursor, children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { attempt, isPkiError, readOrWarn } from '../errors.js';
import { foreignTextProblem } from '../spec/copied-name.js';
import { AlgorithmIdentifier } from '../x509/algorithm-identifier.js';
import { ByteMemo } from '../x509/byte-memo.js';
import type { Certificate } from '../x509/certificate.js';
import { duplicateText, flagProblem, frameWarnings } from '../x509/certificate-warnings.js';
import type { Crl } from '../x509/crl.js';
import { type Extended, ExtensionValues } from '../x509/extended.js';
import { type Extension, ExtensionOid, MAX_EXTENSIONS, readExtension, tooManyExtensions } from '../x509/extension.js';
import type { ExtensionType } from '../x509/extensions/extension-type.js';
import { readValue } from '../x509/extensions/read-value.js';
import { extensionType } from '../x509/extensions/table.js';
import type { Name } from '../x509/name.js';
import { type KeyFacts, keyFacts, type PublicKey } from '../x509/public-key.js';
import type { CertificationRequest } from '../x509/request.js';
import { type SignatureAlgorithm, signatureAlgorithm } from '../x509/signature-algorithm.js';
import { NameReading } from './name-reading.js';

/**
 * The part the ways of showing have in common: every part of an object read once, and what is odd about it said once. The
 * text, the long form, JSON and fields are written from these values.
 */

/** Certificates of a bundle share their issuers. */
const issuers = new ByteMemo<NameReading>();
const makeName = (element: Element): NameReading => new NameReading(element);

function readSubject(element: Element, warnings: string[]): NameReading {
  return withWarnings(new NameReading(element), 'subject', warnings);
}

function readIssuer(element: Element, field: 'issuer' | 'subject', warnings: string[]): NameReading {
  return withWarnings(issuers.get(element, makeName), field, warnings);
}

function withWarnings(reading: NameReading, field: string, warnings: string[]): NameReading {
  for (const problem of reading.problems) warnings.push(`${field}: ${problem}`);
  return reading;
}

/** The facts of a public key, its oddities among the warnings. @throws {DerError} its frame is broken */
export function readKey(key: PublicKey, warnings: string[]): KeyFacts {
  const facts = keyFacts(key, warnings);
  // A key that cannot be read has its warning.
  const problem = readOrWarn(() => publicKeyProblem(key), undefined, warnings);
  if (typeof problem === 'string') warnings.push(`the public key: ${problem}`);
  for (const warning of key.warnings) warnings.push(warning);
  return facts;
}

/** The algorithm of a signature; null, and a warning, where it cannot be read. */
function readSignature(algorithm: Element, warnings: string[]): SignatureAlgorithm | null {
  return readOrWarn(() => signatureAlgorithm(new AlgorithmIdentifier(algorithm)), 'the signature algorithm', warnings);
}

/** One extension, read. */
export interface ExtensionReading {
  readonly oid: string;
  readonly critical: boolean;
  readonly extension: Extension;
  /** Undefined for those unknown by content. */
  readonly type: ExtensionType<unknown> | undefined;
  /** Its value; undefined where it is unknown or cannot be read. */
  readonly value: unknown;
  readonly warnings: readonly string[];
}

/** The extensions of an object. The value of one that cannot be read is undefined. */
export class ExtensionReadings extends ExtensionValues {
  /** In the order they are written in. */
  readonly all: readonly ExtensionReading[];

  constructor(all: readonly ExtensionReading[]) {
    super();
    this.all = all;
  }

  override value<T>(type: ExtensionType<T>): T | undefined {
    for (const reading of this.all) {
      // The value beside a type was read by it.
      if (reading.type === type) return reading.value as T | undefined;
    }
    return undefined;
  }
}

/**
 * Reads all extensions of one object; what is wrong with them is added to the warnings.
 *
 * @param sequences the SEQUENCEs they stand in
 * @throws {DerError} the frame of an extension is broken, or there are more than {@link MAX_EXTENSIONS}
 */
function readExtensions(sequences: readonly Element[], warnings: string[]): ExtensionReadings {
  const all: ExtensionReading[] = [];
  for (const sequence of sequences) {
    const cursor: Cursor = children(sequence);
    while (!cursor.atEnd) {
      if (all.length === MAX_EXTENSIONS) throw tooManyExtensions(sequence);
      all.push(readOne(cursor.read(Tag.sequence, 'Extension')));
    }
  }
  const isRepeated = repetitionIn(all);
  all.forEach(({ oid, warnings: found }, place) => {
    for (const warning of found) warnings.push(warning);
    if (isRepeated(oid, place)) warnings.push(duplicateText(oid));
  });
  return new ExtensionReadings(all);
}

/** Tells of one OID after the other whether it stood before its place too. A few are compared: a set takes longer to make. */
function repetitionIn(all: readonly ExtensionReading[]): (oid: string, place: number) => boolean {
  if (all.length <= FEW) return (oid, place) => all.findIndex((other) => other.oid === oid) < place;
  const seen = new Set<string>();
  return (oid) => seen.size === seen.add(oid).size;
}

const FEW = 20;

/** Most extensions of a certificate are, octet for octet, those of its neighbours. */
const known = new ByteMemo<ExtensionReading>();

function readOne(element: Element): ExtensionReading {
  if (isUnlikeOthers(element)) return makeReading(element);
  const reading = known.get(element, makeReading);
  // A warning may name its place, which is another one in every certificate.
  return reading.warnings.length === 0 ? reading : makeReading(element);
}

/**
 * Key identifiers, alternative names and timestamps differ from certificate to certificate: remembering them would only
 * cost. Told by the octets of their OIDs: 2.5.29.14, 2.5.29.17, 1.3.6.1.4.1.11129.2.4.2.
 */
function isUnlikeOthers({ bytes, contentStart: at }: Element): boolean {
  const length = bytes[at + 1];
  if (length === 3) return bytes[at + 2] === 0x55 && (bytes[at + 4] === 0x0e || bytes[at + 4] === 0x11);
  return length === 10 && bytes[at + 7] === 0xd6 && bytes[at + 11] === 0x02;
}

const noWarnings: readonly string[] = [];

function makeReading(element: Element): ExtensionReading {
  const extension = readExtension(element);
  const { oid, critical } = extension;
  const type = extensionType(oid);
  let found: Set<string> | undefined;
  const warn = (warning: string) => {
    found ??= new Set();
    found.add(warning);
  };
  const problem = flagProblem(extension);
  if (problem !== undefined) warn(problem);
  let value: unknown;
  if (type !== undefined) {
    try {
      value = readValue(type, extension, (warning) => warn(`${type.name}: ${warning}`));
    } catch (error) {
      if (!isPkiError(error)) throw error;
      warn(`${type.name}: ${error.message}`);
    }
  }
  return { oid, critical, extension, type, value, warnings: found === undefined ? noWarnings : [...found] };
}

/** A certificate, read. */
export interface CertificateReading {
  readonly certificate: Certificate;
  readonly subject: NameReading;
  readonly issuer: NameReading;
  readonly key: KeyFacts;
  readonly extensions: ExtensionReadings;
  readonly signature: SignatureAlgorithm | null;
  readonly warnings: readonly string[];
}

/**
 * @param given what was odd about how it was read
 * @throws {DerError} it cannot be read
 */
export function readCertificate(certificate: Certificate, given: readonly string[]): CertificateReading {
  const { elements } = certificate;
  const warnings = [...given, ...frameWarnings(certificate)];
  const reading = {
    certificate,
    subject: certificate.isSelfIssued
      ? readIssuer(elements.subject, 'subject', warnings)
      : readSubject(elements.subject, warnings),
    issuer: readIssuer(elements.issuer, 'issuer', warnings),
    key: readKey(certificate.publicKey, warnings),
    extensions: readExtensions(certificate.extensionSequences, warnings),
    signature: readSignature(elements.algorithm, warnings),
    warnings,
  };
  addNameWarnings(certificate.subject, reading.extensions, warnings);
  return reading;
}

/** The objections to the alternative names that need more than the extension to be seen. */
function addNameWarnings(subject: Name, extensions: ExtensionReadings, warnings: string[]): void {
  let first: string | undefined;
  let more = -1;
  for (const name of extensions.subjectAltNames) {
    const problem = foreignTextProblem(name);
    if (problem === undefined) continue;
    first ??= problem;
    more++;
  }
  if (first !== undefined)
    warnings.push(`subjectAltName: ${first}${more === 0 ? '' : `, and ${more} more of the kind`}`);
  if (!subject.isEmpty) return;
  const names = extensions.all.find(({ oid }) => oid === ExtensionOid.subjectAltName);
  // RFC 5280 4.2.1.6; Java refuses it.
  if (names?.critical === false) warnings.push('the subject is empty and subjectAltName is not critical');
}

/** The values of a request's parts. */
export interface RequestValues {
  readonly request: CertificationRequest;
  /** Undefined where it cannot be read. */
  readonly subject: NameReading | undefined;
  readonly key: KeyFacts;
  readonly extensions: ExtensionReadings;
  readonly signature: SignatureAlgorithm | null;
}

/** A request, read. */
export interface RequestReading extends RequestValues {
  readonly subject: NameReading;
  readonly warnings: readonly string[];
}

/** As {@link readCertificate}. @throws {DerError} */
export function readRequest(request: CertificationRequest, given: readonly string[]): RequestReading {
  const { elements } = request;
  const warnings = [...given, ...request.frameWarnings];
  const reading = {
    request,
    subject: readSubject(elements.subject, warnings),
    key: readKey(request.publicKey, warnings),
    // The value of an attribute is anything; what the attribute is to hold is not its frame.
    extensions:
      readOrWarn(() => readExtensions(request.extensionSequences, warnings), 'extensions', warnings) ?? noExtensions,
    signature: readSignature(elements.algorithm, warnings),
    warnings,
  };
  addNameWarnings(request.subject, reading.extensions, warnings);
  return reading;
}

/**
 * As much of a request as can be read, for those who have their own words for the rest.
 *
 * @param extended the extensions that count; readers differ in which those of a request are
 */
export const readableValues = (request: CertificationRequest, extended: Extended): RequestValues => ({
  request,
  subject: attempt(() => new NameReading(request.elements.subject)),
  key: keyFacts(request.publicKey, []),
  extensions: attempt(() => readExtensions(extended.extensionSequences, [])) ?? noExtensions,
  signature: attempt(() => readSignature(request.elements.algorithm, [])) ?? null,
});

const noExtensions = new ExtensionReadings([]);

/** A CRL, read but for its entries. */
export interface CrlReading {
  readonly crl: Crl;
  readonly issuer: NameReading;
  readonly extensions: ExtensionReadings;
  readonly signature: SignatureAlgorithm | null;
  readonly warnings: readonly string[];
}

/** As {@link readCertificate}; every entry was looked at for its warnings. @throws {DerError} */
export function readCrl(crl: Crl, given: readonly string[]): CrlReading {
  const { elements } = crl;
  const warnings = [...given, ...crl.frameWarnings];
  return {
    crl,
    issuer: readIssuer(elements.issuer, 'issuer', warnings),
    extensions: readExtensions(crl.extensionSequences, warnings),
    signature: readSignature(elements.algorithm, warnings),
    warnings,
  };
}
