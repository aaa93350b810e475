import { isSigningHash } from '../crypto/signature-algorithm.js';
import { isPlainName } from '../names/dns-syntax.js';
import type { Certificate } from '../x509/certificate.js';
import { usualCurves } from '../x509/curves.js';
import { ExtensionOid } from '../x509/extension.js';
import { signatureAlgorithm } from '../x509/signature-algorithm.js';
import { type CertificateRule, isOldAnchor, type PathPosition, when } from './certificate-rule.js';

/**
 * The webpki profile: rules of the CA/Browser Forum's Baseline Requirements (BR) that a client can see in a certificate,
 * and that browsers refuse to go without. They come on top of RFC 5280's.
 */

const ownProfile = '--profile rfc5280 leaves out the rules of the public web';

/** A rule about the certificate of a TLS server. */
const server = (rule: CertificateRule): CertificateRule => ({
  hint: ownProfile,
  ...rule,
  broken: (certificate, place, requirements) =>
    place === 'leaf' && requirements.purpose === 'server' ? rule.broken(certificate, place, requirements) : undefined,
});

/** A rule about a root: an anchor that is signed with its own key. */
const root = (rule: CertificateRule): CertificateRule => ({
  ...rule,
  broken: (certificate, place, requirements) =>
    place === 'anchor' && certificate.isSelfIssued && !isOldAnchor(certificate, place)
      ? rule.broken(certificate, place, requirements)
      : undefined,
});

function keyProblem({ publicKey }: Certificate, place: PathPosition): string | undefined {
  const whose = place === 'leaf' ? 'has' : 'is a CA with';
  const { type, bits, curve } = publicKey;
  if (type === 'rsa') {
    if (bits === null || bits < 2048) return `${whose} an RSA key of ${bits} bit, 2048 are needed`;
    return when(bits % 8 !== 0, `${whose} an RSA key of ${bits} bit, which is no multiple of 8`);
  }
  if (type !== 'ec') return `${whose} a key of the kind ${type}, which is neither RSA nor EC`;
  if (publicKey.hasExplicitCurve) return `${whose} an EC key with explicit parameters`;
  const isPublic = usualCurves.some(({ name, isPublic }) => isPublic && name === curve);
  return when(!isPublic, `${whose} a key on the curve ${curve}, which is none of P-256, P-384 and P-521`);
}

export const baselineRules: readonly CertificateRule[] = [
  {
    code: 'version',
    clause: 'BR 7.1.1',
    broken: ({ version }) => when(version !== 3, `is a version ${version} certificate`),
  },
  { code: 'weak_key', clause: 'BR 6.1.5', broken: keyProblem },
  {
    code: 'weak_hash',
    clause: 'BR 7.1.3.2',
    hint: 'ask its CA for one with SHA-256',
    broken({ signatureAlgorithm: identifier }, place) {
      // No client relies on the signature an anchor has.
      if (place === 'anchor') return undefined;
      const { algorithm, hash } = signatureAlgorithm(identifier);
      if (hash !== null) return when(!isSigningHash(hash), `is signed with ${hash.toUpperCase()}`);
      return `is signed with ${algorithm}, which is neither RSA nor ECDSA`;
    },
  },
  server({
    code: 'ca_as_leaf',
    clause: 'BR 7.1.2.7.8',
    broken: ({ basicConstraints }) => when(basicConstraints?.isCa === true, 'is a CA certificate, not one of a server'),
  }),
  server({
    code: 'no_names',
    clause: 'BR 7.1.2.7.12',
    broken: (certificate) =>
      when(
        certificate.extension(ExtensionOid.subjectAltName) === undefined,
        'has no subjectAltName, and a common name is not looked at',
      ),
  }),
  server({
    code: 'criticality',
    clause: 'BR 7.1.2.7.12',
    broken: (certificate) =>
      when(
        certificate.extension(ExtensionOid.subjectAltName)?.critical === true && !certificate.subject.isEmpty,
        'has a subject and marks subjectAltName critical',
      ),
  }),
  server({
    code: 'extended_key_usage',
    clause: 'BR 7.1.2.7.10',
    broken(certificate) {
      const { extendedKeyUsage } = certificate;
      if (extendedKeyUsage === undefined) return 'has no extKeyUsage';
      if (extendedKeyUsage.includes('anyExtendedKeyUsage')) return 'has the extended key usage anyExtendedKeyUsage';
      return when(
        certificate.extension(ExtensionOid.extendedKeyUsage)?.critical === true,
        'marks extKeyUsage critical',
      );
    },
  }),
  server({
    code: 'wildcard',
    clause: 'BR 3.2.2.6',
    broken({ subjectAltNames }, _place, { isRegistrySuffix }) {
      for (const { type, value } of subjectAltNames) {
        if (type !== 'dns' || !value.startsWith('*')) continue;
        if (value === '*') return 'has the lone wildcard * as a name';
        const base = value.slice(2).toLowerCase();
        if (isRegistrySuffix(base)) return `has the wildcard ${value}, and everybody can register names under ${base}`;
      }
      return undefined;
    },
  }),
  server({
    code: 'common_name',
    clause: 'BR 7.1.4.3',
    broken({ subject, subjectAltNames }) {
      // A subject of nothing else claims to be its common name (BR 7.1.2.7.2); beside others, clients do not look at it.
      if (!subject.attributes.every(({ type }) => type === 'CN' || type === 'C')) return undefined;
      const names = new Set(subjectAltNames.map(({ value }) => value));
      // Beside wildcards and addresses alone there is no dNSName that a host in it could be a copy of.
      const mayDiffer = subjectAltNames.every(({ type, value }) => type !== 'dns' || value.startsWith('*.'));
      const stranger = subject.commonNames.find((name) => !names.has(name) && !(mayDiffer && isPlainName(name)));
      return stranger === undefined ? undefined : `has the common name ${stranger}, which is none of its names`;
    },
  }),
  root({
    code: 'extended_key_usage',
    clause: 'BR 7.1.2.1.2',
    broken: ({ extendedKeyUsage }) => when(extendedKeyUsage !== undefined, 'is a root with an extKeyUsage'),
  }),
  root({
    code: 'key_identifier',
    clause: 'BR 7.1.2.1.3',
    broken({ authorityKeyIdentifier: authority, subjectKeyId }) {
      if (authority === undefined) return undefined;
      if (authority.keyId === null) return 'is a root whose authorityKeyIdentifier has no key identifier';
      if (authority.keyId !== subjectKeyId) return 'is a root whose two key identifiers differ';
      return when(
        authority.issuer.length > 0 || authority.serial !== undefined,
        'is a root whose authorityKeyIdentifier names issuer or serial number',
      );
    },
  }),
];
