import { bareTypes, type GeneralName, generalNameText, isBare, readableValue } from '../x509/general-name.js';

type NameLists = Record<(typeof bareTypes)[number] | 'other', string[]>;

/** The fields of {@link namesProperty}. */
export const nameLists = [...bareTypes, 'other'];

/** Alternative names by kind; those that are malformed are none. */
export function namesProperty(names: readonly GeneralName[]): NameLists {
  const lists: NameLists = { dns: [], ip: [], email: [], uri: [], other: [] };
  for (const name of names) {
    if (isBare(name)) lists[name.type].push(readableValue(name));
    else if (name.type !== 'malformed') lists.other.push(generalNameText(name));
  }
  return lists;
}
