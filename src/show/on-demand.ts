import type { Element } from '../der/reader.js';

/**
 * What most objects need nothing of and is large: the names of OIDs that are not built in, and the readers of rare extensions.
 * It is loaded when it is first asked for: the asker is thrown {@link PartNeeded}, loads, and begins anew.
 */
export interface Lookups {
  /** The name of an OID, or undefined. @throws {PartNeeded} */
  nameOf(oid: string): string | undefined;
  /** Reads the content of an extension. @throws {DerError} it is not what its specification says; {@link PartNeeded} */
  readRare(oid: string, content: Element): void;
}

export class PartNeeded extends Error {
  readonly load: () => Promise<void>;

  constructor(load: () => Promise<void>) {
    super('a part is not loaded yet');
    this.name = 'PartNeeded';
    this.load = load;
  }
}

let nameOf: Lookups['nameOf'] | undefined;
let readRare: Lookups['readRare'] | undefined;

export const onDemand: Lookups = {
  nameOf: (oid) => {
    if (nameOf === undefined) throw new PartNeeded(loadNames);
    return nameOf(oid);
  },
  readRare: (oid, content) => {
    if (readRare === undefined) throw new PartNeeded(loadReaders);
    readRare(oid, content);
  },
};

async function loadNames(): Promise<void> {
  nameOf = (await import('../x509/oid-names.js')).oidName;
}

async function loadReaders(): Promise<void> {
  const { contentLines } = await import('./extension-text.js');
  readRare = contentLines;
}
