import { baseOf, type NameFault } from './dns-name.js';
import type { ExaminedRequest } from './examined-request.js';
import { ignoredByBoulder, type Rule, type Violation } from './rule.js';

/** The rules about one DNS name at a time: how it is written, and what it stands for. */

/** A rule about one kind of fault in DNS names. */
function aboutDnsNames(faults: readonly NameFault[], rule: Omit<Rule, 'check'>): Rule {
  return {
    ...rule,
    applies: 'a DNS name with a fault',
    *check(examined: ExaminedRequest): Generator<Violation> {
      for (const { label, problems } of examined.dnsNames) {
        for (const { fault, text, hint } of problems) {
          if (!faults.includes(fault)) continue;
          const message = text.startsWith(':') ? `${label}${text}` : `${label} ${text}`;
          yield hint === undefined ? message : { message, hint };
        }
      }
    },
  };
}

/** Private names are what a CA of one's own is for. */
const notInternal = { internal: 'off' } as const;

export const dnsNameRules: readonly Rule[] = [
  aboutDnsNames(['empty'], {
    id: 'e_dns_empty',
    title: 'no DNS name is empty',
    source: 'RFC 5280 4.2.1.6',
    why: 'An empty dNSName is malformed, and some programs took it for every name.',
    hint: 'leave it out',
  }),
  aboutDnsNames(['url'], {
    id: 'e_dns_url',
    title: 'a DNS name has no scheme, port, path or mailbox',
    source: 'RFC 5280 4.2.1.6',
    why: 'A certificate is for a host, whatever port or path is used there.',
    hint: 'the host name alone',
  }),
  aboutDnsNames(['characters'], {
    id: 'e_dns_characters',
    title: 'a DNS name is visible ASCII',
    source: 'RFC 5280 4.2.1.6, 7.2',
    why: 'dNSName is an IA5String of letters, digits, hyphens and dots; other letters stand there as A-labels.',
    hint: 'csr-gen turns internationalised names into A-labels',
  }),
  aboutDnsNames(['address'], {
    id: 'e_dns_ip',
    title: 'an IP address is no DNS name',
    source: 'BR 7.1.2.7.12',
    why: 'Clients compare an address with iPAddress names only, so this one would never match.',
    hint: 'csr-gen --san IP:ADDRESS',
  }),
  aboutDnsNames(['trailing-dot'], {
    id: 'e_dns_trailing_dot',
    title: 'a DNS name does not end in a dot',
    source: 'RFC 5280 4.2.1.6',
    why: 'The preferred name syntax has no final dot; clients remove theirs and would not match.',
    hint: 'remove the final dot',
  }),
  aboutDnsNames(['wildcard'], {
    id: 'e_dns_wildcard',
    title: 'a wildcard is the whole left-most label, with a domain behind it',
    source: 'BR 1.6.1 (Wildcard Domain Name), RFC 9525 6.3',
    why: '`*` stands for exactly one label, and only the first. Anything else no client honours.',
    hint: 'for example *.valami.hu',
  }),
  aboutDnsNames(['empty-label'], {
    id: 'e_dns_empty_label',
    title: 'no label of a DNS name is empty',
    source: 'RFC 1034 3.5',
    why: 'Two dots in a row are a slip of the keyboard; the name cannot exist.',
    hint: 'remove the extra dot',
  }),
  aboutDnsNames(['underscore'], {
    id: 'e_dns_underscore',
    title: 'a DNS name has no underscore',
    source: 'BR 7.1.2.7.12',
    since: '2019-04-01',
    why: 'Underscores are for service records, not for hosts; public CAs must not certify them since 2019.',
    hint: 'rename the host: a hyphen is allowed',
    profiles: { internal: 'warning' },
  }),
  aboutDnsNames(['syntax'], {
    id: 'e_dns_syntax',
    title: 'labels are letters, digits and inner hyphens',
    source: 'RFC 1034 3.5, RFC 1123 2.1',
    why: 'Host names are made of these; another character is a slip, or a name of something else.',
    hint: 'correct the name',
  }),
  aboutDnsNames(['label-length'], {
    id: 'e_dns_label_length',
    title: 'a label has at most 63 characters',
    source: 'RFC 1035 2.3.4',
    why: 'The DNS cannot carry a longer label.',
    hint: 'shorten the label',
  }),
  aboutDnsNames(['length'], {
    id: 'e_dns_length',
    title: 'a DNS name has at most 253 characters',
    source: 'RFC 1035 2.3.4',
    why: 'The DNS cannot carry a longer name.',
    hint: 'shorten the name',
  }),
  aboutDnsNames(['numeric'], {
    id: 'e_dns_numeric_tld',
    title: 'a DNS name does not end in a number',
    source: 'RFC 3696 2',
    why: 'A name that ends in a number looks like an address, and programs take it for one.',
    hint: 'an address goes into an iPAddress name: csr-gen --san IP:ADDRESS',
  }),
  aboutDnsNames(['reserved-label'], {
    id: 'e_dns_reserved_label',
    title: 'no label but an A-label has -- in third and fourth place',
    source: 'BR 7.1.2.7.12, 1.6.1 (Non-Reserved LDH Label), RFC 5890 2.3.1',
    why: 'These labels are reserved for encodings yet to come.',
    hint: 'rename the host',
  }),
  aboutDnsNames(['punycode'], {
    id: 'e_dns_punycode',
    title: 'an A-label is Punycode of a name in normal form C',
    source: 'BR 7.1.2.7.12, 1.6.1 (P-Label)',
    why: 'xn-- promises Punycode (RFC 3492). What cannot be decoded, or decodes to a form nobody types, is no name.',
    hint: 'give csr-gen the name as it is written; it makes the A-label',
  }),
  aboutDnsNames(['idna'], {
    id: 'e_dns_idna',
    title: 'an A-label is one that an internationalised name gives',
    source: 'RFC 5280 7.2, RFC 5891 5.4',
    why: 'An A-label stands for one name, in one spelling. One that no name gives shows differently everywhere; browsers refuse it. boulder only decodes it.',
    hint: 'give csr-gen the name as it is written; it makes the A-label',
    profiles: ignoredByBoulder,
  }),
  aboutDnsNames(['single-label'], {
    id: 'e_dns_single_label',
    title: 'a DNS name has a domain',
    source: 'BR 4.2.2, 7.1.2.7.12',
    why: 'Everybody has a host called mail: no public CA may certify a name that is not unique in the world.',
    hint: 'use the full name, or a CA of your own (csr-check --profile internal)',
    profiles: notInternal,
  }),
  aboutDnsNames(['internal'], {
    id: 'e_dns_internal',
    title: 'a DNS name is no internal or special-use name',
    source: 'BR 4.2.2, RFC 6761',
    why: 'These names mean something else on every network, so nobody can prove to have one.',
    hint: 'use a name under a domain of yours, or a CA of your own (csr-check --profile internal)',
    profiles: notInternal,
  }),
  aboutDnsNames(['special-use'], {
    id: 'e_dns_special_use',
    title: 'a DNS name is none of the special-use names under .arpa',
    source: 'RFC 6761, RFC 8375',
    why: 'home.arpa and its like mean something else on every network, so nobody can prove to have one.',
    hint: 'use a name under a domain of yours, or a CA of your own (csr-check --profile internal)',
    // Below a public suffix, so boulder's software takes it; its proof fails.
    profiles: { letsencrypt: 'warning', internal: 'off' },
  }),
  aboutDnsNames(['onion-v3'], {
    id: 'w_dns_onion',
    title: 'there is no onion name',
    source: 'BR Appendix B',
    why: 'An onion name of version 3 can be certified, but by few CAs, and only after a proof with its own key.',
    hint: 'ask the CA first whether it certifies .onion names',
    profiles: { letsencrypt: 'error', internal: 'off' },
  }),
  aboutDnsNames(['onion'], {
    id: 'e_dns_onion',
    title: 'an onion name is a version 3 address',
    source: 'BR Appendix B',
    why: 'Version 2 is gone, and any other text before .onion is the address of nothing.',
    hint: 'the address has 56 letters and digits',
  }),
  aboutDnsNames(['reverse'], {
    id: 'e_dns_reverse',
    title: 'a DNS name is not one of reverse look-up',
    source: 'BR 4.2.2, 7.1.2.7.12',
    since: '2026-03-15',
    why: 'Names under in-addr.arpa and ip6.arpa belong to routing, not to hosts; public CAs must not certify them.',
    hint: 'an address goes into an iPAddress name: csr-gen --san IP:ADDRESS',
    profiles: notInternal,
  }),
  aboutDnsNames(['unknown-tld'], {
    id: 'e_dns_unknown_tld',
    title: 'a DNS name ends in a known top-level domain',
    source: 'BR 4.2.2, Public Suffix List',
    why: 'A name below no delegated domain exists on a private network only.',
    hint: 'check the spelling, or use a CA of your own (csr-check --profile internal)',
    profiles: notInternal,
  }),
  aboutDnsNames(['suffix'], {
    id: 'e_dns_public_suffix',
    title: 'a DNS name is no public suffix',
    source: 'BR 3.2.2.6, Public Suffix List (ICANN section)',
    why: "A public suffix is a registry; its name is the registry's own.",
    hint: 'use the name you registered under it',
    profiles: notInternal,
  }),
  aboutDnsNames(['wildcard-suffix'], {
    id: 'e_dns_wildcard_suffix',
    title: 'a wildcard does not cover a whole registry',
    source: 'BR 3.2.2.6, Public Suffix List (ICANN section)',
    why: "A certificate for *.co.uk would be good for everybody's site.",
    hint: 'put the wildcard before a name you registered',
    profiles: notInternal,
  }),
  aboutDnsNames(['private-suffix', 'wildcard-private-suffix'], {
    id: 'n_dns_private_suffix',
    title: 'a DNS name is not one whose owner gives out names below it',
    source: 'BR 3.2.2.6, Public Suffix List (private section)',
    why: 'The owner of such a name (github.io) may have it certified; somebody who only rents a name below it may not.',
    hint: 'nothing needs to be done if the domain is yours',
    profiles: notInternal,
  }),
  {
    id: 'n_dns_example',
    title: "a DNS name is none of the documentation's",
    applies: 'a DNS name',
    source: 'RFC 2606 3',
    why: 'example.com, example.net and example.org are for manuals: nobody can prove to own them.',
    hint: 'use your own name',
    profiles: notInternal,
    *check({ dnsNames }) {
      for (const { text, label, problems } of dnsNames) {
        if (problems.length === 0 && /(^|\.)example\.(com|net|org)$/i.test(text)) yield `${label} is for documentation`;
      }
    },
  },
  {
    id: 'e_dns_labels',
    title: "a DNS name has no more labels than the profile's CA takes",
    applies: 'a profile that limits labels',
    source: 'the profile, boulder policy/pa.go',
    why: 'This CA sets a limit on the depth of names.',
    hint: 'shorten the name, or use a wildcard',
    *check({ profile: { maxLabels }, dnsNames }) {
      for (const { text, label } of dnsNames) {
        const count = baseOf(text).split('.').length;
        if (maxLabels !== undefined && count > maxLabels) yield `${label} has ${count} labels, ${maxLabels} are taken`;
      }
    },
  },
];
