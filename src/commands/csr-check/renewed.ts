import type { Secrets } from '../../cli/secrets.js';
import { atPlace } from '../../input/at-place.js';
import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import { renewable } from '../../input/renewable.js';
import type { Source } from '../../input/source.js';
import type { Certificate } from '../../x509/certificate.js';

/**
 * The certificate a request is to renew: of several in a file the first that is no CA's, for a server's file holds its key
 * and its chain too.
 *
 * @throws {PkiError} there is none, or it cannot be read
 */
export async function readRenewed(source: Source, secrets: Secrets, maxSize: number | undefined): Promise<Certificate> {
  const contents = await soundContentsOf(source, { maxSize, passphrases: secrets.input });
  const found = contents.flatMap(({ object, place }) =>
    object.type === 'certificate' ? [{ view: object.view, place }] : [],
  );
  const chosen = renewable(found, source.name);
  if (chosen === undefined) throw nothingWanted('a certificate', contents, source.name);
  const { view, place } = chosen;
  // The parts a request is compared with. Each is read when it is asked for, and throws where it cannot be.
  return atPlace(source.name, place, () => view.subjectAltNames && view.subject.attributes && view.publicKey && view);
}
