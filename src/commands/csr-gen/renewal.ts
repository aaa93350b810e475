import type { Secrets } from '../../cli/secrets.js';
import { PkiError } from '../../errors.js';
import type { InputObject } from '../../input/item.js';
import { contents, type ObjectOptions, readSoundObjects } from '../../input/objects.js';
import type { Source } from '../../input/source.js';
import { opened } from '../../show/opened.js';
import { renewalOf } from '../../spec/renewal.js';
import type { RequestSpec } from '../../spec/request-spec.js';
import { Certificate } from '../../x509/certificate.js';
import { kindOf } from '../../x509/kind.js';
import { readLeniently } from '../../x509/lenient.js';
import { CertificationRequest } from '../../x509/request.js';

export interface RenewalReading extends ObjectOptions {
  readonly secrets: Secrets;
}

/**
 * The certificate or request in a file to be renewed: the only one, or the first that is no CA's (in a merged file the
 * server's own comes with its chain).
 */
export async function readRenewal(source: Source, { secrets, ...options }: RenewalReading): Promise<RequestSpec> {
  const objects = await opened(await readSoundObjects(source, options), secrets.input, source.name);
  const found = (await Promise.all(objects.map(renewable))).filter((object) => object !== undefined);
  const chosen = found.find((each) => each.basicConstraints?.isCa !== true) ?? found[0];
  if (chosen === undefined) throw new PkiError('FROM', `no certificate and no request in it, ${contents(objects)}`);
  return renewalOf(chosen);
}

async function renewable({
  label,
  pemKind,
  der,
}: InputObject): Promise<Certificate | CertificationRequest | undefined> {
  const kind = label === undefined ? kindOf(der) : pemKind;
  if (kind === 'certificate' || kind === 'trusted_certificate') {
    return readLeniently(der, (bytes) => new Certificate(bytes));
  }
  return kind === 'request' ? readLeniently(der, (bytes) => new CertificationRequest(bytes)) : undefined;
}
