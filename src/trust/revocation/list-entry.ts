import type { Certificate } from '../../x509/certificate.js';
import type { Crl, RevokedCertificate } from '../../x509/crl.js';
import { certificateIssuer } from '../../x509/extensions/alternative-names.js';
import { readValue } from '../../x509/extensions/read-value.js';
import { type Name, sameName } from '../../x509/name.js';

/**
 * The entry of a certificate in a list, undefined where there is none; of several the one that says the worst. In an
 * indirect list an entry is of the issuer named in it, or else in one before it (RFC 5280 5.3.3).
 *
 * @throws {DerError}
 */
export function entryOf(crl: Crl, { serial, issuer }: Certificate): RevokedCertificate | undefined {
  let current: Name = crl.issuer;
  let found: RevokedCertificate | undefined;
  for (const entry of crl.revoked()) {
    current = issuerNamedIn(entry) ?? current;
    if (entry.serial !== serial || !sameName(current, issuer)) continue;
    if (found === undefined || severity(entry) > severity(found)) found = entry;
  }
  return found;
}

const severity = ({ reason }: RevokedCertificate): number =>
  reason === 'removeFromCRL' ? 0 : reason === 'certificateHold' ? 1 : 2;

function issuerNamedIn({ extensions }: RevokedCertificate): Name | undefined {
  const extension = extensions.find(({ oid }) => oid === certificateIssuer.oid);
  if (extension === undefined) return undefined;
  const names = readValue(certificateIssuer, extension);
  return names.flatMap((name) => (name.type === 'dn' ? [name.name] : []))[0];
}
