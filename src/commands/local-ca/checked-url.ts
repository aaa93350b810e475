import { UsageError } from '../../errors.js';

/** A URL that goes into a certificate or a list, as it is given. @throws {UsageError} it is none */
export function checkedUrl(option: string, url: string): string {
  if (/^(https?|ldap):\/\/[!-~]+$/i.test(url)) return url;
  throw new UsageError(`${option}: ${url} is not a URL`, 'for example http://ca.valami.hu/ca.crl');
}
