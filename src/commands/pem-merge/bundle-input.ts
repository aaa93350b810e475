import { warnIfExposed } from '../../cli/exposed-key.js';
import type { Report } from '../../cli/report.js';
import { publicKeyIdentity } from '../../crypto/key-pair.js';
import type { PrivateKey } from '../../crypto/private-key.js';
import { isPkiError, PkiError } from '../../errors.js';
import type { Content } from '../../input/content.js';
import { contentsOf } from '../../input/contents.js';
import { objectName } from '../../input/expected.js';
import { faultText } from '../../input/item.js';
import type { EncryptedKeyObject, PrivateKeyObject } from '../../input/pki-object.js';
import { openKey } from '../../input/private-key.js';
import { DEFAULT_MAX_LIST_SIZE, type Source } from '../../input/source.js';
import type { Passphrases } from '../../pkcs/passphrases.js';
import type { Certificate } from '../../x509/certificate.js';
import { displayName } from '../../x509/display-name.js';
import type { CertificationRequest } from '../../x509/request.js';
import { readTime } from '../../x509/time.js';
import { namesOf } from './describe.js';
import type { ServerParameterKind } from './servers.js';

/** The objects in the inputs that can go into a bundle, each once, in the order they were met. */
export interface BundleInput {
  readonly keys: readonly KeyItem[];
  readonly certificates: readonly CertificateItem[];
  readonly parameters: readonly Parameters[];
  /** Requests: they do not go in, but a key that belongs to one tells what went wrong. */
  readonly requests: readonly RequestItem[];
  /** With `certificatesOnly` the objects that are none. */
  readonly others: readonly Content[];
  /** Something could not be read, which was reported. */
  readonly isDamaged: boolean;
}

/** Something from an input, and where it stood: `mail.pem: line 12`. */
interface Item {
  readonly source: string;
  readonly place: string;
  /** Equal for what has the same public key. */
  readonly identity: string;
}

/** A private key. */
export interface KeyItem extends Item {
  readonly key: PrivateKey;
}

/** A certificate. */
export interface CertificateItem extends Item {
  readonly certificate: Certificate;
}

interface RequestItem extends Item {
  readonly request: CertificationRequest;
}

/** Diffie-Hellman or curve parameters, under the label they came with. */
export interface Parameters {
  readonly kind: ServerParameterKind;
  readonly label: string;
  readonly der: Uint8Array;
  readonly source: string;
  readonly place: string;
}

/** How inputs are read, and to whom their faults are told. */
export interface CollectOptions {
  /** Only certificates matter: keys are passed over, so that no passphrase is asked for. */
  readonly certificatesOnly?: boolean;

  readonly report: Report;
  readonly passphrases: Passphrases;
  readonly maxSize: number | undefined;
}

/**
 * Reads everything; what cannot be read is reported and raises the exit status. Standard input is read to its end before
 * any file is opened: who fills the pipe may still be writing them.
 */
export async function collect(sources: readonly Source[], options: CollectOptions): Promise<BundleInput> {
  const collector = new Collector(options);
  const isStandardInput = ({ name }: Source) => name === '-';
  for (const source of sources.toSorted((a, b) => Number(isStandardInput(b)) - Number(isStandardInput(a)))) {
    await collector.read(source);
  }
  return collector.inOrderOf(sources);
}

/** The memory an object that is kept takes beside its own bytes. */
const FRAME = 1024;

class Collector {
  readonly #keys: KeyItem[] = [];
  readonly #certificates: CertificateItem[] = [];
  readonly #parameters: Parameters[] = [];
  readonly #requests: RequestItem[] = [];
  readonly #others: Content[] = [];
  /** The size of all of these: a pipe may never end. */
  #weight = 0;
  #isDamaged = false;
  readonly #seen = new Map<string, string>();
  /** Sources a plain key was found in. */
  readonly #withKeys = new Set<string>();
  readonly #options: CollectOptions;

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  /** The objects read, in the order the sources were named. */
  inOrderOf(sources: readonly Source[]): BundleInput {
    const places = new Map(sources.map(({ name }, i) => [name, i]));
    const place = ({ source }: { source: string }) => places.get(source) ?? 0;
    const sorted = <T extends { source: string }>(items: readonly T[]) => items.toSorted((a, b) => place(a) - place(b));
    return {
      keys: sorted(this.#keys),
      certificates: sorted(this.#certificates),
      parameters: sorted(this.#parameters),
      requests: sorted(this.#requests),
      others: this.#others,
      isDamaged: this.#isDamaged,
    };
  }

  async read(source: Source): Promise<void> {
    try {
      await this.#readContents(source);
    } catch (error) {
      this.#damaged(source, error);
    }
  }

  async #readContents(source: Source): Promise<void> {
    const { report, maxSize, passphrases } = this.#options;
    const limit = Math.max(DEFAULT_MAX_LIST_SIZE, maxSize ?? 0);
    for await (const item of contentsOf(source, { maxSize, passphrases })) {
      if (item.kind === 'fault') {
        this.#damaged(source, new PkiError('INPUT', faultText(item), { hint: item.hint }));
        continue;
      }
      const { place, notices, ber } = item;
      for (const notice of notices) report.notice(source.name, `${place}: ${notice}`);
      if (ber !== undefined) report.notice(source.name, `${place}: BER, not DER: ${ber.fault}`);
      try {
        await this.#take(source.name, item);
      } catch (error) {
        if (!isPkiError(error)) throw error;
        this.#damaged(source, new PkiError(error.code, `${place}: ${error.message}`, error));
      }
      if (this.#weight > limit) {
        throw new PkiError('TOO_LARGE', `${place}: more than ${limit} bytes of keys and certificates`, {
          hint: 'raise the limit with --max-size',
        });
      }
    }
  }

  #damaged(source: Source, error: unknown): void {
    this.#isDamaged = true;
    this.#options.report.error(source.name, error);
  }

  async #take(source: string, content: Content): Promise<void> {
    const { object, place, label, octets } = content;
    if (this.#options.certificatesOnly && object.type !== 'certificate') {
      this.#others.push(content);
      this.#weight += octets.length + FRAME;
    }
    switch (object.type) {
      case 'certificate':
        return this.#certificate(source, place, object.view);
      case 'private_key':
      case 'encrypted_private_key':
        if (!this.#options.certificatesOnly) await this.#key(source, place, object);
        return;
      case 'request': {
        const { view: request } = object;
        if (!this.#isNew(source, place, 'this request', request.der)) return;
        this.#requests.push({ source, place, request, identity: publicKeyIdentity(request.publicKey.der) });
        return;
      }
      case 'parameters':
        if (object.parameters === 'dsa') return this.#leaveOut(source, place, `${objectName(object)} are`);
        if (this.#isNew(source, place, 'these parameters', octets)) {
          this.#parameters.push({ kind: object.parameters, label: label ?? '', der: octets, source, place });
        }
        return;
      case 'unknown':
        if (label === undefined || object.hint !== undefined) {
          throw new PkiError(
            'UNKNOWN',
            `expected a key, a certificate, PKCS#7 or PKCS#12, found ${object.what}`,
            object,
          );
        }
        return this.#leaveOut(source, place, `${label} is`);
      default:
        return this.#leaveOut(source, place, `${objectName(object)} is`);
    }
  }

  #certificate(source: string, place: string, certificate: Certificate): void {
    if (!this.#isNew(source, place, 'this certificate', certificate.der)) return;
    checkReadable(certificate);
    const identity = publicKeyIdentity(certificate.publicKey.der);
    this.#certificates.push({ source, place, certificate, identity });
  }

  async #key(source: string, place: string, object: PrivateKeyObject | EncryptedKeyObject): Promise<void> {
    const key = await openKey(object, this.#options.passphrases, source);
    if (!key.wasEncrypted && !this.#withKeys.has(source)) {
      this.#withKeys.add(source);
      warnIfExposed(this.#options.report, source, key);
    }
    this.#addKey(source, place, key);
  }

  #addKey(source: string, place: string, key: PrivateKey): void {
    const spki = key.publicKeyInfo;
    if (!this.#isNew(source, place, 'this private key', spki)) return;
    this.#keys.push({ source, place, key, identity: publicKeyIdentity(spki) });
  }

  #isNew(source: string, place: string, what: string, der: Uint8Array): boolean {
    const bytes = Buffer.from(der).toString('latin1');
    const first = this.#seen.get(bytes);
    if (first === undefined) {
      this.#weight += der.length + FRAME;
      this.#seen.set(bytes, `${source}: ${place}`);
      return true;
    }
    this.#options.report.notice(source, `${place}: ${what} was in ${first} already, left out`);
    return false;
  }

  #leaveOut(source: string, place: string, what: string): void {
    this.#options.report.notice(source, `${place}: ${what} left out`);
  }
}

/**
 * Asserts that everything by which leaves and chains are chosen and named can be read, while it is known where the
 * certificate stands.
 *
 * @throws {DerError}
 */
function checkReadable(certificate: Certificate): void {
  readTime(certificate.elements.notBefore);
  readTime(certificate.elements.notAfter);
  certificate.basicConstraints;
  displayName(certificate);
  certificate.issuer.rdns;
  namesOf(certificate);
}
