import { attempt } from '../errors.js';
import { extensionType } from '../x509/extensions/table.js';
import type { Item } from './item.js';

type OidName = (oid: string) => string | undefined;

/** Loaded when an object has an extension that is unknown by content: the list is long, and most objects need nothing of it. */
let oidName: OidName | undefined;

/**
 * Calls back at once, or when the names of OIDs that the object needs are loaded.
 *
 * @returns a promise where something is to be waited for
 */
export function namedFirst(item: Item, then: (oidName: OidName) => void): Promise<void> | undefined {
  if (oidName !== undefined || !hasUnknownExtensions(item)) {
    then(oidName ?? unnamed);
    return undefined;
  }
  return import('../x509/oid-names.js').then((list) => {
    oidName = list.oidName;
    then(oidName);
  });
}

const unnamed: OidName = () => undefined;

function hasUnknownExtensions(item: Item): boolean {
  if (item.type !== 'certificate' && item.type !== 'request' && item.type !== 'crl') return false;
  // Unreadable ones have their warning, and no names.
  const extensions = attempt(() => item.view.extensions) ?? [];
  return extensions.some(({ oid }) => extensionType(oid) === undefined);
}
