import { movedError } from '../der/error.js';
import { isPkiError } from '../errors.js';
import { type Content, readAsBer, readContent, type UnknownObject } from '../input/content.js';
import { type Container, isContainer, openContainer } from '../input/contents.js';
import type { InputFault, InputItem } from '../input/item.js';
import { kindName } from '../input/kinds.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { type Item, typeNames } from './item.js';

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
  /** The oddities of how it was read. */
  readonly warnings: readonly string[];
}

/**
 * A way of showing objects: it writes nothing before it has everything, and throws a DerError where that fails. Where a part
 * has to be loaded first, it gives a promise to wait for.
 */
export type Show = (shown: Shown, sink: ShowSink) => Promise<void> | void;

/** An object that could not be read. */
export interface ItemFault {
  readonly source: string;
  /** `certificate`, `CRL`; undefined where nothing could be made out. */
  readonly what: string | undefined;
  /** `line 41`, `byte 1024`. */
  readonly place: string | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  /** True where nothing is damaged: the input is something else. */
  readonly isForeign: boolean;
}

/** The events of an inspection. */
interface InspectionListener {
  /** The next object has begun: counts them. */
  object(): void;
  fault(fault: ItemFault): void;
  notice(source: string, message: string): void;
}

interface InspectorOptions {
  readonly show: Show;
  readonly sink: ShowSink;
  readonly listener: InspectionListener;
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
    const content = found.kind === 'fault' ? found : readContent(found);
    if (isContainer(content)) return this.#open(content, source);
    return this.#inspect(content, source);
  }

  #inspect(content: Content | InputFault, source: string): Promise<void> | undefined {
    const { listener } = this.#options;
    if (content.kind === 'fault') {
      const { object, message, hint, isForeign = false } = content;
      if (object !== undefined) listener.object();
      listener.fault({ source, what: object?.what, place: object?.place, message, hint, isForeign });
      return undefined;
    }
    const { object, place } = content;
    switch (object.type) {
      case 'parameters':
      case 'container':
        return undefined;
      case 'unknown':
        this.#passOver(object, content, source);
        return undefined;
      default:
        listener.object();
        return this.#present(object, content, source, place);
    }
  }

  /** Reads and shows an object: as BER where it is not DER throughout. */
  #present(item: Item, content: Content, source: string, place: string): Promise<void> | undefined {
    try {
      const { wanted, show, sink } = this.#options;
      const pending = wanted(item) ? show({ item, source, warnings: warningsOf(content) }, sink) : undefined;
      if (!(pending instanceof Promise)) return undefined;
      return pending.catch((error: unknown) => this.#presentAsBer(item, content, source, place, error));
    } catch (error) {
      return this.#presentAsBer(item, content, source, place, error);
    }
  }

  /** Another try for what could not be shown, or a fault. */
  #presentAsBer(
    item: Item,
    content: Content,
    source: string,
    place: string,
    error: unknown,
  ): Promise<void> | undefined {
    if (!isPkiError(error)) throw error;
    const again = readAsBer(content);
    if (again !== undefined && isItem(again.object)) return this.#present(again.object, again, source, place);
    const { message, hint } = content.ber === undefined ? error : movedError(error, content.ber.originalOffset);
    this.#options.listener.fault({ source, what: typeNames[item.type], place, message, hint, isForeign: false });
    return undefined;
  }

  /** A label we do not know may stand for anything; bare octets were given to be shown. */
  #passOver({ what, hint }: UnknownObject, { label, place }: Content, source: string): void {
    const { listener } = this.#options;
    if (label !== undefined && hint === undefined) {
      listener.notice(source, `${place}: ${label} is none of the things shown here`);
      return;
    }
    const message =
      hint === undefined
        ? `${place}: neither a certificate nor a request, CRL, key, PKCS#7 or PKCS#12`
        : `${place}: ${what}, which is none of the things shown here`;
    listener.fault({ source, what: undefined, place: undefined, message, hint, isForeign: true });
  }

  /** The objects in a PKCS#7 or PKCS#12. */
  async #open(container: Container, source: string): Promise<void> {
    const contents = await openContainer(container, this.#options.passphrases, source);
    if (contents.length === 0) {
      const name = kindName(container.object.container);
      this.#options.listener.notice(source, `${container.place}: ${name} with nothing in it`);
    }
    for (const content of contents) await this.#inspect(content, source);
  }
}

/** True for what can be shown. */
const isItem = (object: Content['object']): object is Item => object.type in typeNames;

function warningsOf({ notices, ber }: Content): readonly string[] {
  return ber === undefined ? notices : [...notices, `BER, not DER: ${ber.fault}`];
}
