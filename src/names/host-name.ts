import { domainToASCII, domainToUnicode } from 'node:url';
import { parseIpAddress } from '../text/ip-address.js';
import { characterName, dnsNameProblem, isPlainName, MAX_NAME_LENGTH, type SyntaxOptions } from './dns-syntax.js';

/** A name in the one form it is compared in, or the reason it has none. */
type NameResult =
  | { readonly name: string; readonly problem?: undefined }
  | {
      readonly name?: undefined;
      /** The fault, to stand behind the name: lower case, no full stop. */
      readonly problem: string;
      /** The way out, where we know it. */
      readonly hint?: string | undefined;
    };

interface HostNameOptions extends SyntaxOptions {
  /** Drops one final dot: `valami.hu.` is `valami.hu` seen from the root. Certificates have no room for it. */
  readonly finalDot?: boolean;
}

/**
 * A host name as a person gives it, in the form certificates hold: A-labels, lower case (RFC 5890 2.3.2.1).
 *
 * `node:url`'s domainToASCII does UTS #46, but it is part of a URL parser: it drops what follows `/`, decodes `%2e` and
 * turns `1.2.3` and `0x7f.1` into addresses. So everything that means something in a URL is refused first, plain ASCII
 * names never go there, and its result must have as many labels as the input and pass our own check.
 *
 * @example parseHostName('Tükör.hu')             // { name: 'xn--tkr-tna2a.hu' }
 * @example parseHostName('https://valami.hu/')   // { problem: 'a URL is no host name', hint: 'the name alone: valami.hu' }
 */
export function parseHostName(text: string, options: HostNameOptions = {}): NameResult {
  return parseBehind('', text, options);
}

/** The same of what stands behind `*.`, or behind nothing: hints name the whole. */
function parseBehind(lead: '' | '*.', text: string, options: HostNameOptions): NameResult {
  if (isPlainName(text)) return { name: text.toLowerCase() };
  const refusal = refusePlainly(lead, text);
  if (refusal !== undefined) return refusal;
  const given = options.finalDot && text.length > 1 && text.endsWith('.') ? text.slice(0, -1) : text;
  const name = toAscii(given);
  if (typeof name !== 'string') return name;
  const problem = dnsNameProblem(name, options);
  if (problem === undefined) return { name };
  if (given.endsWith('.') && dnsNameProblem(name.slice(0, -1), options) === undefined) {
    return { problem: 'ends with a dot', hint: `without it: ${lead}${name.slice(0, -1)}` };
  }
  return { problem };
}

/**
 * A name a certificate may present: a host name, or one with `*` as its whole left-most label (RFC 9525 6.3).
 *
 * @example parseDnsPattern('*.Valami.hu')   // { name: '*.valami.hu' }
 */
export function parseDnsPattern(text: string, options: SyntaxOptions = {}): NameResult {
  if (text === '*') return { problem: 'a lone * covers nothing', hint: 'a domain follows it, for example *.valami.hu' };
  const lead = text.startsWith('*.') ? '*.' : '';
  const base = text.slice(lead.length);
  if (base.includes('*')) return refuseUrl(text) ?? { problem: '* must be the whole left-most label' };
  const result = parseBehind(lead, base, options);
  if (result.name === undefined || lead === '') return result;
  const name = `*.${result.name}`;
  const problem = dnsNameProblem(`w.${result.name}`, options);
  return problem === undefined ? { name } : { problem };
}

/** The refusals that need no look at the labels: URLs, ports, addresses, blanks, controls, what cannot be seen. */
function refusePlainly(lead: string, text: string): NameResult | undefined {
  const isUrl = refuseUrl(text);
  if (isUrl !== undefined) return isUrl;
  if (parseIpAddress(text.replace(/^\[(.*)\]$/, '$1')) !== undefined) {
    return { problem: 'an IP address is no host name' };
  }
  const port = /^([^/\\:@?#%\s]+):\d{1,5}$/.exec(text);
  if (port !== null) return { problem: 'a port is no part of a host name', hint: nameAlone(port[1], lead) };
  const [wrong] = forbidden().exec(text) ?? [];
  return wrong === undefined ? undefined : { problem: `holds ${characterName(wrong)}` };
}

function refuseUrl(text: string): NameResult | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/\\:@?#%\s]*)/i.exec(text);
  return url === null ? undefined : { problem: 'a URL is no host name', hint: nameAlone(url[1]) };
}

const nameAlone = (name: string | undefined, lead = ''): string | undefined =>
  name ? `the name alone: ${lead}${name}` : undefined;

/**
 * Characters that URLs give a meaning to, blanks, controls, and those that UTS #46 would drop without a trace. The two
 * joiners are no such thing: IDNA 2008 keeps them where a script needs them.
 */
const forbidden = () => /[/\\:@?#%\s\p{Cc}\p{Cs}]|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/u;

/** The characters IDNA takes for a dot (RFC 3490 3.1). */
const dots = /[.\u3002\uff0e\uff61]/;

/** Lower case, U-labels as A-labels, A-labels proven to be such. */
function toAscii(text: string): string | NameResult {
  const lower = text.toLowerCase();
  const isAscii = /^[\0-\x7f]*$/.test(text);
  // No U-label is longer than its A-label, give or take what normalisation joins: megabytes need not be looked at.
  if (text.length > 4 * MAX_NAME_LENGTH) return { problem: `the name has ${text.length} characters` };
  if (isAscii && !/(^|\.)xn--/.test(lower)) return lower;
  const [symbol] = /[^\P{ASCII}a-z0-9_.-]/u.exec(lower) ?? [];
  if (symbol !== undefined) return { problem: `holds ${characterName(symbol)}` };
  const ascii = domainToASCII(text);
  const hasSameShape = ascii !== '' && ascii.split('.').length === text.split(dots).length;
  if (hasSameShape && domainToUnicode(ascii).split('.').every(isPlainLabel)) return ascii;
  const fake = isAscii ? lower.split('.').find((label) => label.startsWith('xn--')) : undefined;
  if (fake !== undefined) return { problem: `${fake} is no internationalised label` };
  return { problem: 'is no internationalised name' };
}

/** The rules of RFC 5891 4.2.3.1 that URLs do not have: they would hide inside an A-label. */
function isPlainLabel(label: string): boolean {
  return /^[\0-\x7f]*$/.test(label) || !(/^-|-$|_/.test(label) || label.slice(2, 4) === '--');
}
