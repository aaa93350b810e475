import type { Report } from '../../cli/report.js';
import { parseDnsPattern } from '../../names/host-name.js';
import { formatIpAddress, parseIpAddress } from '../../names/ip-address.js';
import { PatternIndex } from '../../names/pattern-index.js';
import { presentedNameProblem, type WildcardOptions } from '../../names/wildcard.js';

/** A name that hosts are compared with, and where it comes from. */
export interface Pattern {
  /** The name as it was given; of a certificate, as it stands there. */
  readonly text: string;
  /** The same in the form it is compared in: A-labels, lower case; an IP address in its canonical text. */
  readonly name: string;
  /** The octets, if it is an IP address. */
  readonly octets?: Uint8Array | undefined;
}

/** A pattern, or why a text is none: then it matches nothing. */
export type PatternResult =
  | { readonly pattern: Pattern; readonly problem?: undefined; readonly hint?: undefined }
  | { readonly pattern?: undefined; readonly problem: string; readonly hint?: string | undefined };

/** Reads a pattern as people write it: a host name, U-labels allowed, with `*.` before it or not, or an IP address. */
export function readPattern(text: string, options: WildcardOptions): PatternResult {
  const octets = parseIpAddress(text);
  if (octets !== undefined) return { pattern: { text, name: formatIpAddress(octets) ?? text, octets } };
  if (options.partial && text.includes('*') && presentedNameProblem(text, options) === undefined) {
    return { pattern: { text, name: text.toLowerCase() } };
  }
  const result = parseDnsPattern(text, { underscore: true });
  return result.name === undefined ? result : { pattern: { text, name: result.name } };
}

/** The patterns of a call, and their index by number. */
export class PatternSet {
  readonly list: Pattern[] = [];
  readonly index = new PatternIndex();

  add(pattern: Pattern): void {
    const id = this.list.push(pattern) - 1;
    if (pattern.octets !== undefined) this.index.addAddress(pattern.octets, id);
    else this.index.addName(pattern.name, id);
  }
}

/**
 * Warns of every wildcard directly under a registry's suffix: it covers what belongs to thousands of owners. The list
 * of suffixes is loaded only for names that could be one, `*.` and at most two labels.
 */
export async function warnOfPublicSuffixes(patterns: Iterable<Pattern>, report: Report): Promise<void> {
  const suspects = new Set<string>();
  for (const { name } of patterns) if (/^\*\.[^.]+(\.[^.]+)?$/.test(name)) suspects.add(name);
  if (suspects.size === 0) return;
  const { publicSuffixSection } = await import('../../names/public-suffix.js');
  for (const name of suspects) {
    if (publicSuffixSection(name.slice(2)) === 'icann') {
      report.warning(name, `${name.slice(2)} is a public suffix, anybody can register a name under it`);
    }
  }
}
