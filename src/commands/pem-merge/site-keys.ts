import type { Report } from '../../cli/report.js';
import type { CertificateItem, KeyItem, Material } from './material.js';

/**
 * The inputs without the keys of CAs, where there are keys of servers beside them, as in an archive of everything: a CA's
 * certificate is no server's leaf. Each key left out is named.
 */
export function withoutCaKeys(material: Material, report: Report): Material {
  const certified = ({ identity }: KeyItem, isWanted: (item: CertificateItem) => boolean) =>
    material.certificates.some((item) => item.identity === identity && isWanted(item));
  const hasLeaf = (key: KeyItem) => certified(key, (item) => !isCa(item));
  const isCaKey = (key: KeyItem) => certified(key, isCa) && !hasLeaf(key);
  if (!material.keys.some(hasLeaf)) return material;
  for (const { source, place } of material.keys.filter(isCaKey)) {
    report.notice(source, `${place}: this private key is left out: it is a CA's, not a server's`);
  }
  return { ...material, keys: material.keys.filter((key) => !isCaKey(key)) };
}

const isCa = ({ certificate }: CertificateItem): boolean => certificate.basicConstraints?.isCa === true;
