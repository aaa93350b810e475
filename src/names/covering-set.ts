/** The number of hosts that share a parent domain, and whether any of them needs a wildcard to be covered at all. */
interface Family {
  readonly hosts: Set<string>;
  readonly mayHaveWildcard: boolean;
}

/**
 * Collects hosts and gives the smallest set of names that covers them. It is found without a search: an exact name covers
 * one host, `*.PARENT` covers hosts with that parent only, so each parent is decided alone: one host, its name; several,
 * the wildcard, where one may stand.
 */
export class CoveringSet {
  readonly #families = new Map<string, Family>();
  readonly #addresses = new Set<string>();
  readonly #mayHaveWildcard: (parent: string) => boolean;

  /** @param mayHaveWildcard false for domains that `*.` must not stand before: public suffixes */
  constructor(mayHaveWildcard: (parent: string) => boolean) {
    this.#mayHaveWildcard = mayHaveWildcard;
  }

  /** Adds a host name: A-labels, lower case. */
  addName(host: string): void {
    const dot = host.indexOf('.');
    const parent = dot === -1 ? '' : host.slice(dot + 1);
    let family = this.#families.get(parent);
    if (family === undefined) {
      family = { hosts: new Set(), mayHaveWildcard: dot !== -1 && this.#mayHaveWildcard(parent) };
      this.#families.set(parent, family);
    }
    // A family with a wildcard is decided by its second member: the others need not be kept.
    if (!family.mayHaveWildcard || family.hosts.size < 2) family.hosts.add(host);
  }

  /** Adds an IP address in canonical text: it is always named itself. */
  addAddress(address: string): void {
    this.#addresses.add(address);
  }

  /** The names, in the order their first hosts came in; addresses last. */
  names(): string[] {
    const names: string[] = [];
    for (const [parent, { hosts, mayHaveWildcard }] of this.#families) {
      // A dNSName of a public CA has no underscore (BR 7.1.4.2); a wildcard covers one all the same.
      const needsWildcard = hosts.size > 1 || [...hosts].some((host) => host.includes('_'));
      if (mayHaveWildcard && needsWildcard) names.push(`*.${parent}`);
      else names.push(...hosts);
    }
    return [...names, ...this.#addresses];
  }
}
