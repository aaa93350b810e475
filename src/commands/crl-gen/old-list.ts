import { verifySigned } from '../../crypto/verify-signed.js';
import { PkiError } from '../../errors.js';
import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import type { Source } from '../../input/source.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Crl } from '../../x509/crl.js';
import { ExtensionOid } from '../../x509/extension.js';
import { crlNumber } from '../../x509/extensions/crl-numbers.js';
import { issuingDistributionPoint } from '../../x509/extensions/distribution-points.js';
import { sameName } from '../../x509/name.js';

/**
 * A complete list of a CA, which the next one goes on from.
 *
 * @throws {PkiError} status 1: it is another CA's; status 2: it is damaged, a delta, or an indirect list
 */
export async function readOldList(source: Source, ca: Certificate, maxSize: number | undefined): Promise<Crl> {
  const contents = await soundContentsOf(source, { maxSize });
  const lists = contents.flatMap(({ object }) => (object.type === 'crl' ? [object.view] : []));
  const [crl] = lists;
  if (crl === undefined) throw nothingWanted('a revocation list', contents, source.name);
  const fail = (message: string, status: 1 | 2) => new PkiError('OLD_LIST', message, { status, source: source.name });
  if (lists.length > 1) throw fail('holds several revocation lists: which one?', 2);
  if (!sameName(crl.issuer, ca.subject)) throw fail(`the list is of another CA: ${crl.issuer}`, 1);
  const verdict = verifySigned(crl, ca.elements.publicKey.encoding());
  if (verdict !== 'good') throw fail('the list has a signature that the key of the CA did not make', 1);
  if (crl.extension(ExtensionOid.deltaCrlIndicator) !== undefined) {
    throw fail('the list is a delta: it does not name all that is revoked', 2);
  }
  if (crl.value(issuingDistributionPoint)?.isIndirect) {
    throw fail('the list is for certificates of other CAs, too, which is not made here', 2);
  }
  return crl;
}

/** The number of a list, 0 where it has none. */
export const numberOf = (crl: Crl): bigint => crl.value(crlNumber)?.value ?? 0n;
