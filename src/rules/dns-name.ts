import { hash } from 'node:crypto';
import { domainToUnicode } from 'node:url';
import { characterName, dnsNameProblem, MAX_LABEL_LENGTH, MAX_NAME_LENGTH } from '../names/dns-syntax.js';
import { parseHostName } from '../names/host-name.js';
import type { PublicSuffix } from '../names/public-suffix.js';
import { decodePunycode } from '../names/punycode.js';
import { parseIpAddress } from '../text/ip-address.js';
import { internalSuffix, isOnionV3 } from './special-names.js';

/**
 * The faults of a DNS name in a request. Of how it is written the first fault counts, in the order of reading
 * (characters, wildcard, labels), so that a finding names the cause and not its consequences; of a well-written name, what
 * it stands for.
 */
export type NameFault =
  | 'empty'
  | 'url'
  | 'characters'
  | 'address'
  | 'trailing-dot'
  | 'wildcard'
  | 'empty-label'
  | 'underscore'
  | 'syntax'
  | 'label-length'
  | 'length'
  | 'numeric'
  | 'reserved-label'
  | 'punycode'
  | 'idna'
  | 'onion-v3'
  | 'onion'
  | 'internal'
  | 'special-use'
  | 'reverse'
  | 'single-label'
  | 'suffix'
  | 'wildcard-suffix'
  | 'private-suffix'
  | 'wildcard-private-suffix'
  | 'unknown-tld';

export interface NameProblem {
  readonly fault: NameFault;
  /** The fault, to stand behind the name. */
  readonly text: string;
  readonly hint?: string | undefined;
}

/** The tables for judging names: the public suffix list and a hash are loaded only when names are judged. */
export interface NameOracle {
  suffixOf(name: string): PublicSuffix;
  sha3(bytes: Uint8Array): Uint8Array;
}

/** The faults of a name as it stands in a request; none for nearly all. */
export function dnsNameFaults(text: string, oracle: NameOracle): readonly NameProblem[] {
  const name = text.toLowerCase();
  const form = characterFault(name) ?? wildcardFault(name);
  if (form !== undefined) return [form];
  const base = baseOf(name);
  const label = labelFault(base);
  // Inside a network an underscore is allowed for: it hides no other fault.
  const underscore = base.includes('_') ? problem('underscore', 'holds an underscore') : undefined;
  const others = label === undefined ? [idnaFault(base), placeFault(name, oracle)] : [label];
  return [underscore, ...others].filter((each) => each !== undefined);
}

/** The name behind a leading `*.`. */
export const baseOf = (name: string): string => (name.startsWith('*.') ? name.slice(2) : name);

const problem = (fault: NameFault, text: string, hint?: string): NameProblem => ({ fault, text, hint });

function characterFault(name: string): NameProblem | undefined {
  if (name === '') return problem('empty', 'is empty');
  if (parseIpAddress(name.replace(/^\[(.*)\]$/, '$1')) !== undefined) {
    return problem('address', 'is an IP address', 'an address goes into an iPAddress name: csr-gen --san IP:ADDRESS');
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/:?#@\s]*)/.exec(name) ?? /^([^/:?#@\s]+)(?::\d+|[/?#@])/.exec(name);
  if (url !== null) return problem('url', 'is not a host name alone', url[1] ? `leave only ${url[1]}` : undefined);
  const wrong = /[^\x21-\x7e]/.exec(name);
  if (wrong === null) return undefined;
  const ascii = parseHostName(baseOf(name)).name;
  const hint =
    ascii === undefined || ascii === name ? undefined : `as an A-label: ${name.startsWith('*.') ? '*.' : ''}${ascii}`;
  const [shown = ''] = /[^\x21-\x7e]/u.exec(name) ?? [];
  return problem('characters', `holds ${characterName(shown)}`, hint);
}

function wildcardFault(name: string): NameProblem | undefined {
  if (!name.includes('*')) return undefined;
  if (name === '*' || name === '*.') return problem('wildcard', 'is a wildcard for everything');
  return baseOf(name).includes('*') ? problem('wildcard', 'has * elsewhere than as its whole first label') : undefined;
}

function labelFault(base: string): NameProblem | undefined {
  if (parseIpAddress(base) !== undefined) return problem('address', 'is a wildcard before an IP address');
  if (base.endsWith('.') && !base.endsWith('..') && base !== '.') {
    return problem('trailing-dot', 'ends in a dot', `without it: ${base.slice(0, -1)}`);
  }
  const labels = base.split('.');
  if (labels.includes('')) return problem('empty-label', 'has an empty label');
  const long = labels.find((label) => label.length > MAX_LABEL_LENGTH);
  if (long !== undefined) return problem('label-length', `has a label of ${long.length} characters`);
  if (base.length > MAX_NAME_LENGTH) return problem('length', `has ${base.length} characters`);
  const last = labels.at(-1) ?? '';
  if (/^\d+$/.test(last)) return problem('numeric', `ends in the number ${last}`);
  const syntax = dnsNameProblem(base, { underscore: true });
  if (syntax !== undefined) return problem('syntax', `: ${syntax}`);
  return labels.map(encodedLabelFault).find((fault) => fault !== undefined);
}

/** Labels with `--` in third and fourth place are reserved for encodings, of which there is one: `xn--` (RFC 5890). */
function encodedLabelFault(label: string): NameProblem | undefined {
  if (label.slice(2, 4) !== '--') return undefined;
  if (!label.startsWith('xn--')) return problem('reserved-label', `has the reserved label ${label}`);
  const unicode = decodePunycode(label.slice(4));
  if (unicode === undefined) return problem('punycode', `has the label ${label}, which is no Punycode`);
  const isNormal = unicode.normalize('NFC') === unicode;
  return isNormal ? undefined : problem('punycode', `has the label ${label}, whose letters are not in normal form C`);
}

/** An A-label that can be decoded and yet is none: no name is turned into it (RFC 5891 5.4). */
function idnaFault(base: string): NameProblem | undefined {
  if (!base.includes('xn--')) return undefined;
  const isSound = (label: string) => parseHostName(label).name === label && domainToUnicode(label) !== label;
  const label = base.split('.').find((each) => each.startsWith('xn--') && !isSound(each));
  return label === undefined
    ? undefined
    : problem('idna', `has the label ${label}, which no internationalised name gives`);
}

/** Faults of well-formed names, by what they stand for. */
function placeFault(name: string, oracle: NameOracle): NameProblem | undefined {
  const base = baseOf(name);
  const isWildcard = base !== name;
  const labels = base.split('.');
  if (labels.at(-1) === 'onion') return onionFault(labels, oracle);
  const internal = internalSuffix(base);
  if (internal !== undefined) {
    const fault = internal.suffix.endsWith('.arpa') ? 'special-use' : 'internal';
    return problem(fault, `ends in .${internal.suffix}: ${internal.reason}`);
  }
  if (/(^|\.)(in-addr|ip6)\.arpa$/.test(base)) return problem('reverse', 'is a name of reverse address look-up');
  const { suffix, section } = oracle.suffixOf(base);
  if (section === undefined) {
    if (labels.length === 1) return problem('single-label', 'has a single label: no public name');
    return problem('unknown-tld', `ends in .${labels.at(-1)}, which is no top-level domain`);
  }
  if (suffix !== base) return undefined;
  if (section === 'private') {
    return isWildcard
      ? problem('wildcard-private-suffix', `covers every customer below ${base}`)
      : problem('private-suffix', 'is a name others register under');
  }
  return isWildcard
    ? problem('wildcard-suffix', `covers a whole registry: ${base} is a public suffix`)
    : problem('suffix', 'is a public suffix: a registry, not a name somebody registered');
}

function onionFault(labels: readonly string[], oracle: NameOracle): NameProblem {
  return isOnionV3(labels.at(-2) ?? '', oracle.sha3)
    ? problem('onion-v3', 'is an onion service')
    : problem('onion', 'ends in .onion and is no version 3 address');
}

/** SHA3-256, for onion addresses. */
export const sha3 = (bytes: Uint8Array): Uint8Array => hash('sha3-256', bytes, 'buffer');

/** The public suffix list is a large table: it is loaded once the options of a call are sound. */
export async function nameOracle(): Promise<NameOracle> {
  const { publicSuffixOf } = await import('../names/public-suffix.js');
  return { suffixOf: publicSuffixOf, sha3 };
}
