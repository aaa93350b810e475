import { CertificatePool, type Chain } from '../../trust/chain.js';
import { indexed } from '../../trust/name-index.js';
import type { Certificate } from '../../x509/certificate.js';
import type { BundleInput, CertificateItem, KeyItem } from './bundle-input.js';
import type { TrustedPaths } from './trust.js';

/** The contents of one file: a leaf, the key that belongs to it, and its chain. */
export interface Bundle {
  readonly key: KeyItem | undefined;
  readonly leaf: CertificateItem;
  readonly chain: Chain;
}

/** The bundles the inputs come to. */
export interface Assembly {
  readonly bundles: readonly Bundle[];
  /** Keys that no certificate belongs to. */
  readonly unmatchedKeys: readonly KeyItem[];
  /** Certificates for the same key as a leaf, passed over for it. */
  readonly passedOver: readonly { readonly item: CertificateItem; readonly leaf: CertificateItem }[];
  /** Certificates in no bundle, each with the one of the same key that is in one: CAs are certified more than once. */
  readonly unrelated: readonly { readonly item: CertificateItem; readonly sibling: Certificate | undefined }[];
  /** The input a certificate of a chain came from. */
  originOf(certificate: Certificate): string;
}

/**
 * Finds the leaf of every key, or without keys the certificates that issued no other, and the chain of each leaf. Of
 * several certificates for one key the leaf is the one valid now that lives longest.
 *
 * @param paths where they are given, a chain is the path they find, if they find one
 */
export function assemble(
  input: BundleInput,
  trusted: readonly CertificateItem[],
  now: Date,
  paths?: TrustedPaths,
): Assembly {
  const { keys, certificates } = input;
  const pool = new CertificatePool(certificates.map(certificateIn), trusted.map(certificateIn));
  const groups = byIdentity(certificates);
  const choices: { key: KeyItem | undefined; candidates: readonly CertificateItem[] }[] =
    keys.length > 0
      ? keys.map((key) => ({ key, candidates: groups.get(key.identity) ?? [] }))
      : leavesByKey(certificates, pool).map((candidates) => ({ key: undefined, candidates }));
  const unmatchedKeys: KeyItem[] = [];
  const passedOver: { item: CertificateItem; leaf: CertificateItem }[] = [];
  const bundles: Bundle[] = [];
  for (const { key, candidates } of choices) {
    const [leaf, ...others] = candidates.toReversed().sort((a, b) => preference(a.certificate, b.certificate, now));
    if (leaf === undefined) {
      if (key !== undefined) unmatchedKeys.push(key);
      continue;
    }
    const path = paths?.verify(leaf.certificate).path;
    const chain: Chain =
      path === undefined
        ? pool.chainOf(leaf.certificate, now)
        : { certificates: path, end: 'trusted', unchecked: [], nearMisses: [] };
    bundles.push({ key, leaf, chain });
    passedOver.push(...others.map((item) => ({ item, leaf })));
  }
  const used = new Set(bundles.flatMap(({ chain }) => chain.certificates));
  const all = [...certificates, ...trusted];
  const siblings = new Map(
    all.filter(({ certificate }) => used.has(certificate)).map(({ identity, certificate }) => [identity, certificate]),
  );
  const passed = new Set(passedOver.map(({ item }) => item));
  const sources = new Map(all.map(({ certificate, source }) => [certificate, source]));
  return {
    bundles,
    unmatchedKeys,
    passedOver,
    unrelated: certificates
      .filter((item) => !used.has(item.certificate) && !passed.has(item))
      .map((item) => ({ item, sibling: siblings.get(item.identity) })),
    originOf: (certificate) => sources.get(certificate) ?? '',
  };
}

const certificateIn = ({ certificate }: CertificateItem): Certificate => certificate;

/** Valid now first, then what lives longest, then what was made last, then (the order is kept) what was given last. */
function preference(a: Certificate, b: Certificate, now: Date): number {
  const isValid = (each: Certificate) => Number(each.notBefore <= now && now <= each.notAfter);
  return (
    isValid(b) - isValid(a) ||
    b.notAfter.getTime() - a.notAfter.getTime() ||
    b.notBefore.getTime() - a.notBefore.getTime()
  );
}

/**
 * Without a key: the certificates that issued no other, and of those the ones that are no CA's where there are any;
 * certificates for one key together.
 */
function leavesByKey(certificates: readonly CertificateItem[], pool: CertificatePool): (readonly CertificateItem[])[] {
  const issuers = new Set(certificates.flatMap(({ certificate }) => pool.issuersOf(certificate)));
  const ends = certificates.filter(({ certificate }) => !issuers.has(certificate));
  const endEntities = ends.filter(({ certificate }) => certificate.basicConstraints?.isCa !== true);
  return [...byIdentity(endEntities.length > 0 ? endEntities : ends).values()];
}

const byIdentity = (certificates: readonly CertificateItem[]) => indexed(certificates, ({ identity }) => identity);
