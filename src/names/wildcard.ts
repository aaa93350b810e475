import { parseIpAddress } from '../text/ip-address.js';
import { dnsNameProblem, MAX_NAME_LENGTH } from './dns-syntax.js';

/**
 * Whether a name a certificate presents covers the name a client asks for, by RFC 9525 6.3: labels are compared without
 * regard to case, and `*` counts only as the whole left-most label, for exactly one label. Names are ASCII here; callers
 * turn what people type into A-labels first (parseHostName, parseDnsPattern).
 */

export interface WildcardOptions {
  /**
   * Takes `*` as a part of the left-most label (`f*.example.com`), as RFC 6125 6.4.3 let clients do: for any characters
   * or none, never in an A-label.
   */
  readonly partial?: boolean;
}

/**
 * The fault of a presented name, in words, or undefined if it can match. A malformed name never matches:
 * guessing what its author meant is how clients come to disagree.
 */
export function presentedNameProblem(name: string, options: WildcardOptions = {}): string | undefined {
  const star = name.indexOf('*');
  if (star === -1) return dnsNameProblem(name, { underscore: true });
  if (name === '*') return 'a lone * covers nothing';
  const dot = name.indexOf('.');
  const isWhole = name.startsWith('*.');
  const isPartial = !isWhole && dot !== -1 && star < dot;
  if (!isWhole && !(options.partial && isPartial)) return '* must be the whole left-most label';
  if (name.includes('*', star + 1)) return 'more than one *';
  if (isPartial && name.slice(0, 4).toLowerCase() === 'xn--') return '* inside an internationalised label';
  const base = name.slice(dot + 1);
  if (parseIpAddress(base) !== undefined) return '* before an IP address';
  if (isWhole && name.length > MAX_NAME_LENGTH) {
    return `the name has ${name.length} characters, ${MAX_NAME_LENGTH} are allowed`;
  }
  return isWhole
    ? dnsNameProblem(base, { underscore: true })
    : dnsNameProblem(name.replace('*', 'x'), { underscore: true });
}

/**
 * True when the presented name (as in a certificate's dNSName) covers the reference name (what the client connects to,
 * one final dot ignored). False for anything malformed on either side, IP addresses included.
 *
 * @example matchesDnsName('*.valami.hu', 'alma.valami.hu')            // true
 * @example matchesDnsName('*.valami.hu', 'valami.hu')                 // false: no label for the *
 * @example matchesDnsName('*.valami.hu', 'jonatan.alma.valami.hu')    // false: two labels for the *
 */
export function matchesDnsName(presented: string, reference: string, options: WildcardOptions = {}): boolean {
  if (presentedNameProblem(presented, options) !== undefined) return false;
  const name = (reference.endsWith('.') ? reference.slice(0, -1) : reference).toLowerCase();
  if (dnsNameProblem(name, { underscore: true }) !== undefined) return false;
  const pattern = presented.toLowerCase();
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === name;
  const dot = name.indexOf('.');
  const patternDot = pattern.indexOf('.');
  if (dot === -1 || name.slice(dot) !== pattern.slice(patternDot)) return false;
  return patternDot === 1 || labelFits(pattern.slice(0, patternDot), name.slice(0, dot));
}

/** True when a label fits one with a `*` in it: `f*` takes `foo` and `f`, as OpenSSL and Node.js have it. */
export function labelFits(pattern: string, label: string): boolean {
  const star = pattern.indexOf('*');
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return (
    label.length >= head.length + tail.length &&
    label.startsWith(head) &&
    label.endsWith(tail) &&
    !label.startsWith('xn--')
  );
}

/** The names of a certificate that clients look at: subjectAltName's dNSName and iPAddress. */
interface PresentedNames {
  readonly dns: readonly string[];
  /** IP addresses in any spelling. */
  readonly ip: readonly string[];
}

/**
 * The presented name that covers a host name or IP address, an exact one before a wildcard, or undefined. An IP address
 * is looked for among the IP addresses only, octet by octet (RFC 9525 6.4).
 */
export function coveringName(presented: PresentedNames, reference: string): string | undefined {
  const address = parseIpAddress(reference);
  if (address !== undefined) {
    return presented.ip.find((text) => Buffer.from(parseIpAddress(text) ?? []).equals(address));
  }
  const matching = presented.dns.filter((name) => matchesDnsName(name, reference));
  return matching.find((name) => !name.startsWith('*')) ?? matching[0];
}
