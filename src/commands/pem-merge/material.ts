import { warnIfExposed } from '../../cli/exposed-key.js';
import type { Report } from '../../cli/report.js';
import { publicKeyIdentity } from '../../crypto/key-pair.js';
import { isPrivateKeyLabel, loadPrivateKey, PrivateKey } from '../../crypto/private-key.js';
import { isPkiError, PkiError } from '../../errors.js';
import type { InputObject } from '../../input/item.js';
import { readObjects } from '../../input/objects.js';
import { DEFAULT_MAX_LIST_SIZE, type Source } from '../../input/source.js';
import type { PemKind } from '../../pem/labels.js';
import { isPkcs7, isPkcs12 } from '../../pkcs/container.js';
import type { Passphrases } from '../../pkcs/passphrases.js';
import { readPkcs7 } from '../../pkcs/pkcs7.js';
import { Certificate } from '../../x509/certificate.js';
import { type Kind, kindOf } from '../../x509/kind.js';
import { readLeniently } from '../../x509/lenient.js';
import { CertificationRequest } from '../../x509/request.js';
import type { ParameterKind } from './servers.js';

/** What the inputs hold that can go into a bundle, each thing once, in the order it was met. */
export interface Material {
  readonly keys: readonly KeyItem[];
  readonly certificates: readonly CertificateItem[];
  readonly parameters: readonly Parameters[];
  /** Requests: they do not go in, but a key that belongs to one tells what went wrong. */
  readonly requests: readonly RequestItem[];
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

export interface KeyItem extends Item {
  readonly key: PrivateKey;
}

export interface CertificateItem extends Item {
  readonly certificate: Certificate;
}

export interface RequestItem extends Item {
  readonly request: CertificationRequest;
}

/** Diffie-Hellman or curve parameters, under the label they came with. */
export interface Parameters {
  readonly kind: ParameterKind;
  readonly label: string;
  readonly der: Uint8Array;
  readonly source: string;
  readonly place: string;
}

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
export async function collect(sources: readonly Source[], options: CollectOptions): Promise<Material> {
  const collector = new Collector(options);
  const isStandardInput = ({ name }: Source) => name === '-';
  for (const source of sources.toSorted((a, b) => Number(isStandardInput(b)) - Number(isStandardInput(a)))) {
    await collector.read(source);
  }
  return collector.inOrderOf(sources);
}

/** What a thing that is kept may take beside its own bytes. */
const FRAME = 1024;

class Collector {
  readonly #keys: KeyItem[] = [];
  readonly #certificates: CertificateItem[] = [];
  readonly #parameters: Parameters[] = [];
  readonly #requests: RequestItem[] = [];
  /** What all of these weigh: a pipe may never end. */
  #weight = 0;
  #isDamaged = false;
  readonly #seen = new Map<string, string>();
  /** Sources a plain key was found in. */
  readonly #withKeys = new Set<string>();
  readonly #options: CollectOptions;

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  /** What was read, in the order the sources were named. */
  inOrderOf(sources: readonly Source[]): Material {
    const places = new Map(sources.map(({ name }, i) => [name, i]));
    const place = ({ source }: { source: string }) => places.get(source) ?? 0;
    const sorted = <T extends { source: string }>(items: readonly T[]) => items.toSorted((a, b) => place(a) - place(b));
    return {
      keys: sorted(this.#keys),
      certificates: sorted(this.#certificates),
      parameters: sorted(this.#parameters),
      requests: sorted(this.#requests),
      isDamaged: this.#isDamaged,
    };
  }

  async read(source: Source): Promise<void> {
    try {
      await this.#readObjects(source);
    } catch (error) {
      this.#damaged(source, error);
    }
  }

  async #readObjects(source: Source): Promise<void> {
    const { report, maxSize } = this.#options;
    const limit = Math.max(DEFAULT_MAX_LIST_SIZE, maxSize ?? 0);
    for await (const item of readObjects(source, { maxSize })) {
      if (item.kind === 'fault') {
        this.#damaged(source, new PkiError('INPUT', item.message, item));
        continue;
      }
      for (const notice of item.notices) report.notice(source.name, `${item.place}: ${notice}`);
      try {
        await this.#take(source.name, item);
      } catch (error) {
        if (!isPkiError(error)) throw error;
        this.#damaged(source, new PkiError(error.code, `${item.place}: ${error.message}`, error));
      }
      if (this.#weight > limit) {
        throw new PkiError('TOO_LARGE', `${item.place}: more than ${limit} bytes of keys and certificates`, {
          hint: 'raise the limit with --max-size',
        });
      }
    }
  }

  #damaged(source: Source, error: unknown): void {
    this.#isDamaged = true;
    this.#options.report.error(source.name, error);
  }

  async #take(source: string, object: InputObject): Promise<void> {
    const { der, place } = object;
    const content = contentOf(object);
    switch (content) {
      case 'certificate':
        return this.#certificate(source, place, der);
      case 'private key':
        if (!this.#options.certificatesOnly) await this.#key(source, place, object);
        return;
      case 'pkcs7': {
        const { certificates, crls } = readPkcs7(der);
        for (const certificate of certificates) await this.#certificate(source, `${place}, in the PKCS#7`, certificate);
        if (crls.length > 0) this.#leaveOut(source, place, 'the revocation lists in the PKCS#7 are');
        return;
      }
      case 'pkcs12':
        return this.#pkcs12(source, place, der);
      case 'request': {
        const request = await readLeniently(der, (bytes) => new CertificationRequest(bytes));
        if (!this.#isNew(source, place, 'this request', request.der)) return;
        this.#requests.push({ source, place, request, identity: publicKeyIdentity(request.publicKey.der) });
        return;
      }
      case 'dh':
      case 'ec':
        if (this.#isNew(source, place, 'these parameters', der)) {
          this.#parameters.push({ kind: content, label: object.label ?? '', der, source, place });
        }
        return;
      case 'crl':
        return this.#leaveOut(source, place, 'a revocation list is');
      case 'public key':
        return this.#leaveOut(source, place, 'a public key is');
      default:
        if (object.label !== undefined) return this.#leaveOut(source, place, `${object.label} is`);
        throw new PkiError('UNKNOWN', 'this is DER, but no key, certificate, PKCS#7 or PKCS#12');
    }
  }

  async #certificate(source: string, place: string, der: Uint8Array): Promise<void> {
    const certificate = await readLeniently(der, (bytes) => new Certificate(bytes));
    if (!this.#isNew(source, place, 'this certificate', certificate.der)) return;
    const identity = publicKeyIdentity(certificate.publicKey.der);
    this.#certificates.push({ source, place, certificate, identity });
  }

  async #key(source: string, place: string, { der, headers }: Pick<InputObject, 'der' | 'headers'>): Promise<void> {
    const isEncrypted = headers.some(([name, value]) => name === 'Proc-Type' && /^4\s*,\s*ENCRYPTED$/.test(value));
    const dekInfo = isEncrypted ? (headers.find(([name]) => name === 'DEK-Info')?.[1] ?? '') : undefined;
    const key = await loadPrivateKey({ der, dekInfo }, this.#options.passphrases, source);
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

  async #pkcs12(source: string, place: string, der: Uint8Array): Promise<void> {
    const { readPkcs12 } = await import('../../pkcs/pkcs12.js');
    const contents = await readPkcs12(der, this.#options.passphrases, source);
    for (const { der: pkcs8, wasEncrypted } of contents.keys) {
      const key = await loadPrivateKey({ der: pkcs8 }, this.#options.passphrases, source);
      this.#addKey(source, `${place}, in the PKCS#12`, new PrivateKey(key.der, key.form, wasEncrypted));
    }
    for (const { der: certificate } of contents.certificates) {
      await this.#certificate(source, `${place}, in the PKCS#12`, certificate);
    }
    if (contents.crls.length > 0) this.#leaveOut(source, place, 'the revocation lists in the PKCS#12 are');
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

type Content = 'certificate' | 'private key' | 'pkcs7' | 'pkcs12' | 'request' | 'crl' | 'public key' | ParameterKind;

const contentOfKind: Readonly<Record<Kind, Content>> = {
  certificate: 'certificate',
  request: 'request',
  crl: 'crl',
  public_key: 'public key',
  pkcs1_public_key: 'public key',
  pkcs8: 'private key',
  pkcs1: 'private key',
  sec1: 'private key',
  dsa: 'private key',
  encrypted_pkcs8: 'private key',
  pkcs7: 'pkcs7',
  pkcs12: 'pkcs12',
};

/** What an object is: by its bytes where they can tell, for labels are often wrong, else by its label. */
function contentOf({ label, pemKind, der }: InputObject): Content | undefined {
  if (label !== undefined && isPrivateKeyLabel(label)) return 'private key';
  if (pemKind === 'dh_parameters') return 'dh';
  if (pemKind === 'ec_parameters') return 'ec';
  const kind = kindOf(der);
  if (kind !== undefined) return contentOfKind[kind];
  // The wrappers may be BER, which the look above does not read.
  if (isPkcs7(der)) return 'pkcs7';
  if (isPkcs12(der)) return 'pkcs12';
  return pemKind === undefined ? undefined : contentOfLabel[pemKind];
}

const contentOfLabel: Readonly<Partial<Record<PemKind, Content>>> = {
  certificate: 'certificate',
  trusted_certificate: 'certificate',
  request: 'request',
  crl: 'crl',
  pkcs7: 'pkcs7',
  pkcs12: 'pkcs12',
  public_key: 'public key',
  rsa_public_key: 'public key',
};
