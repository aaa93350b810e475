import type { Passphrases } from '../pkcs/passphrases.js';
import type { Certificate } from '../x509/certificate.js';
import type { Crl } from '../x509/crl.js';
import type { Content } from './content.js';
import { contentsOf } from './contents.js';
import { nothingWanted, type WantedKind } from './expected.js';
import { faultText } from './item.js';
import type { FaultListener } from './requests.js';
import type { Source } from './source.js';

/** A certificate and its place in its source. */
export interface ReadCertificate {
  readonly certificate: Certificate;
  /** `line 41`. */
  readonly place: string;
}

/** Reads the certificates and the revocation lists in sources; what cannot be read is said, and the rest goes on. */
export class CertificateReader {
  readonly #listener: FaultListener;
  readonly #passphrases: Passphrases;
  readonly #maxSize: number | undefined;

  constructor(listener: FaultListener, passphrases: Passphrases, maxSize: number | undefined) {
    this.#listener = listener;
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

  async #read<T>(source: Source, wanted: WantedKind, take: (content: Content) => T | undefined): Promise<T[]> {
    const found: T[] = [];
    const others: Content[] = [];
    let isFaulty = false;
    try {
      for await (const item of contentsOf(source, { maxSize: this.#maxSize, passphrases: this.#passphrases })) {
        if (item.kind === 'fault') {
          isFaulty = true;
          this.#listener.fault(source.name, faultText(item), item.hint);
          continue;
        }
        const taken = take(item);
        if (taken === undefined) others.push(item);
        else found.push(taken);
      }
      if (found.length === 0 && !isFaulty) throw nothingWanted(wanted, others, source.name);
    } catch (error) {
      this.#listener.error(source.name, error);
    }
    return found;
  }
}
