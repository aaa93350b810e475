import type { Report } from '../../cli/report.js';
import { attempt } from '../../errors.js';
import type { Content } from '../../input/content.js';
import { contentsOf } from '../../input/contents.js';
import { nothingWanted, type Wanted } from '../../input/expected.js';
import { faultText } from '../../input/item.js';
import type { Source } from '../../input/source.js';
import type { Passphrases } from '../../pkcs/passphrases.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Crl } from '../../x509/crl.js';

/** A certificate and its place in its source. */
export interface ReadCertificate {
  readonly certificate: Certificate;
  /** `line 41`. */
  readonly place: string;
}

/** True when one of its names begins with `*`. */
export function hasWildcard(certificate: Certificate): boolean {
  const names = attempt(() => certificate.subjectAltNames) ?? [];
  return names.some(({ type, value }) => type === 'dns' && value.startsWith('*'));
}

/** Reads what a call of cert-verify names; what cannot be read is said, and the rest goes on. */
export class CertificateReader {
  readonly #report: Report;
  readonly #passphrases: Passphrases;
  readonly #maxSize: number | undefined;

  constructor(report: Report, passphrases: Passphrases, maxSize: number | undefined) {
    this.#report = report;
    this.#passphrases = passphrases;
    this.#maxSize = maxSize;
  }

  /** The certificates in a source, in their order; keys and the like are passed over. */
  async certificates(source: Source): Promise<ReadCertificate[]> {
    return await this.#read(source, 'a certificate', ({ object, place }) =>
      object.type === 'certificate' ? { certificate: object.view, place } : undefined,
    );
  }

  /** The revocation lists in a source. */
  async lists(source: Source): Promise<Crl[]> {
    return await this.#read(source, 'a revocation list', ({ object }) =>
      object.type === 'crl' ? object.view : undefined,
    );
  }

  async #read<T>(source: Source, wanted: Wanted, take: (content: Content) => T | undefined): Promise<T[]> {
    const found: T[] = [];
    const others: Content[] = [];
    let isFaulty = false;
    try {
      for await (const item of contentsOf(source, { maxSize: this.#maxSize, passphrases: this.#passphrases })) {
        if (item.kind === 'fault') {
          isFaulty = true;
          this.#report.fault(source.name, faultText(item), item.hint);
          continue;
        }
        const taken = take(item);
        if (taken === undefined) others.push(item);
        else found.push(taken);
      }
      if (found.length === 0 && !isFaulty) throw nothingWanted(wanted, others, source.name);
    } catch (error) {
      this.#report.error(source.name, error);
    }
    return found;
  }
}
