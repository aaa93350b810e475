import { attributeType } from '../spec/subject-types.js';
import { formatIpAddress, parseIpAddress } from '../text/ip-address.js';
import { quoted } from '../text/printable.js';
import { ignoredByBoulder, type Rule } from './rule.js';

/** The rules about the common name, which used to be a server's only name. */

const isUrl = (name: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(name) || isHostWithPath(name);

/** A dot inside of what stands before the first slash. */
function isHostWithPath(name: string): boolean {
  const [, host = ''] = /^([^\s/]+)\//.exec(name) ?? [];
  return host.slice(1, -1).includes('.');
}

export const commonNameRules: readonly Rule[] = [
  {
    id: 'e_common_name_several',
    title: 'there is at most one common name',
    applies: 'a common name',
    source: 'BR 7.1.4.3',
    why: 'Programs take the first or the last of them. Further names belong into subjectAltName.',
    hint: 'keep one, and give the others with --san',
    profiles: { letsencrypt: 'notice', internal: 'warning' },
    *check(examined) {
      const count = examined.values('CN').length;
      if (count > 1) yield `there are ${count} common names`;
    },
  },
  {
    id: 'e_common_name_too_long',
    title: 'a common name has at most 64 characters',
    applies: 'a common name',
    source: 'RFC 5280 A.1',
    why: 'A longer name is good in subjectAltName, where clients look; in the common name it makes the certificate malformed.',
    hint: 'leave the common name out, or take a shorter name there',
    profiles: ignoredByBoulder,
    *check(examined) {
      for (const name of examined.values('CN')) {
        const length = [...name].length;
        if (length > (attributeType('CN')?.maxLength ?? 0)) yield `the common name has ${length} characters`;
      }
    },
  },
  {
    id: 'e_common_name_url',
    title: 'the common name is no URL',
    applies: 'a common name',
    source: 'BR 7.1.4.3',
    why: "The CA's form wants the name as it stands in the certificate, without https:// and without a path.",
    hint: 'the host name alone',
    profiles: { letsencrypt: 'off', internal: 'warning' },
    *check(examined) {
      for (const name of examined.values('CN')) {
        if (!isUrl(name)) continue;
        const host = name.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#:].*$/, '');
        yield { message: `common name ${quoted(name)} is a URL`, hint: `leave only ${host}` };
      }
    },
  },
  {
    id: 'e_common_name_ip',
    title: 'the common name is no IP address',
    applies: 'a common name',
    source: 'boulder csr/csr.go',
    why: "Clients look for addresses in subjectAltName only. Let's Encrypt refuses an address in the common name; others take it if it repeats an iPAddress name (BR 7.1.4.3).",
    hint: 'leave the common name out: csr-gen --san IP:ADDRESS',
    profiles: { webpki: 'notice', netlock: 'notice', internal: 'off' },
    unless: ['e_common_name_not_san'],
    *check(examined) {
      for (const name of examined.commonNames) {
        if (parseIpAddress(name) !== undefined) yield `common name ${quoted(name)} is an IP address`;
      }
    },
  },
  {
    id: 'e_common_name_not_san',
    title: 'the common name is also in subjectAltName',
    applies: 'a common name',
    source: 'BR 7.1.4.3',
    why: 'Clients look only into subjectAltName (RFC 9525). A name that stands in the common name alone would not be served by the certificate.',
    hint: 'add it with --san; csr-gen does so for every host name it is given as --cn',
    profiles: { letsencrypt: 'notice', internal: 'notice' },
    unless: ['e_san_missing', 'e_no_name'],
    *check(examined) {
      for (const name of examined.values('CN')) {
        if (name.trim() === '' || examined.sans.length === 0 || isUrl(name) || [...name].length > 64) continue;
        if (!examined.serverNames.has(comparable(name))) yield `common name ${quoted(name)} is not in subjectAltName`;
      }
    },
  },
];

/** A common name in the form names are compared in. */
function comparable(name: string): string {
  const octets = parseIpAddress(name);
  return (octets && formatIpAddress(octets)) ?? name.toLowerCase();
}
