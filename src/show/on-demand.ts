/**
 * What most objects need nothing of and is large: the names of OIDs that are not built in. It is loaded when it is first asked for: the asker is thrown {@link PartNeeded}, loads, and begins anew.
 */
export interface Lookups {
  /** The name of an OID, or undefined. @throws {PartNeeded} */
  nameOf(oid: string): string | undefined;
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

export const onDemand: Lookups = {
  nameOf: (oid) => {
    if (nameOf === undefined) throw new PartNeeded(loadNames);
    return nameOf(oid);
  },
};

async function loadNames(): Promise<void> {
  nameOf = (await import('../x509/oid-names.js')).oidName;
}
