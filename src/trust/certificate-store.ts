import { once } from '../once.js';
import { Certificate } from '../x509/certificate.js';
import { comparableRdns } from '../x509/name.js';
import type { PublicKey } from '../x509/public-key.js';
import { readable } from './readable.js';

/**
 * Certificates to build paths from, found by their subject. Anchors are where paths end; the others may help on the way.
 * Of a certificate that is never asked for, nothing is read but its subject.
 */
export class CertificateStore {
  readonly #bySubject = new Map<string, StoredCertificate[]>();
  readonly #all = new Map<string, StoredCertificate>();
  /** Made for the rare issuer that is named in other octets than it names itself. */
  #byComparableName = once(() => this.#indexComparably());

  /**
   * Adds a certificate; one that is there already stays what it was, an anchor above all.
   *
   * @throws {DerError} it is no certificate
   */
  add(der: Uint8Array, isAnchor = false): StoredCertificate {
    return this.addRead(new Certificate(der), isAnchor);
  }

  /** {@link add} for a certificate that is read already. */
  addRead(certificate: Certificate, isAnchor = false): StoredCertificate {
    const identity = textOf(certificate.der);
    const known = this.#all.get(identity);
    if (known !== undefined) {
      known.isAnchor ||= isAnchor;
      return known;
    }
    const stored = new StoredCertificate(certificate, isAnchor);
    this.#all.set(identity, stored);
    const subject = textOf(certificate.subject.der);
    const same = this.#bySubject.get(subject);
    if (same === undefined) this.#bySubject.set(subject, [stored]);
    else same.push(stored);
    this.#byComparableName = once(() => this.#indexComparably());
    return stored;
  }

  get size(): number {
    return this.#all.size;
  }

  /** The certificates whose subject is this one's issuer, octet by octet. */
  issuersOf({ issuer }: Certificate): readonly StoredCertificate[] {
    return this.#bySubject.get(textOf(issuer.der)) ?? [];
  }

  /** Those whose subject is the same name by RFC 5280 7.1 only: other string types, other case. */
  looselyNamedIssuersOf({ issuer }: Certificate): readonly StoredCertificate[] {
    const der = textOf(issuer.der);
    const name = readable(() => comparableRdns(issuer).join());
    const same = (name === undefined ? undefined : this.#byComparableName().get(name)) ?? [];
    return same.filter(({ subject }) => subject !== der);
  }

  #indexComparably(): ReadonlyMap<string, StoredCertificate[]> {
    const index = new Map<string, StoredCertificate[]>();
    for (const stored of this.#all.values()) {
      const name = readable(() => comparableRdns(stored.certificate.subject).join());
      // A subject that cannot be read issues nothing.
      if (name === undefined) continue;
      const same = index.get(name);
      if (same === undefined) index.set(name, [stored]);
      else same.push(stored);
    }
    return index;
  }
}

/** A certificate in a store, with the octets it is compared by. */
export class StoredCertificate {
  readonly certificate: Certificate;
  isAnchor: boolean;
  /** Subject and issuer are the same octets. */
  readonly isSelfIssued: boolean;
  #subject: string | undefined;
  #key: string | undefined;
  #keyId: string | null | undefined;
  #authorityKeyId: string | null | undefined;

  constructor(certificate: Certificate, isAnchor: boolean) {
    this.certificate = certificate;
    this.isAnchor = isAnchor;
    this.isSelfIssued = certificate.isSelfIssued;
  }

  /** The octets of its subject. */
  get subject(): string {
    this.#subject ??= textOf(this.certificate.subject.der);
    return this.#subject;
  }

  /** The octets of its SubjectPublicKeyInfo. */
  get key(): string {
    this.#key ??= textOf(this.certificate.elements.publicKey.encoding());
    return this.#key;
  }

  /** Undefined where it cannot be read. */
  get publicKey(): PublicKey | undefined {
    return readable(() => this.certificate.publicKey);
  }

  /** The subject key identifier in hex, null where there is none to read: a hint (RFC 5280 4.2.1.2). */
  get keyId(): string | null {
    if (this.#keyId === undefined) this.#keyId = readable(() => this.certificate.subjectKeyId) ?? null;
    return this.#keyId;
  }

  /** The key identifier it gives its issuer, as {@link keyId}. */
  get authorityKeyId(): string | null {
    if (this.#authorityKeyId === undefined) {
      this.#authorityKeyId = readable(() => this.certificate.authorityKeyId) ?? null;
    }
    return this.#authorityKeyId;
  }
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
