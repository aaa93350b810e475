import type { Certificate } from '../x509/certificate.js';
import type { CertificationRequest } from '../x509/request.js';
import { atPlace } from './at-place.js';

interface Placed<View> {
  readonly view: View;
  readonly place: string;
}

/**
 * The one of several that a renewal is of: the first that is no CA's, for a server's file holds its chain too; the first of
 * all where every one is a CA's.
 *
 * @throws {PkiError} with source and place: it cannot be read whether one is a CA's
 */
export function renewable<View extends Certificate | CertificationRequest>(
  found: readonly Placed<View>[],
  source: string,
): Placed<View> | undefined {
  const isCa = ({ view, place }: Placed<View>) => atPlace(source, place, () => view.basicConstraints?.isCa === true);
  return found.find((each) => !isCa(each)) ?? found[0];
}
