import { isoText } from '../text/iso-time.js';
import { signatureAlgorithm } from '../x509/signature-algorithm.js';
import { type CertificateRule, when } from './certificate-rule.js';
import { allowsPurpose, extendedUsageFor, keyUsagesFor } from './usage.js';

/** The rules of path validation for one certificate in its place (RFC 5280 6.1.3, 6.1.4). */

/** Hashes for which two inputs with one value can be chosen at will (RFC 6151, RFC 6149, RFC 6150). */
const forgeable = new Set(['md2', 'md4', 'md5']);

export const fitnessRules: readonly CertificateRule[] = [
  {
    code: 'not_yet_valid',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    hint: 'is the clock of this machine right? --at TIME asks for another time',
    broken({ notBefore }, _place, { at }) {
      return at < notBefore.getTime() ? `is not valid before ${isoText(notBefore.getTime())}` : undefined;
    },
  },
  {
    code: 'expired',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    broken({ notAfter }, _place, { at }) {
      return at > notAfter.getTime() ? `expired ${isoText(notAfter.getTime())}` : undefined;
    },
  },
  {
    code: 'no_ca',
    clause: 'RFC 5280 6.1.4 (k)',
    hint: 'basicConstraints with cA:TRUE makes a CA of a certificate',
    broken({ basicConstraints, version, isSelfIssued }, place, { profile }) {
      if (place === 'leaf' || basicConstraints?.isCa) return undefined;
      // An anchor is a name and a key (RFC 5280 6.1.1 (d)), and a version 1 certificate has no room to say more.
      if (place === 'anchor' && version < 3 && isSelfIssued && profile === 'rfc5280') return undefined;
      return version < 3
        ? `is a version ${version} certificate, which cannot say that it is a CA`
        : 'is no CA certificate';
    },
  },
  {
    code: 'no_cert_sign',
    clause: 'RFC 5280 6.1.4 (n)',
    broken: ({ keyUsage }, place) =>
      when(
        place !== 'leaf' && keyUsage !== undefined && !keyUsage.includes('keyCertSign'),
        'has a key usage without keyCertSign',
      ),
  },
  {
    code: 'extended_key_usage',
    clause: 'RFC 5280 4.2.1.12',
    hint: '--purpose asks for another use',
    broken(certificate, place, { purpose }) {
      if (allowsPurpose(certificate, purpose)) return undefined;
      const uses = certificate.extendedKeyUsage?.join(', ') || 'none';
      const what = place === 'leaf' ? 'is not for' : 'is a CA that is not for';
      return `${what} ${extendedUsageFor(purpose)}, its extended key usage is ${uses}`;
    },
  },
  {
    code: 'key_usage',
    clause: 'RFC 5280 4.2.1.3',
    broken({ keyUsage, basicConstraints }, place, { purpose }) {
      const wanted = keyUsagesFor(purpose);
      // A CA that is judged itself has the key usages of a CA.
      if (place !== 'leaf' || wanted === undefined || keyUsage === undefined || basicConstraints?.isCa)
        return undefined;
      return when(!keyUsage.some((use) => wanted.includes(use)), `has a key usage without any of ${wanted.join(', ')}`);
    },
  },
  {
    code: 'weak_hash',
    clause: 'RFC 6151 2',
    broken(certificate, place) {
      const { hash } = signatureAlgorithm(certificate.signatureAlgorithm);
      return when(
        place !== 'anchor' && hash !== null && forgeable.has(hash),
        `is signed with ${hash?.toUpperCase()}, which can be forged`,
      );
    },
  },
];
