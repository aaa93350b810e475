import { matchesDnsName } from '../names/wildcard.js';
import { parseIpAddress } from '../text/ip-address.js';
import { type GeneralName, generalNameText, isBare } from '../x509/general-name.js';
import { dnsNameRules } from './dns-name-rules.js';
import type { ExaminedRequest } from './examined-request.js';
import { type Family, onlyIn } from './rule.js';
import { specialAddress } from './special-addresses.js';

/** The names the certificate is to cover. */

/** Private names are what a CA of one's own is for. */
const notInternal = { internal: 'off' } as const;

export const names: Family = {
  name: 'names',
  title: 'Names',
  rules: [
    {
      id: 'e_no_name',
      title: 'there is a name to certify',
      source: 'BR 7.1.2.7.12',
      why: 'A request with neither a subjectAltName nor a common name asks for a certificate of nothing.',
      hint: 'csr-gen --cn NAME, or --san NAME',
      unless: ['e_structure'],
      *check(examined) {
        if (examined.sans.length === 0 && examined.values('CN').every((name) => name.trim() === '')) {
          yield 'there is neither a subjectAltName nor a common name';
        }
      },
    },
    {
      id: 'e_no_host',
      title: 'one of the names is a DNS name or an IP address',
      applies: 'a name that is no host',
      source: 'BR 7.1.2.7.12',
      why: 'A certificate of a server is for a host: mailboxes, URIs and names of users alone are none.',
      hint: 'add the host: csr-gen --san NAME',
      // They say it in other words, where they are errors too.
      unless: ['e_san_email', 'e_san_uri', 'e_san_other'],
      profiles: { internal: 'off' },
      *check({ serverNames, dnsNames }) {
        if (serverNames.size + dnsNames.length === 0) yield 'no name is a DNS name or an IP address';
      },
    },
    {
      id: 'e_san_missing',
      title: 'there is a subjectAltName',
      source: 'BR 7.1.2.7.12, RFC 9525 2',
      why: 'Clients look only into subjectAltName; the common name has not counted since 2017.',
      hint: 'csr-gen puts a host name given as --cn into subjectAltName too',
      unless: ['e_no_name', 'e_structure'],
      profiles: { letsencrypt: 'notice', internal: 'warning' },
      *check({ sans }) {
        if (sans.length === 0) yield 'there is no subjectAltName';
      },
    },
    ...dnsNameRules,
    {
      id: 'e_name_profile',
      title: "every name matches one of the profile's patterns",
      applies: 'a profile that lists names',
      source: 'the profile',
      why: 'This CA certifies names of certain domains only.',
      hint: 'ask for names below the domains of the profile',
      *check({ profile: { names: patterns }, serverNames }) {
        if (patterns === undefined) return;
        for (const name of serverNames) {
          if (!patterns.some((pattern) => matchesPattern(pattern, name)))
            yield `"${name}" matches no pattern of the profile`;
        }
      },
    },
    {
      id: 'e_ip_special',
      title: 'an IP address is globally reachable',
      applies: 'an IP address',
      source: 'BR 4.2.2, IANA Special-Purpose Address Registries',
      why: "Private, loopback, documentation and multicast addresses are nobody's: no public CA may certify them.",
      hint: 'use a public address or a name, or a CA of your own (csr-check --profile internal)',
      profiles: notInternal,
      *check(examined) {
        for (const { value } of examined.sansOf('ip')) {
          const octets = parseIpAddress(value);
          const special = octets === undefined ? undefined : specialAddress(octets);
          if (special !== undefined)
            yield `IP address ${value} is ${special.use}: ${special.prefix} (${special.source})`;
        }
      },
    },
    {
      id: 'e_ip_length',
      title: 'an iPAddress name has 4 or 16 bytes',
      applies: 'an IP address',
      source: 'RFC 5280 4.2.1.6',
      why: 'Other lengths are masks or text; no client can match them.',
      hint: 'csr-gen --san IP:ADDRESS writes the bytes',
      *check(examined) {
        for (const { element } of examined.sansOf('malformed')) yield `an IP address of ${element.length} bytes`;
      },
    },
    {
      id: 'w_san_duplicate',
      title: 'each name is there once',
      applies: 'several names',
      source: 'BR 7.1.2.7.12',
      why: 'A name that is there twice is a slip, and counts twice against the limit of names.',
      hint: 'leave one out',
      profiles: { letsencrypt: 'notice', internal: 'notice' },
      *check({ sans }) {
        const seen = new Set<string>();
        const reported = new Set<string>();
        for (const name of sans) {
          const id = `${name.type}:${name.value.toLowerCase()}`;
          if (seen.has(id) && !reported.has(id)) {
            reported.add(id);
            yield `${generalNameText(name)} is there more than once`;
          }
          seen.add(id);
        }
      },
    },
    {
      id: 'n_san_covered',
      title: 'no name is covered by a wildcard beside it',
      applies: 'a wildcard',
      source: 'RFC 9525 6.3',
      why: 'The wildcard covers it already. Some keep both for old clients; it costs a name.',
      hint: 'leave the name out if no client needs it',
      *check({ dnsNames }) {
        const names = new Set(dnsNames.map(({ text }) => text.toLowerCase()));
        for (const name of names) {
          // The one wildcard that could cover it, so that ten thousand names cost ten thousand looks.
          const [, parent = ''] = /^[^.]*\.(.*?)\.?$/.exec(name) ?? [];
          const cover = `*.${parent}`;
          if (cover !== name && names.has(cover) && matchesDnsName(cover, name)) {
            yield `"${name}" is covered by "${cover}"`;
          }
        }
      },
    },
    {
      id: 'e_san_email',
      title: 'there is no e-mail address among the names',
      applies: 'a name that is no host',
      source: 'BR 7.1.2.7.12',
      why: 'A TLS server has no mailbox; only DNS names and IP addresses may stand there.',
      hint: 'make the request again without it',
      profiles: { internal: 'notice' },
      *check(examined) {
        for (const { value } of examined.sansOf('email'))
          yield `e-mail address ${JSON.stringify(value)} in subjectAltName`;
      },
    },
    {
      id: 'e_san_uri',
      title: 'there is no URI among the names',
      applies: 'a name that is no host',
      source: 'BR 7.1.2.7.12',
      why: 'A TLS server is named by its host; only DNS names and IP addresses may stand there.',
      hint: 'make the request again with the host name of the URI',
      profiles: { internal: 'notice' },
      *check(examined) {
        for (const { value } of examined.sansOf('uri')) yield `URI ${JSON.stringify(value)} in subjectAltName`;
      },
    },
    {
      id: 'e_san_other',
      title: 'there are no names of other kinds',
      applies: 'a name that is no host',
      source: 'BR 7.1.2.7.12',
      why: 'Names of users, directories and other protocols do not belong into a TLS server certificate.',
      hint: 'make the request again without it',
      profiles: { letsencrypt: 'notice', internal: 'notice' },
      *check({ sans }) {
        for (const name of sans) {
          if (!isBare(name) && name.type !== 'malformed') yield `${generalNameText(name)} in subjectAltName`;
        }
      },
    },
    {
      id: 'e_san_profile',
      title: 'alternative names are of the types the profile takes',
      applies: 'a profile that lists types of names',
      source: 'S/MIME BR 7.1.4.2.1',
      why: 'A certificate for mail holds mailboxes; host names and addresses in it would make it a server certificate.',
      hint: 'make the request again without it',
      profiles: onlyIn('internal'),
      *check({ sans, profile }) {
        for (const name of sans) {
          if (profile.nameTypes?.includes(name.type) === false) yield `${generalNameText(name)} in subjectAltName`;
        }
      },
    },
    {
      id: 'e_mailbox_missing',
      title: 'one of the alternative names is an e-mail address',
      applies: 'a profile that wants an e-mail address',
      source: 'S/MIME BR 7.1.4.2.1',
      why: 'Mail programs compare the address of the sender with subjectAltName, and with nothing else.',
      hint: 'add the address: csr-gen --san joe@valami.hu',
      profiles: onlyIn('internal'),
      *check({ sans }) {
        const isMailbox = (name: GeneralName) =>
          name.type === 'email' || (name.type === 'other' && name.kind === 'SmtpUTF8Mailbox');
        if (!sans.some(isMailbox)) yield 'no alternative name is an e-mail address';
      },
    },
    {
      id: 'e_names_too_many',
      title: "there are no more names than the profile's CA takes",
      applies: 'a profile that limits names',
      source: 'the profile, boulder csr/csr.go',
      why: 'This CA sets a limit on the names in one certificate.',
      hint: 'make several requests, or use a wildcard',
      *check({ profile: { maxNames }, serverNames, dnsNames }) {
        const count = countNames(serverNames, dnsNames);
        if (maxNames !== undefined && count > maxNames) yield `there are ${count} names, ${maxNames} are taken`;
      },
    },
    {
      id: 'n_names_many',
      title: 'there are few names',
      applies: 'a profile that limits names',
      source: "Let's Encrypt profiles",
      why: 'Short-lived and tlsserver certificates hold at most 25 names; only the classic profile takes 100. Large certificates are slow too.',
      hint: 'several smaller certificates renew independently',
      unless: ['e_names_too_many'],
      *check({ profile: { manyNames }, serverNames, dnsNames }) {
        const count = countNames(serverNames, dnsNames);
        if (manyNames !== undefined && count > manyNames) yield `there are ${count} names`;
      },
    },
  ],
};

/** Names a CA counts: DNS names and addresses, each once, with a common name it takes for one. */
function countNames(serverNames: ExaminedRequest['serverNames'], dnsNames: ExaminedRequest['dnsNames']): number {
  return new Set([...serverNames, ...dnsNames.map(({ text }) => text.toLowerCase())]).size;
}

/** A profile's pattern: labels, `*` for any one, `**` in front for any number of them. */
function matchesPattern(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase().split('.');
  const labels = name.split('.');
  if (wanted[0] === '**') {
    const tail = wanted.slice(1);
    if (labels.length <= tail.length) return false;
    return tail.every((label, i) => fitsLabel(label, labels[labels.length - tail.length + i]));
  }
  return wanted.length === labels.length && wanted.every((label, i) => fitsLabel(label, labels[i]));
}

const fitsLabel = (wanted: string, label: string | undefined): boolean => wanted === '*' || wanted === label;
