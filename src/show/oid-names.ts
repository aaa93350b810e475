type OidName = (oid: string) => string | undefined;

/** Loaded when the name of an OID is asked for: the list is long, and most objects need nothing of it. */
let oidName: OidName | undefined;

/**
 * Hands on what is made of an object, at once or when the names of OIDs that it takes are loaded.
 *
 * @param make is called again where a name was missing
 * @returns a promise where something is to be waited for
 */
export function withNames<T>(make: (oidName: OidName) => T, use: (made: T) => void): Promise<void> | undefined {
  let isMissing = false;
  const asked: OidName = () => {
    isMissing = true;
    return undefined;
  };
  const made = make(oidName ?? asked);
  if (!isMissing) {
    use(made);
    return undefined;
  }
  return import('../x509/oid-names.js').then((list) => {
    oidName = list.oidName;
    use(make(oidName));
  });
}
