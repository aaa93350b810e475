import { getPublicSuffix, parse } from 'tldts';

/**
 * Public suffixes: the names under which anybody can register (publicsuffix.org). The list weighs a quarter of a
 * megabyte: load this module with `import()`, and only when a question needs it.
 */

/** ICANN: registries (`hu`, `co.uk`). Private: companies that give out names (`github.io`). */
export type SuffixSection = 'icann' | 'private';

export interface PublicSuffix {
  readonly suffix: string;
  /** Undefined when no rule of the list applies: the last label then counts as a suffix (the list's `*` rule). */
  readonly section: SuffixSection | undefined;
}

const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false } as const;

/** The public suffix an A-label name ends in (or is). */
export function publicSuffixOf(name: string): PublicSuffix {
  const { publicSuffix, isIcann, isPrivate } = parse(name, options);
  return { suffix: publicSuffix ?? name, section: isPrivate ? 'private' : isIcann ? 'icann' : undefined };
}

/** True when this very name is a registry's suffix (`hu`, `co.uk`): the question asked of long lists, and the fast one. */
export function isRegistrySuffix(name: string): boolean {
  const suffix = getPublicSuffix(name, { ...options, allowPrivateDomains: false });
  return suffix === name && publicSuffixSection(name) === 'icann';
}

/** The section of the list this very name is a suffix in, or undefined if it is a name somebody registered. */
export function publicSuffixSection(name: string): SuffixSection | undefined {
  const { suffix, section } = publicSuffixOf(name);
  return suffix === name ? section : undefined;
}
