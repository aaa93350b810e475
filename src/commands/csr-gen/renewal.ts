import type { Source } from '../../cli/input.js';
import { type InputObject, readObjects } from '../../cli/objects.js';
import { PkiError } from '../../errors.js';
import { renewalOf } from '../../pki/renewal.js';
import type { RequestSpec } from '../../pki/request-spec.js';
import { Certificate } from '../../x509/certificate.js';
import { kindOf } from '../../x509/kind.js';
import { CertificationRequest } from '../../x509/request.js';

/**
 * The certificate or request in a file to be renewed: the only one, or the first that is no CA's (in a merged file the
 * server's own comes with its chain).
 */
export async function readRenewal(source: Source): Promise<RequestSpec> {
  const found: (Certificate | CertificationRequest)[] = [];
  for await (const item of readObjects(source)) {
    if (item.kind === 'fault') throw new PkiError('FROM', item.message, { hint: item.hint });
    const object = renewable(item);
    if (object !== undefined) found.push(object);
  }
  const chosen = found.find((each) => each.basicConstraints?.isCa !== true) ?? found[0];
  if (chosen === undefined) throw new PkiError('FROM', 'holds no certificate and no request');
  return renewalOf(chosen);
}

function renewable({ label, pemKind, der }: InputObject): Certificate | CertificationRequest | undefined {
  const kind = label === undefined ? kindOf(der) : pemKind;
  if (kind === 'certificate' || kind === 'trusted_certificate') return new Certificate(der);
  return kind === 'request' ? new CertificationRequest(der) : undefined;
}
