import type { DerError } from '../der/error.js';
import { checkWellFormed, elementAt, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isPkiError, type PkiError } from '../errors.js';
import type { InputItem, InputObject } from '../input/item.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { trailingText } from '../x509/certificate-warnings.js';
import { type Kind, kindOf } from '../x509/kind.js';
import { type Container, declaredKind, encryptedByHeaders, type Item, mayBeBer, readItem } from './item.js';
import { PartNeeded } from './on-demand.js';

/** Where what is shown goes. The index of an object is known to the main thread alone. */
export interface ShowSink {
  write(text: string): void;
  /** Writes the index of the object that is being shown. */
  index(): void;
  /** Sets a block off from the one before it. */
  separate(): void;
  /** Says why nothing is shown of an object. */
  passOver(source: string, reason: string): void;
}

/** One object on its way to being shown. */
export interface Shown {
  readonly item: Item;
  readonly source: string;
  /** What was odd about how it was read. */
  readonly warnings: readonly string[];
}

/** A way of showing objects: it writes nothing before it has everything, and throws a DerError where that fails. */
export type Show = (shown: Shown, sink: ShowSink) => void;

/** What could not be read. */
export interface ItemFault {
  readonly source: string;
  /** `certificate`, `CRL`; undefined where nothing could be made out. */
  readonly what: string | undefined;
  /** `line 41`, `byte 1024`. */
  readonly place: string | undefined;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What an inspector tells as it goes. */
export interface Listener {
  /** The next object has begun: counts them. */
  object(): void;
  fault(fault: ItemFault): void;
  notice(source: string, message: string): void;
}

export interface InspectorOptions {
  readonly show: Show;
  readonly sink: ShowSink;
  readonly listener: Listener;
  /** True for what is to be shown. */
  readonly wanted: (item: Item) => boolean;
  readonly passphrases: Passphrases;
}

/**
 * Takes what is found in inputs and shows it. The usual object is done with when `take` returns; what needs a part that is
 * loaded on demand (a container, BER, the names of rare OIDs) gives a promise to wait for.
 */
export class Inspector {
  readonly #options: InspectorOptions;

  constructor(options: InspectorOptions) {
    this.#options = options;
  }

  take(found: InputItem, source: string): Promise<void> | undefined {
    const { listener } = this.#options;
    if (found.kind === 'fault') {
      const { message, hint } = found;
      listener.fault({ source, what: undefined, place: undefined, message, hint });
      return undefined;
    }
    const declared = declaredKind(found);
    if (declared === 'parameters') return undefined;
    if (declared === undefined) return this.#takeUnknown(found, source);
    const { headers } = found;
    const kind = headers.length === 0 && isUnlike(declared, found.der) ? (kindOf(found.der) ?? declared) : declared;
    const notices = kind === declared ? found.notices : [...found.notices, labelWarning(declared, kind)];
    if (isContainer(kind)) return this.#open(kind, found, notices, source);
    listener.object();
    const place: Place = { source, what: whatOf(kind), place: found.place };
    const encrypted = headers.length === 0 ? undefined : encryptedByHeaders(found);
    if (encrypted !== undefined) return this.#present(() => encrypted, place, notices);
    const der = found.pemKind === 'trusted_certificate' ? withoutTrustSettings(found.der) : found.der;
    return this.#present(
      () => readItem(kind, der),
      place,
      notices,
      (error) => this.#secondTry(kind, der, place, notices, error),
    );
  }

  /**
   * Reads and shows an item.
   *
   * @param otherwise what to do when it is not DER of its kind: gives true when that helped
   */
  #present(
    read: () => Item,
    place: Place,
    warnings: readonly string[],
    otherwise?: (error: DerError) => Promise<boolean>,
  ): Promise<void> | undefined {
    try {
      const { wanted, show, sink } = this.#options;
      const item = read();
      if (wanted(item)) show({ item, source: place.source, warnings }, sink);
      return undefined;
    } catch (error) {
      if (error instanceof PartNeeded) {
        return error.load().then(() => this.#present(read, place, warnings, otherwise));
      }
      if (!isPkiError(error)) throw error;
      if (otherwise === undefined || !mayBeBer(error)) return this.#fail(place, error);
      return otherwise(error).then((helped) => (helped ? undefined : this.#fail(place, error)));
    }
  }

  /** What is not DER of the kind its label says may be of another kind, or BER. */
  async #secondTry(
    kind: Exclude<Kind, Container>,
    der: Buffer,
    place: Place,
    warnings: readonly string[],
    error: DerError,
  ): Promise<boolean> {
    const other = kindOf(der);
    if (other !== undefined && other !== kind && !isContainer(other)) {
      await this.#present(() => readItem(other, der), place, [...warnings, labelWarning(kind, other)]);
      return true;
    }
    const { berToDer } = await import('../x509/ber-to-der.js');
    const rewritten = berToDer(der);
    if (rewritten === undefined || rewritten.equals(der)) return false;
    const isReadable = attemptRead(kind, rewritten);
    if (!isReadable) return false;
    await this.#present(() => readItem(kind, rewritten), place, [...warnings, `BER, not DER: ${error.message}`]);
    return true;
  }

  #fail({ source, what, place }: Place, error: PkiError): undefined {
    this.#options.listener.fault({ source, what, place, message: error.message, hint: error.hint });
    return undefined;
  }

  #takeUnknown(found: InputObject, source: string): Promise<void> | undefined {
    const { label, place } = found;
    if (label === undefined) return this.#takeBer(found, source);
    this.#options.listener.notice(source, `${place}: ${label} is none of the things shown here`);
    return undefined;
  }

  /** What has no label and is not DER of a kind we know may be BER of one. */
  async #takeBer(found: InputObject, source: string): Promise<void> {
    const { berToDer } = await import('../x509/ber-to-der.js');
    const der = berToDer(found.der);
    const kind = der === undefined ? undefined : kindOf(der);
    if (der === undefined || kind === undefined) {
      const message = `${found.place}: neither a certificate nor a request, CRL, key, PKCS#7 or PKCS#12`;
      this.#options.listener.fault({ source, what: undefined, place: undefined, message, hint: undefined });
    } else if (isContainer(kind)) {
      await this.#open(kind, found, found.notices, source);
    } else {
      this.#options.listener.object();
      const place: Place = { source, what: whatOf(kind), place: found.place };
      await this.#present(() => readItem(kind, der), place, [
        ...found.notices,
        `BER, not DER${strictWords(found.der)}`,
      ]);
    }
  }

  /** What a PKCS#7 or PKCS#12 holds, an object each. What is odd about the container stands with the first of them. */
  async #open(
    container: Container,
    { der, place }: InputObject,
    notices: readonly string[],
    source: string,
  ): Promise<void> {
    const { openContainer } = await import('./containers.js');
    const what = container === 'pkcs7' ? 'PKCS#7' : 'PKCS#12';
    try {
      const { contents, trailing } = await openContainer(container, der, this.#options.passphrases, source);
      if (contents.length === 0) this.#options.listener.notice(source, `${place}: ${what} with nothing in it`);
      let warnings = trailing === 0 ? notices : [...notices, `${what}: ${trailingText(trailing)}`];
      for (const { kind, der: inner } of contents) {
        this.#options.listener.object();
        const inside: Place = { source, what: whatOf(kind), place: `${place}, in ${what}` };
        const bytes = Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength);
        const again = (error: DerError) => this.#secondTry(kind, bytes, inside, warnings, error);
        await this.#present(() => readItem(kind, bytes), inside, warnings, again);
        warnings = [];
      }
    } catch (error) {
      if (!isPkiError(error)) throw error;
      const { message, hint } = error;
      this.#options.listener.fault({
        source,
        what: undefined,
        place: undefined,
        message: `${what} at ${place}: ${message}`,
        hint,
      });
    }
  }
}

interface Place {
  readonly source: string;
  readonly what: string;
  readonly place: string;
}

const isContainer = (kind: Kind): kind is Container => kind === 'pkcs7' || kind === 'pkcs12';

/** The first octet inside objects of a kind. */
const firstTags: Readonly<Record<Kind, number>> = {
  certificate: Tag.sequence,
  request: Tag.sequence,
  crl: Tag.sequence,
  public_key: Tag.sequence,
  encrypted_pkcs8: Tag.sequence,
  pkcs1_public_key: Tag.integer,
  pkcs8: Tag.integer,
  pkcs1: Tag.integer,
  sec1: Tag.integer,
  dsa: Tag.integer,
  pkcs12: Tag.integer,
  pkcs7: Tag.objectIdentifier,
};

/** True when a look at the first octets tells that something else is inside: Windows puts PKCS#7 into CERTIFICATE blocks. */
function isUnlike(kind: Kind, der: Uint8Array): boolean {
  const first = der[1] ?? 0;
  return der[first > 0x80 ? 2 + (first & 0x7f) : 2] !== firstTags[kind];
}

/** `labelled as certificate, holds a PKCS#7`. */
function labelWarning(declared: Kind, actual: Kind): string {
  const form = formOf(actual);
  return `labelled as ${formOf(declared)}, holds ${/^(?:[aeiou]|RSA|EC)/.test(form) ? 'an' : 'a'} ${form}`;
}

/** A kind by its form, where several are called the same. */
const formOf = (kind: Kind): string => forms[kind] ?? whatOf(kind);

const forms: Readonly<Partial<Record<Kind, string>>> = {
  pkcs1_public_key: 'RSA public key',
  pkcs8: 'PKCS#8 private key',
  pkcs1: 'RSA private key',
  sec1: 'EC private key',
  dsa: 'DSA private key',
};

/** A kind as messages call it. */
function whatOf(kind: Kind): string {
  switch (kind) {
    case 'certificate':
    case 'request':
      return kind;
    case 'crl':
      return 'CRL';
    case 'public_key':
    case 'pkcs1_public_key':
      return 'public key';
    case 'encrypted_pkcs8':
      return 'encrypted private key';
    case 'pkcs7':
      return 'PKCS#7';
    case 'pkcs12':
      return 'PKCS#12';
    default:
      return 'private key';
  }
}

/** OpenSSL's TRUSTED CERTIFICATE is a certificate and trust settings behind it. */
function withoutTrustSettings(der: Buffer): Buffer {
  try {
    return der.subarray(0, elementAt(der, 0, der.length).end);
  } catch (error) {
    if (isPkiError(error)) return der;
    throw error;
  }
}

/** What the strict reader says of the outermost element, behind a colon; nothing where that is sound. */
function strictWords(bytes: Uint8Array): string {
  try {
    checkWellFormed(readElement(bytes));
    return '';
  } catch (error) {
    if (isPkiError(error)) return `: ${error.message}`;
    throw error;
  }
}

function attemptRead(kind: Exclude<Kind, Container>, der: Buffer): boolean {
  try {
    readItem(kind, der);
    return true;
  } catch (error) {
    if (isPkiError(error)) return false;
    throw error;
  }
}
