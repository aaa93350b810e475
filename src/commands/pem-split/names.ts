import { fileName } from '../../text/file-name.js';
import type { SplitObject } from './split-object.js';

/** The ways files are named. */
type Naming = 'cn' | 'fingerprint' | 'index';

/** The values of --name. */
export const namings: readonly Naming[] = ['cn', 'fingerprint', 'index'];

const extensions: Readonly<Record<SplitObject['type'], string>> = {
  certificate: 'crt',
  request: 'csr',
  crl: 'crl',
  ocsp_response: 'ocsp',
  public_key: 'pub',
  private_key: 'key',
  encrypted_private_key: 'key',
  parameters: 'pem',
};

/** How files are named, and what is written into them. */
interface NameOptions {
  readonly naming: Naming;
  readonly asDer: boolean;
}

/**
 * A name for the file of every part, none of them twice: not where the file system takes upper and lower case for the
 * same, either. A key is called as the certificate or request it belongs to.
 *
 * @param all where the name of a key is looked for
 */
export function fileNames(
  parts: readonly SplitObject[],
  all: readonly SplitObject[],
  { naming, asDer }: NameOptions,
): string[] {
  const digits = String(parts.length).length;
  const owners = ownersOf(all);
  const given = new Map<SplitObject, string>();
  const taken = new Set<string>();
  /** The next number of a name that came before. */
  const next = new Map<string, number>();
  const give = (part: SplitObject, wanted: string) => {
    const extension = `.${extensions[part.type]}${asDer ? '.der' : ''}`;
    const counted = `${wanted}${extension}`.toLowerCase();
    for (let number = next.get(counted) ?? 1; ; number++) {
      const base = number === 1 ? wanted : `${wanted}-${number}`;
      const lower = `${base}${extension}`.toLowerCase();
      if (taken.has(lower)) continue;
      taken.add(lower);
      next.set(counted, number + 1);
      given.set(part, `${base}${extension}`);
      return base;
    }
  };
  const indexed = parts.map((part, i) => ({ part, index: String(i + 1).padStart(digits, '0') }));
  // Those with a name of their own first: a key may take it over, with its number.
  const bases = new Map<SplitObject, string>();
  for (const { part, index } of indexed) {
    const own = naming === 'index' ? index : naming === 'fingerprint' ? part.sha256 : part.name;
    if (own !== undefined) bases.set(part, give(part, fileName(own)));
  }
  for (const { part } of indexed) {
    if (given.has(part)) continue;
    const owner = part.identity === undefined ? undefined : owners.get(part.identity);
    give(part, (owner && (bases.get(owner) ?? fileName(owner.name ?? ''))) || words[part.type]);
  }
  return parts.map((part) => given.get(part) ?? '');
}

/** The first certificate, or else the first request, of every public key. */
function ownersOf(all: readonly SplitObject[]): ReadonlyMap<string, SplitObject> {
  const owners = new Map<string, SplitObject>();
  for (const type of ['certificate', 'request'] as const) {
    for (const part of all) {
      const { identity } = part;
      if (part.type === type && identity !== undefined && !owners.has(identity)) owners.set(identity, part);
    }
  }
  return owners;
}

/** The names of those that belong to nothing. */
const words: Readonly<Record<SplitObject['type'], string>> = {
  certificate: 'certificate',
  request: 'request',
  crl: 'crl',
  ocsp_response: 'response',
  public_key: 'public',
  private_key: 'key',
  encrypted_private_key: 'key',
  parameters: 'parameters',
};
