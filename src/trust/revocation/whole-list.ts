import type { SignatureVerdict } from '../../crypto/signature.js';
import { verifySigned } from '../../crypto/verify-signed.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Crl } from '../../x509/crl.js';
import type { RevocationList } from './question.js';

/** A list that is at hand as a whole; its signature is verified once with each key. */
export function wholeList(crl: Crl): RevocationList {
  const verdicts = new Map<string, SignatureVerdict>();
  return {
    crl,
    verdictOf: (signer: Certificate) => {
      const spki = signer.elements.publicKey.encoding();
      const key = Buffer.from(spki).toString('latin1');
      const known = verdicts.get(key) ?? verifySigned(crl, spki);
      verdicts.set(key, known);
      return known;
    },
  };
}
