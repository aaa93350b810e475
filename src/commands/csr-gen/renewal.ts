import type { Secrets } from '../../cli/secrets.js';
import { atPlace } from '../../input/at-place.js';
import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import type { ObjectOptions } from '../../input/objects.js';
import { renewable } from '../../input/renewable.js';
import type { Source } from '../../input/source.js';
import { renewalOf } from '../../spec/renewal.js';
import type { RequestSpec } from '../../spec/request-spec.js';

export interface RenewalReading extends ObjectOptions {
  readonly secrets: Secrets;
  /** False where options give the alternative names. */
  readonly takesNames: boolean;
}

/**
 * The certificate or request in a file to be renewed: the only one, or the first that is no CA's (in a merged file the
 * server's own comes with its chain).
 *
 * @throws {PkiError} there is none, or it cannot be read
 */
export async function readRenewal(
  source: Source,
  { secrets, maxSize, takesNames }: RenewalReading,
): Promise<RequestSpec> {
  const contents = await soundContentsOf(source, { maxSize, passphrases: secrets.input });
  const found = contents.flatMap(({ object, place }) =>
    object.type === 'certificate' || object.type === 'request' ? [{ view: object.view, place }] : [],
  );
  const chosen = renewable(found, source.name);
  if (chosen === undefined) throw nothingWanted('a certificate or a request', contents, source.name);
  return atPlace(source.name, chosen.place, () => renewalOf(chosen.view, takesNames));
}
