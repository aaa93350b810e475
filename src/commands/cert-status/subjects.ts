import type { CertificateReader, ReadCertificate } from '../../input/certificate-reader.js';
import type { Source } from '../../input/source.js';
import { isIssuedBy } from '../../trust/revocation/issuer.js';
import type { Subject } from './report.js';

/** A certificate, its place, and the source of both. */
interface SourcedCertificate extends ReadCertificate {
  readonly source: string;
}

/** The certificates in sources; what cannot be read is said, and the rest goes on. */
export async function certificatesIn(
  reader: CertificateReader,
  sources: readonly Source[],
): Promise<SourcedCertificate[]> {
  const all: SourcedCertificate[] = [];
  for (const source of sources) {
    for (const read of await reader.certificates(source)) all.push({ ...read, source: source.name });
  }
  return all;
}

/** The certificates that are asked for: a root beside others is there for them, and nothing could revoke it but itself. */
export function subjectsOf(read: readonly SourcedCertificate[]): Subject[] {
  const isRoot = ({ certificate }: SourcedCertificate) =>
    certificate.isSelfIssued && isIssuedBy(certificate, certificate);
  const asked = read.filter((one) => !isRoot(one) || read.every(isRoot));
  return asked.map((one, i) => ({ ...one, index: i + 1 }));
}
