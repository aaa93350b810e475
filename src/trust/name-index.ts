import { attempt } from '../errors.js';
import { comparableRdns, type Name } from '../x509/name.js';

/** Values by a name, all of those that have it. */
export type NameIndex<T> = ReadonlyMap<string, readonly T[]>;

/** The index of values; those whose name is undefined are left out. */
export function indexed<T>(values: Iterable<T>, nameOf: (value: T) => string | undefined): NameIndex<T> {
  const index = new Map<string, T[]>();
  for (const value of values) {
    const name = nameOf(value);
    if (name !== undefined) addTo(index, name, value);
  }
  return index;
}

export function addTo<T>(index: Map<string, T[]>, name: string, value: T): void {
  const same = index.get(name);
  if (same === undefined) index.set(name, [value]);
  else same.push(value);
}

/** A text that is the same for names that are the same by RFC 5280 7.1; undefined for a name that cannot be read. */
export const comparableName = (name: Name): string | undefined => attempt(() => comparableRdns(name).join());
