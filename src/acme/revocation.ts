import { PkiError } from '../errors.js';
import type { Connection, Signing } from './connection.js';

/**
 * Revokes a certificate (RFC 8555 7.6).
 *
 * @param signing the account that ordered it, or the certificate's own key
 * @param certificate in DER
 * @param reason a CRLReason (RFC 5280 5.3.1)
 * @throws {PkiError} status 1: the CA does not
 */
export async function revoke(
  connection: Connection,
  signing: Signing,
  certificate: Uint8Array,
  reason: number | undefined,
): Promise<void> {
  const url = connection.directory.revokeCert;
  if (url === undefined) throw new PkiError('ACME_REVOCATION', 'this CA revokes nothing over ACME', { status: 1 });
  const payload = {
    certificate: Buffer.from(certificate).toString('base64url'),
    ...(reason === undefined ? {} : { reason }),
  };
  await connection.post(url, signing, payload, 'the revocation');
}
