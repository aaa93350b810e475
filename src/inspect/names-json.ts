import { type GeneralName, generalNameText } from '../x509/general-name.js';
import { quote, quoteAll } from '../x509/json-text.js';

/** `names` of an object without subject alternative names. */
export const noNames = '{"dns":[],"ip":[],"email":[],"uri":[],"other":[]}';

/** Subject alternative names by kind: the `names` of pkiutils-json(5). */
export function namesJson(names: readonly GeneralName[]): string {
  if (names.every(({ type }) => type === 'dns')) {
    return `{"dns":${quoteAll(names.map(({ value }) => value))},"ip":[],"email":[],"uri":[],"other":[]}`;
  }
  let dns = '';
  let ip = '';
  let email = '';
  let uri = '';
  let other = '';
  for (const name of names) {
    if (name.type === 'dns') dns += `,${quote(name.value)}`;
    else if (name.type === 'ip') ip += `,${quote(name.value)}`;
    else if (name.type === 'email') email += `,${quote(name.value)}`;
    else if (name.type === 'uri') uri += `,${quote(name.value)}`;
    else other += `,${quote(generalNameText(name))}`;
  }
  return `{"dns":[${dns.slice(1)}],"ip":[${ip.slice(1)}],"email":[${email.slice(1)}],"uri":[${uri.slice(1)}],"other":[${other.slice(1)}]}`;
}
