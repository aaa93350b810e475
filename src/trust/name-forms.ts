import { children } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { dnsNameProblem } from '../names/dns-syntax.js';
import { presentedNameProblem } from '../names/wildcard.js';
import { parseIpAddress } from '../text/ip-address.js';
import type { GeneralName } from '../x509/general-name.js';
import { comparableRdns, Name } from '../x509/name.js';
import { mailboxOf } from './mailbox.js';

/**
 * The kinds of names that name constraints speak of (RFC 5280 4.2.1.10). A name that is malformed lies within nothing
 * that is permitted and may lie within all that is excluded: it is refused wherever its kind is constrained.
 */
interface NameForm {
  /** @returns the base that is malformed, where one is */
  readonly compile: (subtrees: Subtrees, options: FormOptions) => CompiledForm | GeneralName;
}

/** The constraints of one kind: `permitted` is undefined where all names of it are. */
interface Subtrees {
  readonly permitted: readonly GeneralName[] | undefined;
  readonly excluded: readonly GeneralName[];
}

export interface CompiledForm {
  /** The way a name breaks the constraints, undefined for one that keeps them. */
  readonly violation: (name: GeneralName) => 'malformed' | 'excluded' | 'not permitted' | undefined;
}

export interface FormOptions {
  /** Takes `.example.com` for the names below it, as clients do; RFC 5280 has no leading dot in a dNSName. */
  readonly leadingDot: boolean;
}

/** The reading and comparing of one kind. */
interface Reading<B, N> {
  /** The base of a subtree, or undefined where it is malformed. */
  readonly base: (name: GeneralName, options: FormOptions) => B | undefined;
  /** The name in the form it is compared in, or undefined where it is malformed. */
  readonly name: (name: GeneralName) => N | undefined;
  readonly isWithin: (name: N, base: B) => boolean;
  /** True when any of the names that this one stands for, being a wildcard, lies within a base. */
  readonly mayBeWithin?: (name: N, base: B) => boolean;
}

function form<B, N>({ base, name, isWithin, mayBeWithin = isWithin }: Reading<B, N>): NameForm {
  const readAll = (names: readonly GeneralName[], options: FormOptions): B[] | GeneralName => {
    const bases: B[] = [];
    for (const each of names) {
      const read = base(each, options);
      if (read === undefined) return each;
      bases.push(read);
    }
    return bases;
  };
  return {
    compile(subtrees, options) {
      const permitted = subtrees.permitted && readAll(subtrees.permitted, options);
      const excluded = readAll(subtrees.excluded, options);
      if (permitted !== undefined && !Array.isArray(permitted)) return permitted;
      if (!Array.isArray(excluded)) return excluded;
      return {
        violation(given) {
          const read = name(given);
          if (read === undefined) return 'malformed';
          if (excluded.some((each) => mayBeWithin(read, each))) return 'excluded';
          if (permitted === undefined || permitted.some((each) => isWithin(read, each))) return undefined;
          return 'not permitted';
        },
      };
    },
  };
}

const isBelow = (host: string, domain: string): boolean => host.endsWith(domain) && host.length > domain.length;

const isHost = (text: string): boolean => dnsNameProblem(text, { underscore: true }) === undefined;

const dns = form<string, string>({
  base({ value }, { leadingDot }) {
    const base = value.toLowerCase();
    const host = leadingDot && base.startsWith('.') ? base.slice(1) : base;
    return host === '' || isHost(host) ? base : undefined;
  },
  name: ({ value }) => (presentedNameProblem(value) === undefined ? value.toLowerCase() : undefined),
  isWithin: (name, base) => isWithinDomain(name.startsWith('*.') ? `x${name.slice(1)}` : name, base),
  mayBeWithin(name, base) {
    if (isWithinDomain(name, base)) return true;
    // `*.example.com` may be the one name that is excluded below it.
    return name.startsWith('*.') && base.indexOf('.') > 0 && base.slice(base.indexOf('.')) === name.slice(1);
  },
});

function isWithinDomain(name: string, base: string): boolean {
  if (base === '' || name === base) return true;
  return isBelow(name, base.startsWith('.') ? base : `.${base}`);
}

interface MailConstraint {
  /** Undefined for all mailboxes of a host. */
  readonly local: string | undefined;
  /** With a leading dot, the hosts below. */
  readonly host: string;
}

const email = form<MailConstraint, { readonly local: string; readonly host: string }>({
  base({ value }) {
    if (value.includes('@')) {
      const mailbox = mailboxOf(value);
      return mailbox === undefined ? undefined : { local: mailbox.local, host: mailbox.host.toLowerCase() };
    }
    const host = value.toLowerCase();
    return host === '' || isHost(host.replace(/^\./, '')) ? { local: undefined, host } : undefined;
  },
  name({ value }) {
    const mailbox = mailboxOf(value);
    return mailbox === undefined ? undefined : { local: mailbox.local, host: mailbox.host.toLowerCase() };
  },
  isWithin: (name, base) =>
    (base.local === undefined || base.local === name.local) && isHostWithin(name.host, base.host),
});

/** The rule of mailboxes and URIs: a host is itself alone, with a leading dot all that is below it. */
const isHostWithin = (host: string, base: string): boolean =>
  base === '' || (base.startsWith('.') ? isBelow(host, base) : host === base);

const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]*)(?::\d*)?(?:[/?#].*)?$/is;

const uri = form<string, string>({
  base({ value }) {
    const host = value.toLowerCase();
    return host === '' || isHost(host.replace(/^\./, '')) ? host : undefined;
  },
  // RFC 5280 4.2.1.10: a URI without a host, or with an address for it, must be rejected.
  name({ value }) {
    const host = authority.exec(value)?.[1]?.toLowerCase();
    return host !== undefined && isHost(host) && parseIpAddress(host) === undefined ? host : undefined;
  },
  isWithin: isHostWithin,
});

const ip = form<{ readonly address: Uint8Array; readonly mask: Uint8Array }, Uint8Array>({
  base({ element }) {
    const octets = element.content();
    if (octets.length !== 8 && octets.length !== 32) return undefined;
    const half = octets.length / 2;
    const mask = octets.subarray(half);
    return isPrefix(mask) ? { address: octets.subarray(0, half), mask } : undefined;
  },
  name({ element }) {
    const octets = element.content();
    return octets.length === 4 || octets.length === 16 ? octets : undefined;
  },
  isWithin: (name, { address, mask }) =>
    name.length === address.length && mask.every((bits, i) => (((name[i] ?? 0) ^ (address[i] ?? 0)) & bits) === 0),
});

/** True for a mask in the form of RFC 4632: ones, then zeros. */
function isPrefix(mask: Uint8Array): boolean {
  const end = mask.findIndex((octet) => octet !== 0xff);
  if (end === -1) return true;
  const last = (mask[end] ?? 0) ^ 0xff;
  return (last & (last + 1)) === 0 && mask.subarray(end + 1).every((octet) => octet === 0);
}

const dn = form<readonly string[], readonly string[]>({
  base: ({ element }) => rdnsOf(element),
  name: ({ element }) => rdnsOf(element),
  isWithin: (name, base) => base.length <= name.length && base.every((rdn, i) => rdn === name[i]),
});

/** A directoryName stands behind its tag, a subject by itself. */
function rdnsOf(element: GeneralName['element']): readonly string[] {
  return comparableRdns(new Name(element.tag === Tag.sequence ? element : children(element).next()));
}

/** By the type of a general name; a constraint of any other type cannot be applied to a name of that type. */
export const nameForms: ReadonlyMap<string, NameForm> = new Map([
  ['dns', dns],
  ['email', email],
  ['uri', uri],
  ['ip', ip],
  ['dn', dn],
]);
