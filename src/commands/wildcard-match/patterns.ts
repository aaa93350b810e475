import type { Report } from '../../cli/report.js';
import { parseDnsPattern, parseHostName } from '../../names/host-name.js';
import type { PatternIndex } from '../../names/pattern-index.js';
import { presentedNameProblem, type WildcardOptions } from '../../names/wildcard.js';
import { formatIpAddress, parseIpAddress } from '../../text/ip-address.js';

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
  if (options.partial && partialWildcard.test(text)) return readPartial(text, options);
  const result = parseDnsPattern(text, { underscore: true });
  return result.name === undefined ? result : { pattern: { text, name: result.name } };
}

/** A first label with `*` and something else in it, and the rest. */
const partialWildcard = /^(?!\*\.)([^.]*\*[^.]*)\.(.*)$/;

function readPartial(text: string, options: WildcardOptions): PatternResult {
  const [, label = '', base = ''] = partialWildcard.exec(text) ?? [];
  const result = parseHostName(base, { underscore: true });
  if (result.name === undefined) return result;
  const name = `${label.toLowerCase()}.${result.name}`;
  const problem = presentedNameProblem(name, options);
  return problem === undefined ? { pattern: { text, name } } : { problem };
}

/** Adds a pattern to an index, under a number of the caller's. */
export function addPattern(index: PatternIndex, { name, octets }: Pattern, id: number): void {
  if (octets !== undefined) index.addAddress(octets, id);
  else index.addName(name, id);
}

const suspect = /^\*\.[^.]+(?:\.[^.]+)?$/;

/**
 * Warns of every wildcard directly under a registry's suffix: it covers what belongs to thousands of owners. The list
 * of suffixes is loaded only for names that could be one, `*.` and at most two labels.
 */
export async function warnOfPublicSuffixes(patterns: readonly Pattern[], report: Report): Promise<void> {
  const bases = patterns.filter(({ name }) => suspect.test(name)).map(({ name }) => name.slice(2));
  if (bases.length === 0) return;
  const { isRegistrySuffix } = await import('../../names/public-suffix.js');
  for (const base of bases) {
    if (!isRegistrySuffix(base)) continue;
    report.warning(`*.${base}`, `${base} is a public suffix: names under it belong to anybody`);
  }
}
