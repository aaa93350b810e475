import { attempt } from '../errors.js';
import { once } from '../once.js';
import { Certificate } from '../x509/certificate.js';
import type { PublicKey } from '../x509/public-key.js';
import { latin1 } from '../x509/strings.js';
import { addTo, comparableName, indexed, type NameIndex } from './name-index.js';
import type { UnreadBundle } from './unread-bundle.js';

/**
 * Certificates to build paths from, found by their subject. Anchors are where paths end; the others may help on the way.
 * Of a certificate that is never asked for, nothing is read but its frame, and of an unread anchor not even that.
 */
export class CertificateStore {
  readonly #base: CertificateStore | undefined;
  readonly #all = new Map<string, StoredCertificate>();
  readonly #bySubject = new Map<string, StoredCertificate[]>();
  readonly #unreadAnchors: UnreadBundle[] = [];
  /** Made for the rare issuer that is named in other octets than it names itself. */
  #byComparableName = this.#comparably();

  /** @param base certificates that this store has, too, without their being copied */
  constructor(base?: CertificateStore) {
    this.#base = base;
  }

  /**
   * Adds a certificate, or gives the one that is there; what was an anchor once stays one.
   *
   * @throws {DerError} it is no certificate
   */
  add(der: Uint8Array, isAnchor = false): StoredCertificate {
    return this.addRead(new Certificate(der), isAnchor);
  }

  /** {@link add} for a certificate that is read already. */
  addRead(certificate: Certificate, isAnchor = false): StoredCertificate {
    this.#readLike(certificate.der);
    return this.#put(certificate, isAnchor);
  }

  /** Adds anchors that are read when a path may need them. Those that turn out to be no certificates are passed over. */
  addUnreadAnchors(bundle: UnreadBundle): void {
    this.#unreadAnchors.push(bundle);
  }

  #readLike(der: Uint8Array): void {
    if (this.#base !== undefined) this.#base.#readLike(der);
    this.#readAnchors((bundle) => bundle.like(der));
  }

  #readAnchors(of: (bundle: UnreadBundle) => readonly Uint8Array[]): void {
    for (const der of this.#unreadAnchors.flatMap(of)) attempt(() => this.#put(new Certificate(der), true));
  }

  #put(certificate: Certificate, isAnchor: boolean): StoredCertificate {
    const identity = latin1(certificate.der);
    const known = this.#find(identity);
    if (known !== undefined) {
      known.isAnchor ||= isAnchor;
      return known;
    }
    const stored = new StoredCertificate(certificate, isAnchor);
    this.#all.set(identity, stored);
    addTo(this.#bySubject, latin1(certificate.subject.der), stored);
    this.#byComparableName = this.#comparably();
    return stored;
  }

  #find(identity: string): StoredCertificate | undefined {
    const known = this.#base === undefined ? undefined : this.#base.#find(identity);
    return known ?? this.#all.get(identity);
  }

  /** The certificates whose subject is this one's issuer, octet by octet. */
  issuersOf(certificate: Certificate): readonly StoredCertificate[] {
    const name = certificate.issuer.der;
    this.#readAnchors((bundle) => bundle.naming(name));
    const own = this.#bySubject.get(latin1(name)) ?? [];
    return this.#base === undefined ? own : [...this.#base.issuersOf(certificate), ...own];
  }

  /**
   * Those that are not among {@link issuersOf}: with the same name by RFC 5280 7.1 only, in other string types or other
   * case, and anchors that are found when all are read.
   */
  otherIssuersOf(certificate: Certificate): readonly StoredCertificate[] {
    const { issuer } = certificate;
    const name = comparableName(issuer);
    if (name === undefined) return [];
    const before = new Set(this.#bySubject.get(latin1(issuer.der)));
    this.#readAnchors((bundle) => bundle.all());
    const own = (this.#byComparableName().get(name) ?? []).filter((stored) => !before.has(stored));
    return this.#base === undefined ? own : [...this.#base.otherIssuersOf(certificate), ...own];
  }

  /** The index by comparable names; a subject that cannot be read issues nothing. */
  #comparably(): () => NameIndex<StoredCertificate> {
    return once(() => indexed(this.#all.values(), ({ certificate }) => comparableName(certificate.subject)));
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
    this.#subject ??= latin1(this.certificate.subject.der);
    return this.#subject;
  }

  /** The octets of its SubjectPublicKeyInfo. */
  get key(): string {
    this.#key ??= latin1(this.certificate.elements.publicKey.encoding());
    return this.#key;
  }

  /** Undefined where it cannot be read. */
  get publicKey(): PublicKey | undefined {
    return attempt(() => this.certificate.publicKey);
  }

  /** The subject key identifier in hex, null where there is none to read: a hint (RFC 5280 4.2.1.2). */
  get keyId(): string | null {
    if (this.#keyId === undefined) this.#keyId = attempt(() => this.certificate.subjectKeyId) ?? null;
    return this.#keyId;
  }

  /** The key identifier it gives its issuer, as {@link keyId}. */
  get authorityKeyId(): string | null {
    if (this.#authorityKeyId === undefined) {
      this.#authorityKeyId = attempt(() => this.certificate.authorityKeyId) ?? null;
    }
    return this.#authorityKeyId;
  }
}
