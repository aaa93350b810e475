import { attempt } from '../errors.js';
import { AttributeOid } from '../x509/request.js';
import type { ExaminedRequest } from './examined-request.js';

/**
 * When a rule applies: what a request, the profile or the call must have for it to be asked. Worked out once a request, so
 * that rules which cannot apply cost nothing.
 */
export const conditions = {
  'an RSA key': ({ rsa }: ExaminedRequest) => rsa !== undefined,
  'a key on an elliptic curve': ({ key }: ExaminedRequest) => key.type === 'ec',
  'a PSS signature': ({ signatureAlgorithm }: ExaminedRequest) => signatureAlgorithm?.pss !== undefined,
  'a subject': ({ subject }: ExaminedRequest) => subject.length > 0,
  'a field of more than words in ASCII': ({ subject }: ExaminedRequest) => subject.some(({ isPlain }) => !isPlain),
  'a common name': (examined: ExaminedRequest) => examined.values('CN').length > 0,
  'an organization': (examined: ExaminedRequest) => examined.values('O').length > 0,
  'a country': (examined: ExaminedRequest) => examined.values('C').length > 0,
  'an e-mail address in the subject': (examined: ExaminedRequest) => examined.values('emailAddress').length > 0,
  'an organizational unit': (examined: ExaminedRequest) => examined.values('OU').length > 0,
  'several names': ({ sans }: ExaminedRequest) => sans.length > 1,
  'a DNS name': ({ dnsNames }: ExaminedRequest) => dnsNames.length > 0,
  'a DNS name with a fault': ({ dnsNames }: ExaminedRequest) => dnsNames.some(({ problems }) => problems.length > 0),
  'a wildcard': ({ dnsNames }: ExaminedRequest) => dnsNames.some(({ text }) => text.startsWith('*.')),
  'an IP address': (examined: ExaminedRequest) =>
    examined.sans.some(({ type }) => type === 'ip' || type === 'malformed'),
  'a name that is no host': ({ sans }: ExaminedRequest) =>
    sans.some(({ type }) => type !== 'dns' && type !== 'ip' && type !== 'malformed'),
  'a key usage': ({ keyUsage }: ExaminedRequest) => keyUsage.length > 0,
  'an extended key usage': ({ extendedKeyUsage }: ExaminedRequest) => extendedKeyUsage !== undefined,
  'an extension besides names': ({ requested, sans }: ExaminedRequest) =>
    (attempt(() => requested.extensions)?.length ?? 0) > (sans.length > 0 ? 1 : 0),
  'an attribute': ({ request }: ExaminedRequest) => request.elements.attributes !== undefined,
  'an attribute besides extensions': ({ request }: ExaminedRequest) =>
    attempt(() => request.attributes)?.some(({ oid }, i) => i > 0 || oid !== AttributeOid.extensionRequest) ?? false,
  'a profile that lists keys': ({ profile }: ExaminedRequest) => profile.keys !== undefined,
  'a profile that lists signatures': ({ profile }: ExaminedRequest) => profile.signatures !== undefined,
  'a profile that fixes the exponent': ({ profile }: ExaminedRequest) => profile.exponent !== undefined,
  'a profile that requires fields': ({ profile }: ExaminedRequest) => profile.required.length > 0,
  'a profile that forbids fields': ({ profile }: ExaminedRequest) => profile.forbidden.length > 0,
  'a profile that lists names': ({ profile }: ExaminedRequest) => profile.names !== undefined,
  'a profile that lists purposes': ({ profile }: ExaminedRequest) => profile.purposes !== undefined,
  'a profile that lists types of names': ({ profile }: ExaminedRequest) => profile.nameTypes !== undefined,
  'a profile that wants an e-mail address': ({ profile }: ExaminedRequest) => profile.needsMailbox === true,
  'a profile that limits names': ({ profile }: ExaminedRequest) =>
    profile.maxNames !== undefined || profile.manyNames !== undefined,
  'a profile that limits labels': ({ profile }: ExaminedRequest) => profile.maxLabels !== undefined,
  '--expect': ({ criteria }: ExaminedRequest) => criteria.expected !== undefined,
  '--key': ({ criteria }: ExaminedRequest) => criteria.keySpki !== undefined,
  '--renews': ({ criteria }: ExaminedRequest) => criteria.renews !== undefined,
  '--blocklist': ({ criteria }: ExaminedRequest) => criteria.blocklist !== undefined,
  '--known-keys': ({ criteria }: ExaminedRequest) => criteria.knownKeys !== undefined,
} as const satisfies Record<string, (examined: ExaminedRequest) => boolean>;

export type Condition = keyof typeof conditions;
