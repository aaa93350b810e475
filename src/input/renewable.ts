import type { Certificate } from '../x509/certificate.js';
import type { CertificationRequest } from '../x509/request.js';
import { atPlace } from './at-place.js';
import type { Content } from './content.js';
import { type ContentOptions, soundContentsOf } from './contents.js';
import { nothingWanted } from './expected.js';
import type { Source } from './source.js';

interface Placed<View> {
  readonly view: View;
  readonly place: string;
}

/**
 * The certificate or request among the contents of an input that a renewal is of: of several the first that is no CA's, for
 * a server's file holds its chain too; the first of all where every one is a CA's.
 *
 * @throws {PkiError} with source and place: it cannot be read whether one is a CA's
 */
export function renewable(
  contents: readonly Content[],
  source: string,
): Placed<Certificate | CertificationRequest> | undefined {
  const found = contents.flatMap(({ object, place }) =>
    object.type === 'certificate' || object.type === 'request' ? [{ view: object.view, place }] : [],
  );
  return firstOfNoCa(found, source);
}

function firstOfNoCa<View extends Certificate | CertificationRequest>(
  found: readonly Placed<View>[],
  source: string,
): Placed<View> | undefined {
  const isCa = ({ view, place }: Placed<View>) => atPlace(source, place, () => view.basicConstraints?.isCa === true);
  return found.find((each) => !isCa(each)) ?? found[0];
}

/**
 * {@link renewable} of what a source holds.
 *
 * @throws {PkiError} there is none, or something is damaged
 */
export async function readRenewable(
  source: Source,
  options: ContentOptions,
): Promise<Placed<Certificate | CertificationRequest>> {
  const contents = await soundContentsOf(source, options);
  const found = renewable(contents, source.name);
  if (found === undefined) throw nothingWanted('a certificate or a request', contents, source.name);
  return found;
}

/**
 * The certificate in a source that a request is to renew, by the same choice; requests do not count.
 *
 * @throws {PkiError} there is none, or it cannot be read
 */
export async function readRenewed(source: Source, options: ContentOptions): Promise<Certificate> {
  const contents = await soundContentsOf(source, options);
  const certificates = contents.flatMap(({ object, place }) =>
    object.type === 'certificate' ? [{ view: object.view, place }] : [],
  );
  const found = firstOfNoCa(certificates, source.name);
  if (found === undefined) throw nothingWanted('a certificate', contents, source.name);
  const { view, place } = found;
  // The parts a request is compared with. Each is read when it is asked for, and throws where it cannot be.
  return atPlace(source.name, place, () => view.subjectAltNames && view.subject.attributes && view.publicKey && view);
}
