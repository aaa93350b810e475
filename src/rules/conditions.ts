import { attempt } from '../errors.js';
import { AttributeOid } from '../x509/request.js';
import type { Facts } from './facts.js';

/**
 * When a rule applies: what a request, the profile or the call must have for it to be asked. Worked out once a request, so
 * that rules which cannot apply cost nothing.
 */
export const conditions = {
  'an RSA key': ({ rsa }: Facts) => rsa !== undefined,
  'a key on an elliptic curve': ({ key }: Facts) => key.type === 'ec',
  'a PSS signature': ({ signatureAlgorithm }: Facts) => signatureAlgorithm?.pss !== undefined,
  'a subject': ({ subject }: Facts) => subject.length > 0,
  'a field of more than words in ASCII': ({ subject }: Facts) => subject.some(({ isPlain }) => !isPlain),
  'a common name': (facts: Facts) => facts.values('CN').length > 0,
  'an organization': (facts: Facts) => facts.values('O').length > 0,
  'a country': (facts: Facts) => facts.values('C').length > 0,
  'an e-mail address in the subject': (facts: Facts) => facts.values('emailAddress').length > 0,
  'an organizational unit': (facts: Facts) => facts.values('OU').length > 0,
  'several names': ({ sans }: Facts) => sans.length > 1,
  'a DNS name': ({ dnsNames }: Facts) => dnsNames.length > 0,
  'a DNS name with a fault': ({ dnsNames }: Facts) => dnsNames.some(({ problems }) => problems.length > 0),
  'a wildcard': ({ dnsNames }: Facts) => dnsNames.some(({ text }) => text.startsWith('*.')),
  'an IP address': (facts: Facts) => facts.sans.some(({ type }) => type === 'ip' || type === 'malformed'),
  'a name that is no host': ({ sans }: Facts) =>
    sans.some(({ type }) => type !== 'dns' && type !== 'ip' && type !== 'malformed'),
  'a key usage': ({ keyUsage }: Facts) => keyUsage.length > 0,
  'an extended key usage': ({ extendedKeyUsage }: Facts) => extendedKeyUsage !== undefined,
  'an extension besides names': ({ requested, sans }: Facts) =>
    (attempt(() => requested.extensions)?.length ?? 0) > (sans.length > 0 ? 1 : 0),
  'an attribute': ({ request }: Facts) => request.elements.attributes !== undefined,
  'an attribute besides extensions': ({ request }: Facts) =>
    attempt(() => request.attributes)?.some(({ oid }, i) => i > 0 || oid !== AttributeOid.extensionRequest) ?? false,
  'a profile that lists keys': ({ profile }: Facts) => profile.keys !== undefined,
  'a profile that lists signatures': ({ profile }: Facts) => profile.signatures !== undefined,
  'a profile that fixes the exponent': ({ profile }: Facts) => profile.exponent !== undefined,
  'a profile that requires fields': ({ profile }: Facts) => profile.required.length > 0,
  'a profile that forbids fields': ({ profile }: Facts) => profile.forbidden.length > 0,
  'a profile that lists names': ({ profile }: Facts) => profile.names !== undefined,
  'a profile that lists purposes': ({ profile }: Facts) => profile.purposes !== undefined,
  'a profile that lists types of names': ({ profile }: Facts) => profile.nameTypes !== undefined,
  'a profile that wants an e-mail address': ({ profile }: Facts) => profile.needsMailbox === true,
  'a profile that limits names': ({ profile }: Facts) =>
    profile.maxNames !== undefined || profile.manyNames !== undefined,
  'a profile that limits labels': ({ profile }: Facts) => profile.maxLabels !== undefined,
  '--expect': ({ question }: Facts) => question.expected !== undefined,
  '--key': ({ question }: Facts) => question.keySpki !== undefined,
  '--renews': ({ question }: Facts) => question.renews !== undefined,
  '--blocklist': ({ question }: Facts) => question.blocklist !== undefined,
  '--known-keys': ({ question }: Facts) => question.knownKeys !== undefined,
} as const satisfies Record<string, (facts: Facts) => boolean>;

export type Condition = keyof typeof conditions;
