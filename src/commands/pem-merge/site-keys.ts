import type { Report } from '../../cli/report.js';
import type { BundleInput, CertificateItem, KeyItem } from './bundle-input.js';

/**
 * The inputs without the keys of CAs, where there are keys of servers beside them, as in an archive of everything: a CA's
 * certificate is no server's leaf. Each key left out is named.
 */
export function withoutCaKeys(input: BundleInput, report: Report): BundleInput {
  const certified = ({ identity }: KeyItem, isWanted: (item: CertificateItem) => boolean) =>
    input.certificates.some((item) => item.identity === identity && isWanted(item));
  const hasLeaf = (key: KeyItem) => certified(key, (item) => !isCa(item));
  const isCaKey = (key: KeyItem) => certified(key, isCa) && !hasLeaf(key);
  if (!input.keys.some(hasLeaf)) return input;
  for (const { source, place } of input.keys.filter(isCaKey)) {
    report.notice(source, `${place}: this private key is left out: it is a CA's, not a server's`);
  }
  return { ...input, keys: input.keys.filter((key) => !isCaKey(key)) };
}

const isCa = ({ certificate }: CertificateItem): boolean => certificate.basicConstraints?.isCa === true;
