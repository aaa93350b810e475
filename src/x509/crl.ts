import { DerError } from '../der/error.js';
import { children, type Element, sameEncoding } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readInteger, readSmallInteger, unusedBits } from '../der/values.js';
import { isPkiError } from '../errors.js';
import { serialProblems, trailingText, twoAlgorithmsText, unusedBitsText } from './certificate-warnings.js';
import { type Extension, ExtensionOid, onlyChild, readExtensions } from './extension.js';
import { certificateIssuer } from './extensions/alternative-names.js';
import { readValue } from './extensions/read-value.js';
import { reasonCode } from './extensions/reason-code.js';
import { Name } from './name.js';
import { serialHex } from './serial.js';
import { readSigned, type SignedElements, SignedObject } from './signed-object.js';
import { readTimeElement, timeOrNull, timeProblem } from './time.js';

/** One entry of a CRL. */
export interface RevokedCertificate {
  /** Lower hex, as {@link Certificate.serial}. */
  readonly serial: string;
  /** Milliseconds since 1970; null where it cannot be read. */
  readonly time: number | null;
  /** `certificateHold` means suspended; null where no reason is given, a number where it is none of RFC 5280's. */
  readonly reason: string | null;
  readonly extensions: readonly Extension[];
  /** The whole entry. */
  readonly element: Element;
  /** The oddities of it that could be read. */
  readonly problems: readonly string[];
}

interface CrlElements extends SignedElements {
  readonly version: Element | undefined;
  readonly innerAlgorithm: Element;
  readonly issuer: Element;
  readonly thisUpdate: Element;
  readonly nextUpdate: Element | undefined;
  readonly revoked: Element | undefined;
  readonly extensions: Element | undefined;
}

/** A certificate revocation list (RFC 5280 5.1), read in place. Entries are read one at a time: there may be millions. */
export class Crl extends SignedObject<CrlElements> {
  /**
   * @param original the octets it came in, where they are BER and `bytes` a copy of them in DER
   * @throws {DerError}
   */
  constructor(bytes: Uint8Array, original?: Uint8Array) {
    super(bytes, readFrame(bytes), original);
  }

  /** 1 or 2. */
  get version(): number {
    const { version } = this.elements;
    return version === undefined ? 1 : readSmallInteger(version) + 1;
  }

  get issuer(): Name {
    return new Name(this.elements.issuer);
  }

  get extensionSequences(): readonly Element[] {
    const { extensions } = this.elements;
    return extensions === undefined ? [] : [extensions];
  }

  /** The entries in order, read as they are asked for. @throws {DerError} */
  *revoked(): Generator<RevokedCertificate, void> {
    const { revoked } = this.elements;
    if (revoked === undefined) return;
    const cursor = children(revoked);
    while (!cursor.atEnd) {
      yield readRevokedCertificate(cursor.read(Tag.sequence, 'revoked certificate'));
    }
  }

  /** The oddities of entries: a line each kind, which names the first entry. */
  get #entryWarnings(): string[] {
    let suspended = 0;
    const odd = new Map<string, { readonly first: string; more: number }>();
    for (const { serial, reason, problems } of this.revoked()) {
      if (reason === 'certificateHold') suspended++;
      for (const problem of problems) {
        const known = odd.get(problem);
        if (known === undefined) odd.set(problem, { first: serial, more: 0 });
        else known.more++;
      }
    }
    const [number, are] = suspended === 1 ? ['a certificate', 'is'] : [`${suspended} certificates`, 'are'];
    const hold = `${number} ${are} suspended (certificateHold), which BR 4.9.13 forbids for TLS`;
    const lines = [...odd].map(([problem, { first, more }]) => {
      return `entry ${first}: ${problem}${more === 0 ? '' : ` (and ${more} more like it)`}`;
    });
    return suspended === 0 ? lines : [hold, ...lines];
  }

  /** The oddities of it that could be read, but for its extensions: a line each. */
  get frameWarnings(): string[] {
    const warnings: string[] = [];
    const { thisUpdate, nextUpdate, extensions } = this.elements;
    if (this.trailing > 0) warnings.push(trailingText(this.trailing));
    if (this.version !== 1 && this.version !== 2) warnings.push(`version ${this.version} does not exist`);
    if (extensions !== undefined && this.version !== 2) warnings.push(`extensions in a version ${this.version} CRL`);
    const problems = [
      timeProblem(thisUpdate, timeOrNull(thisUpdate), 'this_update'),
      nextUpdate && timeProblem(nextUpdate, timeOrNull(nextUpdate), 'next_update'),
    ];
    for (const problem of problems) if (problem !== undefined) warnings.push(problem);
    if (!sameEncoding(this.elements.innerAlgorithm, this.elements.algorithm)) warnings.push(twoAlgorithmsText);
    if (unusedBits(this.elements.signature) !== 0) warnings.push(unusedBitsText);
    return [...warnings, ...this.#entryWarnings];
  }
}

const noProblems: readonly string[] = [];

/** One entry of a list. @throws {DerError} */
export function readRevokedCertificate(element: Element): RevokedCertificate {
  const fields = children(element);
  const serial = fields.read(Tag.integer, 'userCertificate').content();
  const date = readTimeElement(fields, 'revocationDate');
  const sequence = fields.optional(Tag.sequence);
  fields.end();
  const extensions = sequence === undefined ? [] : readExtensions(sequence);
  const problems = [...serialProblems(serial)];
  // Times are told by their kind of fault, not one by one.
  const time = timeOrNull(date);
  const problem = timeProblem(date, time, 'the revocation date')?.replace(/:.*$/s, '');
  if (problem !== undefined) problems.push(problem);
  const reason = reasonIn(extensions, problems);
  return {
    serial: serialHex(serial),
    time,
    reason,
    extensions,
    element,
    problems: problems.length === 0 ? noProblems : problems,
  };
}

/**
 * Asserts of an entry what is only a problem of it otherwise: that its serial number is in DER, and that there is one reason
 * at most, which can be read, and one issuer. OpenSSL takes no list in which one entry is not so.
 *
 * @throws {DerError}
 */
export function checkEntry({ element, extensions }: RevokedCertificate): void {
  readInteger(children(element).read(Tag.integer, 'userCertificate'));
  const seen = new Set<string>();
  for (const extension of extensions) {
    const { oid, element } = extension;
    if (seen.has(oid)) throw new DerError('DER_VALUE', element.start, `the extension ${oid} is there twice`);
    seen.add(oid);
    if (oid === reasonCode.oid) readValue(reasonCode, extension);
    if (oid === certificateIssuer.oid) readValue(certificateIssuer, extension);
  }
}

function reasonIn(extensions: readonly Extension[], problems: string[]): string | null {
  for (const extension of extensions) {
    if (extension.oid !== ExtensionOid.reasonCode) continue;
    try {
      return readValue(reasonCode, extension);
    } catch (error) {
      if (!isPkiError(error)) throw error;
      problems.push('the reason cannot be read');
    }
  }
  return null;
}

function readFrame(bytes: Uint8Array): CrlElements {
  const { whole, tbs, algorithm, signature } = readSigned(bytes, 'CertificateList', 'TBSCertList');
  const fields = children(tbs);
  const version = fields.optional(Tag.integer);
  const innerAlgorithm = fields.read(Tag.sequence, 'signature');
  const issuer = fields.read(Tag.sequence, 'issuer');
  const thisUpdate = readTimeElement(fields, 'thisUpdate');
  const next = fields.peek();
  const hasNext = next === Tag.utcTime || next === Tag.generalizedTime;
  const nextUpdate = hasNext ? readTimeElement(fields, 'nextUpdate') : undefined;
  const revoked = fields.optional(Tag.sequence);
  const wrapper = fields.optional(contextConstructed(0));
  fields.end();
  const extensions = wrapper === undefined ? undefined : onlyChild(wrapper, Tag.sequence, 'crlExtensions');
  return {
    whole,
    tbs,
    version,
    innerAlgorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    revoked,
    extensions,
    algorithm,
    signature,
  };
}
