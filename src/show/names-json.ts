import { quote } from '../text/json.js';
import { type GeneralName, generalNameText } from '../x509/general-name.js';

/** `names` of an object without subject alternative names. */
export const noNames = '{"dns":[],"ip":[],"email":[],"uri":[],"other":[]}';

/** Subject alternative names by kind: the `names` of pkiutils-json(5). */
export function namesJson(names: readonly GeneralName[]): string {
  let dns = '';
  let ip = '';
  let email = '';
  let uri = '';
  let other = '';
  for (const name of names) {
    if (name.type === 'dns') dns = listed(dns, name.value);
    else if (name.type === 'ip') ip = listed(ip, name.value);
    else if (name.type === 'email') email = listed(email, name.value);
    else if (name.type === 'uri') uri = listed(uri, name.value);
    else if (name.type !== 'malformed') other = listed(other, generalNameText(name));
  }
  const rest = ip + email + uri + other;
  if (rest === '') return dns === '' ? noNames : `{"dns":[${dns}],"ip":[],"email":[],"uri":[],"other":[]}`;
  return `{"dns":[${dns}],"ip":[${ip}],"email":[${email}],"uri":[${uri}],"other":[${other}]}`;
}

/** A list in JSON, without its brackets, and one string more. */
const listed = (list: string, value: string): string => (list === '' ? quote(value) : `${list},${quote(value)}`);
