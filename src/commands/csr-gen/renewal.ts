import { atPlace } from '../../input/at-place.js';
import type { ContentOptions } from '../../input/contents.js';
import { readRenewable } from '../../input/renewable.js';
import type { Source } from '../../input/source.js';
import { renewalOf } from '../../spec/renewal.js';
import type { RequestSpec } from '../../spec/request-spec.js';

/**
 * The request that renews the certificate or request in a file.
 *
 * @param takesNames false where options give the alternative names
 * @throws {PkiError} there is none, or it cannot be read
 */
export async function readRenewal(source: Source, options: ContentOptions, takesNames: boolean): Promise<RequestSpec> {
  const { view, place } = await readRenewable(source, options);
  return atPlace(source.name, place, () => renewalOf(view, takesNames));
}
