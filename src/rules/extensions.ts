import { attempt } from '../errors.js';
import { serverUsages, unfitUsages } from '../x509/algorithms.js';
import { ExtensionOid } from '../x509/extension.js';
import { extensionName } from '../x509/extensions/table.js';
import { AttributeOid } from '../x509/request.js';
import type { ExaminedRequest } from './examined-request.js';
import { fittingProfile } from './profile.js';
import { type Family, ignoredByBoulder, onlyIn, type Rule, type Violation } from './rule.js';

/** The extensions a request asks for. CAs set most themselves; what contradicts them is asked in vain, or refused. */

/** Extensions that mean something in a request for a certificate. */
const requestable = new Set<string>([
  ExtensionOid.subjectAltName,
  ExtensionOid.basicConstraints,
  ExtensionOid.keyUsage,
  ExtensionOid.extendedKeyUsage,
  ExtensionOid.subjectKeyId,
  ExtensionOid.authorityKeyId,
  ExtensionOid.tlsFeature,
  ExtensionOid.certificatePolicies,
  ExtensionOid.crlDistributionPoints,
  ExtensionOid.authorityInfoAccess,
  ExtensionOid.netscapeCertType,
  ExtensionOid.netscapeComment,
  ExtensionOid.microsoftTemplateName,
  ExtensionOid.microsoftTemplate,
  ExtensionOid.microsoftApplicationPolicies,
  AttributeOid.smimeCapabilities,
]);

/** The bits of keyUsage a TLS server certificate had better not have, though it may (BR 7.1.2.7.11). */
const discouragedUsages = (type: string): readonly string[] =>
  type.startsWith('rsa') ? ['dataEncipherment'] : ['keyAgreement'];

const caUsages = ['keyCertSign', 'cRLSign'];

/** Purposes a TLS server certificate must not have besides (BR 7.1.2.7.10). */
const forbiddenPurposes = new Set([
  'codeSigning',
  'emailProtection',
  'timeStamping',
  'OCSPSigning',
  'anyExtendedKeyUsage',
  // Precertificate signing (RFC 6962 3.1).
  '1.3.6.1.4.1.11129.2.4.4',
]);

/** A violation of a rule for servers, with the profile that fits the request as its hint where there is one. */
function fitted(message: string, purposes: readonly string[] | undefined, { hint }: Pick<Rule, 'hint'>): Violation {
  const profile = fittingProfile(purposes ?? []);
  return profile === undefined
    ? message
    : { message, hint: `${hint}; csr-check --profile ${profile} judges such requests` };
}

const isCa = (examined: ExaminedRequest): boolean => attempt(() => examined.requested.basicConstraints)?.isCa ?? false;

export const extensions: Family = {
  name: 'extensions',
  title: 'Extensions',
  rules: [
    {
      id: 'e_ca',
      title: 'the request does not ask for a CA certificate',
      applies: 'an extension besides names',
      source: 'BR 7.1.2.7.8',
      why: 'CA:TRUE asks for a certificate that signs others. No public CA gives one for a form, and one that did would be in the news.',
      hint: 'make the request again without --ca; csr-check --profile internal judges CAs of your own, csr-sign --profile ca signs them',
      profiles: { ...ignoredByBoulder, internal: 'notice' },
      *check(examined) {
        if (isCa(examined)) yield 'basic constraints ask for CA:TRUE';
      },
    },
    {
      id: 'e_key_usage_ca',
      title: 'the key usage is none of a CA',
      applies: 'a key usage',
      source: 'BR 7.1.2.7.11',
      why: 'keyCertSign and cRLSign are for CAs only (RFC 5280 4.2.1.3).',
      hint: 'make the request again without these key usages',
      profiles: ignoredByBoulder,
      *check(examined) {
        if (isCa(examined)) return;
        const asked = examined.keyUsage.filter((usage) => caUsages.includes(usage));
        if (asked.length > 0) yield `key usage asks for ${asked.join(' and ')}`;
      },
    },
    {
      id: 'e_key_usage_key',
      title: 'the key usage fits the kind of key',
      applies: 'a key usage',
      source: 'RFC 8813 3, RFC 4055 1.2, RFC 8410 5, BR 7.1.2.7.11',
      why: 'A key on an elliptic curve encrypts nothing, and an RSA key agrees on nothing: the certificate would promise what the key cannot do.',
      hint: 'leave --key-usage out: the CA sets the right one',
      profiles: ignoredByBoulder,
      *check(examined) {
        const wrong = examined.keyUsage.filter((usage) => unfitUsages(examined.key.type).includes(usage));
        if (wrong.length > 0) yield `${wrong.join(' and ')} cannot be done with a key of type ${examined.key.type}`;
      },
    },
    {
      id: 'e_key_usage_server',
      title: 'the key usage is one of a TLS server',
      applies: 'a key usage',
      source: 'BR 7.1.2.7.11',
      why: 'The Baseline Requirements allow a server certificate digitalSignature, which a key on a curve must have, and keyEncipherment with RSA.',
      hint: 'leave --key-usage out: the CA sets the right one',
      profiles: { ...ignoredByBoulder, internal: 'off' },
      *check(examined) {
        const { type } = examined.key;
        const known = [...serverUsages(type), ...discouragedUsages(type), ...caUsages, ...unfitUsages(type)];
        const wrong = examined.keyUsage.filter((usage) => !known.includes(usage));
        if (wrong.length > 0) yield `key usage asks for ${wrong.join(' and ')}`;
        if (examined.key.type === 'ec' && !examined.keyUsage.includes('digitalSignature')) {
          yield 'key usage leaves out digitalSignature, all that a key on a curve is used for';
        }
      },
    },
    {
      id: 'w_key_usage_discouraged',
      title: 'the key usage is a recommended one',
      applies: 'a key usage',
      source: 'BR 7.1.2.7.11',
      why: 'dataEncipherment with RSA and keyAgreement on a curve are not recommended for TLS servers: nothing uses them.',
      hint: 'leave --key-usage out: the CA sets the right one',
      profiles: { ...ignoredByBoulder, internal: 'off' },
      *check(examined) {
        const asked = examined.keyUsage.filter((usage) => discouragedUsages(examined.key.type).includes(usage));
        if (asked.length > 0) yield `key usage asks for ${asked.join(' and ')}`;
      },
    },
    {
      id: 'e_extended_key_usage_server',
      title: 'an extended key usage includes serverAuth',
      applies: 'an extended key usage',
      source: 'BR 7.1.2.7.10',
      why: 'Without serverAuth no client accepts the certificate of a TLS server.',
      hint: 'leave --eku out, or add serverAuth',
      profiles: { ...ignoredByBoulder, internal: 'off' },
      *check({ extendedKeyUsage: purposes }) {
        if (
          purposes !== undefined &&
          !purposes.includes('serverAuth') &&
          !purposes.some((each) => forbiddenPurposes.has(each))
        ) {
          yield fitted(
            `extended key usage asks for ${purposes.join(', ') || 'nothing'}, not for serverAuth`,
            purposes,
            this,
          );
        }
      },
    },
    {
      id: 'e_extended_key_usage_forbidden',
      title: 'the extended key usage is not for code, mail, time stamps, OCSP or anything',
      applies: 'an extended key usage',
      source: 'BR 7.1.2.7.10',
      why: 'A TLS certificate must not be good for signing code, mail or time stamps too.',
      hint: 'leave --eku out: make a request of its own for each purpose',
      profiles: { ...ignoredByBoulder, internal: 'off' },
      *check({ extendedKeyUsage: purposes }) {
        const wrong = purposes?.filter((purpose) => forbiddenPurposes.has(purpose)) ?? [];
        if (wrong.length > 0) yield fitted(`extended key usage asks for ${wrong.join(' and ')}`, purposes, this);
      },
    },
    {
      id: 'w_client_auth',
      title: 'clientAuth is not asked of a public CA',
      applies: 'an extended key usage',
      source: 'Chrome Root Program Policy 1.6, 3.2',
      later: { from: '2027-03-15', severity: 'error' },
      why: "Browsers' root programs end clientAuth in public TLS certificates: public CAs stop issuing it, the last by March 2027. Servers that also log in as clients (mail, voice) need a private CA for that.",
      hint: 'a private CA for the client side: csr-sign --profile client',
      profiles: { letsencrypt: 'notice', internal: 'off' },
      *check({ extendedKeyUsage: purposes }) {
        if (purposes?.includes('clientAuth')) yield fitted('extended key usage asks for clientAuth', purposes, this);
      },
    },
    {
      id: 'e_purpose_profile',
      title: "the extended key usage is one of the profile's",
      applies: 'a profile that lists purposes',
      source: 'the profile',
      why: 'A certificate is made for one kind of use; what else it would be good for, an attacker would use it for.',
      hint: 'make a request of its own for each purpose',
      profiles: onlyIn('internal'),
      *check({ extendedKeyUsage: purposes, profile }) {
        const wrong = purposes?.filter((purpose) => profile.purposes?.includes(purpose) === false) ?? [];
        if (wrong.length === 0) return;
        const hint = `profile ${profile.name} is for ${profile.purposes?.join(' and ')}`;
        yield { message: `extended key usage asks for ${wrong.join(' and ')}`, hint };
      },
    },
    {
      id: 'w_extended_key_usage_other',
      title: 'the extended key usage holds nothing a TLS server does not need',
      applies: 'an extended key usage',
      source: 'BR 7.1.2.7.10',
      why: 'Other purposes are not recommended in TLS server certificates.',
      hint: 'leave --eku out',
      profiles: { ...ignoredByBoulder, internal: 'off' },
      unless: ['e_extended_key_usage_server'],
      *check({ extendedKeyUsage: purposes }) {
        const others = purposes?.filter(
          (each) => each !== 'serverAuth' && each !== 'clientAuth' && !forbiddenPurposes.has(each),
        );
        if (others !== undefined && others.length > 0) yield `extended key usage asks for ${others.join(' and ')}`;
      },
    },
    {
      id: 'n_must_staple',
      title: 'must-staple is not asked for',
      applies: 'an extension besides names',
      source: 'RFC 7633, BR 4.9.9',
      why: "CAs end OCSP; a certificate that must be stapled fails where there is no response to staple. Let's Encrypt refuses such requests since 2025.",
      hint: 'make the request again without --must-staple',
      profiles: { letsencrypt: 'error' },
      *check({ requested }) {
        if (attempt(() => requested.mustStaple) === true) yield 'asks for must-staple';
      },
    },
    {
      id: 'w_extension_critical',
      title: 'no unknown extension is marked critical',
      applies: 'an extension besides names',
      source: 'RFC 5280 4.2',
      why: 'A certificate with a critical extension that a client does not know is refused by it; a CA will not put one in.',
      hint: 'make the request again without it',
      profiles: ignoredByBoulder,
      *check({ requested }) {
        for (const { oid, critical } of attempt(() => requested.extensions) ?? []) {
          if (critical && !requestable.has(oid)) yield `extension ${extensionName(oid)} is requested as critical`;
        }
      },
    },
    {
      id: 'n_extension_unknown',
      title: 'the requested extensions are ones CAs know',
      applies: 'an extension besides names',
      source: 'RFC 5280 4.2',
      why: 'A CA ignores extensions it does not know: what was asked with them will not be in the certificate.',
      hint: 'nothing needs to be done if the extension is not needed',
      *check({ requested }) {
        for (const { oid, critical } of attempt(() => requested.extensions) ?? []) {
          if (!critical && !requestable.has(oid)) yield `extension ${extensionName(oid)} will be ignored`;
        }
      },
    },
  ],
};
