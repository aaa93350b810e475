import { oneOf } from '../../cli/choice.js';
import { attempt } from '../../errors.js';
import { CertificatePool } from '../../trust/chain.js';
import { indexed } from '../../trust/name-index.js';
import type { Certificate } from '../../x509/certificate.js';
import type { SplitObject } from './split-object.js';

/** The values of --sort. */
export const sortOrders = ['expiry', 'chain'] as const;

type Sorted = (parts: readonly SplitObject[]) => readonly SplitObject[];

/**
 * The value of --sort.
 *
 * @throws {UsageError}
 */
export function parseOrder(text: string | undefined, now: Date): Sorted {
  switch (oneOf('--sort', text, sortOrders)) {
    case undefined:
      return (parts) => parts;
    case 'expiry':
      return byExpiry;
    case 'chain':
      return (parts) => byChain(parts, now);
  }
}

const certificateOf = ({ object }: SplitObject): Certificate | undefined =>
  object?.type === 'certificate' ? object.view : undefined;

/** In the order they end; those without an end last. */
function byExpiry(parts: readonly SplitObject[]): readonly SplitObject[] {
  const end = (part: SplitObject) => certificateOf(part)?.expiry ?? Number.POSITIVE_INFINITY;
  return parts.toSorted((a, b) => {
    const [first, second] = [end(a), end(b)];
    return first === second ? 0 : first - second;
  });
}

/**
 * Every leaf behind its keys and requests, its issuers behind it, and each once; then what belongs to no chain. Leaves are
 * those that issued no other, end entities first, in the order they came in.
 */
function byChain(parts: readonly SplitObject[], now: Date): readonly SplitObject[] {
  const holders = new Map<Certificate, SplitObject>();
  for (const part of parts) {
    const certificate = certificateOf(part);
    // A chain is chosen by its times.
    if (certificate !== undefined && certificate.start !== null && certificate.expiry !== null) {
      holders.set(certificate, part);
    }
  }
  const pool = new CertificatePool([...holders.keys()]);
  const issuers = new Set([...holders.keys()].flatMap((each) => pool.issuersOf(each)));
  const ends = [...holders.keys()].filter((each) => !issuers.has(each) || !isCa(each));
  const companions = indexed(parts, ({ type, identity }) => (type === 'certificate' ? undefined : identity));
  const ordered = new Set<SplitObject>();
  for (const leaf of ends.toSorted((a, b) => Number(isCa(a)) - Number(isCa(b)))) {
    const { identity } = holders.get(leaf) ?? {};
    for (const part of (identity && companions.get(identity)) || []) ordered.add(part);
    for (const certificate of pool.chainOf(leaf, now).certificates) {
      const part = holders.get(certificate);
      if (part !== undefined) ordered.add(part);
    }
  }
  for (const part of parts) ordered.add(part);
  return [...ordered];
}

const isCa = (certificate: Certificate): boolean => attempt(() => certificate.basicConstraints)?.isCa === true;
