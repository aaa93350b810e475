import { type GeneralName, generalNameText } from '../x509/general-name.js';

/** Alternative names by kind; those that are malformed are none. */
export function namesProperty(names: readonly GeneralName[]) {
  const dns: string[] = [];
  const ip: string[] = [];
  const email: string[] = [];
  const uri: string[] = [];
  const other: string[] = [];
  const lists = { dns, ip, email, uri };
  for (const name of names) {
    if (name.type === 'dns' || name.type === 'ip' || name.type === 'email' || name.type === 'uri') {
      lists[name.type].push(name.value);
    } else if (name.type !== 'malformed') other.push(generalNameText(name));
  }
  return { dns, ip, email, uri, other };
}
