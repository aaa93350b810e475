import { children, encapsulated } from '../der/reader.js';
import { valueFault } from '../der/value-fault.js';
import { attempt, complaint } from '../errors.js';
import { ExtensionOid } from '../x509/extension.js';
import { generalNameText } from '../x509/general-name.js';
import { setProblem } from '../x509/name-problems.js';
import { AttributeOid, type CertificationRequest, type RequestAttribute } from '../x509/request.js';
import type { ExaminedRequest } from './examined-request.js';
import { extensionEncodingRules } from './extension-encoding-rules.js';
import { duplicates, innerFault } from './inner-fault.js';
import { type Family, ignoredByBoulder } from './rule.js';
import { stringRules } from './string-rules.js';

/** The encoding of the request. */

/** The attributes certreq writes beside the extensions: shown in the report, without meaning for a CA. */
export const microsoftAttributes: ReadonlyMap<string, string> = new Map([
  [AttributeOid.microsoftOsVersion, 'OS version'],
  [AttributeOid.microsoftEnrolmentCspProvider, 'key provider'],
  [AttributeOid.microsoftCertificateExtensions, 'certificate extensions'],
  [AttributeOid.microsoftRequestClientInfo, 'client information'],
]);

/** Attributes RFC 2985 and RFC 2986 name for requests, besides the two above. */
const knownAttributes = new Set<string>([
  AttributeOid.extensionRequest,
  AttributeOid.challengePassword,
  AttributeOid.emailAddress,
  AttributeOid.unstructuredName,
  AttributeOid.unstructuredAddress,
]);

const attributesOf = (examined: ExaminedRequest): readonly RequestAttribute[] =>
  attempt(() => examined.request.attributes) ?? [];

const nameOf = ({ name, oid }: RequestAttribute): string => name ?? oid;

/** Faults in the RSA key and the names, which every CA reads. */
function hiddenValueFault({ request, requested }: ExaminedRequest): string | undefined {
  const keyBits = children(request.elements.publicKey);
  keyBits.next();
  const isRsa = request.publicKey.type.startsWith('rsa');
  const key = isRsa ? attempt(() => encapsulated(keyBits.next()).next()) : undefined;
  const names = attempt(() => requested.extension(ExtensionOid.subjectAltName)?.inner);
  return (key && innerFault(key)) ?? (names && innerFault(names));
}

/** True for an RSA key whose numbers are negative: the leading 00 was forgotten. */
function hasNegativeNumber({ publicKey, elements }: CertificationRequest): boolean {
  if (!publicKey.type.startsWith('rsa')) return false;
  const fields = children(elements.publicKey);
  fields.next();
  const numbers = children(encapsulated(fields.next()).next());
  return [numbers.next(), numbers.next()].some(({ bytes, contentStart }) => (bytes[contentStart] ?? 0) >= 0x80);
}

/** Everything in the request that is read later, read once: the first complaint of each part. */
function* unreadableParts({ request, requested }: ExaminedRequest): Generator<string> {
  const parts: [string, () => unknown][] = [
    ['version', () => request.version],
    ['subject', () => request.subject.attributes],
    ['public key', () => [request.publicKey.bits, request.publicKey.subjectPublicKey]],
    ['attributes', () => request.attributes],
    ['extensions', () => requested.extensions],
    ['signature algorithm', () => request.signatureAlgorithm],
    ['subjectAltName', () => requested.subjectAltNames.map(generalNameText)],
  ];
  for (const [part, read] of parts) {
    const text = complaint(read) ?? (part === 'public key' && hasNegativeNumber(request) ? negative : undefined);
    if (text === undefined) continue;
    yield `${part}: ${text}`;
    // Extensions live in the attributes, and what is in them in the extensions: the cause is said once.
    if (part === 'attributes' || part === 'extensions') return;
  }
}

const negative = 'a number of the RSA key is negative: its leading 00 is missing';

export const encoding: Family = {
  name: 'encoding',
  title: 'Encoding',
  rules: [
    {
      id: 'e_der',
      title: 'the request is written in DER',
      source: 'RFC 2986 4.2',
      why: 'A signature is made over bytes. BER lets one value be written in many ways, so two programs can read different requests out of the same bytes; CAs take DER, where there is one way.',
      hint: 'make the request again: csr-gen, openssl and certreq write DER',
      *check(examined) {
        const { envelope, request } = examined;
        const fault = envelope.berFault ?? valueFault(request.elements.whole) ?? hiddenValueFault(examined);
        if (fault !== undefined) yield fault;
      },
    },
    {
      id: 'e_structure',
      title: 'every part of the request can be read',
      source: 'RFC 2986 4.1',
      why: 'What cannot be read cannot be judged, and a CA that cannot read a part refuses the whole.',
      hint: 'make the request again',
      unless: ['e_der'],
      check: unreadableParts,
    },
    {
      id: 'e_rdn_set',
      title: 'a relative name of the subject is a set of attributes, and not empty',
      source: 'RFC 5280 A.1, X.690 11.6',
      why: 'A relative name holds one attribute or more, in the order of their encodings. Programs print, compare and hash anything else each in its own way.',
      hint: 'make the request again: csr-gen --from FILE --subject DN',
      unless: ['e_structure'],
      profiles: ignoredByBoulder,
      *check({ request }) {
        for (const rdn of attempt(() => request.subject.rdns) ?? []) {
          const problem = setProblem(rdn);
          if (problem !== undefined) yield `the subject: ${problem}`;
        }
      },
    },
    {
      id: 'e_attributes_missing',
      title: 'the attributes are there, if only empty',
      source: 'RFC 2986 4.1',
      why: 'The field of the attributes is not optional. Some old programs left it out where they had none, and strict readers refuse the request for it.',
      hint: 'make the request again; with openssl, without -asn1-kludge',
      profiles: { internal: 'notice' },
      *check({ request }) {
        if (request.elements.attributes === undefined) yield 'the field of the attributes is left out';
      },
    },
    {
      id: 'e_trailing_data',
      title: 'nothing follows the request in its block',
      source: 'RFC 2986 4.2',
      why: 'Bytes behind the request are signed by nobody; strict readers refuse the whole, others drop them silently.',
      hint: 'cut them off, or make the request again',
      *check({ request: { trailing } }) {
        if (trailing > 0) yield `${trailing} ${trailing === 1 ? 'byte follows' : 'bytes follow'} the request`;
      },
    },
    {
      id: 'e_version',
      title: 'the version is 0, which means v1',
      source: 'RFC 2986 4.1',
      why: 'PKCS #10 knows one version. Another number promises a syntax nobody has defined.',
      hint: 'make the request again; old versions of some libraries wrote 1 or 2 here',
      profiles: { letsencrypt: 'notice' },
      *check({ request }) {
        const version = attempt(() => request.version);
        if (version !== undefined && version !== 1) yield `the version is ${version - 1}`;
      },
    },
    {
      id: 'e_attribute_duplicate',
      title: 'each attribute is there once',
      applies: 'an attribute besides extensions',
      source: 'RFC 2986 4.1',
      why: 'The attributes are a set. With two lists of requested extensions, which one the CA takes is an accident.',
      hint: 'make the request again with one list of extensions',
      profiles: { letsencrypt: 'notice' },
      *check(examined) {
        const attributes = attributesOf(examined);
        for (const oid of duplicates(attributes.map((attribute) => attribute.oid))) {
          const attribute = attributes.find((each) => each.oid === oid);
          yield `attribute ${attribute === undefined ? oid : nameOf(attribute)} is there more than once`;
        }
      },
    },
    ...extensionEncodingRules,
    {
      id: 'n_attribute_unknown',
      title: 'the attributes are ones CAs know',
      applies: 'an attribute besides extensions',
      source: 'RFC 2985 5.4',
      why: 'A CA ignores attributes it does not know: what was asked with them will not happen.',
      hint: 'nothing needs to be done if the attribute was not put there on purpose',
      *check(examined) {
        for (const attribute of attributesOf(examined)) {
          if (knownAttributes.has(attribute.oid) || microsoftAttributes.has(attribute.oid)) continue;
          yield `attribute ${nameOf(attribute)} will be ignored`;
        }
      },
    },
    {
      id: 'n_challenge_password',
      title: 'there is no challenge password',
      applies: 'an attribute besides extensions',
      source: 'RFC 2985 5.4.1',
      why: 'A challenge password was meant for asking a CA to revoke. CAs ignore it, and it lies in the request unencrypted, for everyone who reads it.',
      hint: 'leave it empty when openssl asks for it; change it if it is used elsewhere',
      *check(examined) {
        if (attributesOf(examined).some(({ oid }) => oid === AttributeOid.challengePassword)) {
          yield 'holds a challenge password, readable for everyone who gets the request';
        }
      },
    },
    {
      id: 'n_microsoft_attributes',
      title: 'there are no attributes of Windows certreq',
      applies: 'an attribute besides extensions',
      source: 'MS-WCCE 2.2.2.7',
      why: 'certreq tells which computer, user and program made the request. CAs ignore it, but who reads the request learns the names.',
      hint: 'nothing needs to be done; a request by csr-gen says nothing about its maker',
      *check(examined) {
        const found = attributesOf(examined).flatMap(({ oid }) => microsoftAttributes.get(oid) ?? []);
        if (found.length > 0) yield `certreq added: ${found.join(', ')}`;
      },
    },
    ...stringRules,
    {
      id: 'n_pem',
      title: 'the PEM block is as RFC 7468 wants it',
      source: 'RFC 7468 2',
      why: 'Forms on the web are pickier than command-line tools: an old label or a byte-order mark may be refused.',
      hint: 'csr-check --pass writes a fresh block',
      check: ({ envelope }) => envelope.pemOddities,
    },
  ],
};
