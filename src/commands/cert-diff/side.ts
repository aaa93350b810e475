import { atPlace } from '../../input/at-place.js';
import type { GatherOptions } from '../../input/gathered.js';
import { readRenewable } from '../../input/renewable.js';
import type { Source } from '../../input/source.js';
import { type CertificateReading, type RequestReading, readCertificate, readRequest } from '../../show/reading.js';
import { Certificate } from '../../x509/certificate.js';
import { shownName } from '../../x509/display-name.js';
import type { CertificationRequest } from '../../x509/request.js';

/** One of the two that are compared. */
export interface Side {
  readonly source: string;
  readonly place: string;
  readonly type: 'certificate' | 'request';
  readonly name: string;
  readonly view: Certificate | CertificationRequest;
  readonly reading: CertificateReading | RequestReading;
}

/**
 * The certificate or request in a source: of several the first that is no CA's.
 *
 * @throws {PkiError} there is none, or something is damaged
 */
export async function readSide(source: Source, options: GatherOptions): Promise<Side> {
  const { view, place } = await readRenewable(source, options);
  return atPlace(source.name, place, () => {
    const side = { source: source.name, place, name: shownName(view), view };
    if (view instanceof Certificate) return { ...side, type: 'certificate', reading: readCertificate(view, []) };
    return { ...side, type: 'request', reading: readRequest(view, []) };
  });
}
