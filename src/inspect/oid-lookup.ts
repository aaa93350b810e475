/**
 * Names of OIDs that are not built in. The table is large and most objects need nothing from it, so it is loaded when it is
 * first asked: the asker is thrown {@link NamesNeeded}, loads, and begins anew.
 */
let lookUp: ((oid: string) => string | undefined) | undefined;

export class NamesNeeded extends Error {
  constructor() {
    super('the names of OIDs are not loaded yet');
    this.name = 'NamesNeeded';
  }
}

/** The name of an OID, or undefined. @throws {NamesNeeded} */
export function oidNameOf(oid: string): string | undefined {
  if (lookUp === undefined) throw new NamesNeeded();
  return lookUp(oid);
}

export async function loadOidNames(): Promise<void> {
  lookUp = (await import('../x509/oid-names.js')).oidName;
}
