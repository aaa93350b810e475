import type { Extension } from 'pkijs';
import { frameFlaw, verifySigned } from '../crypto/verify-signed.js';
import { nullValue } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { parseDnsPattern } from '../names/host-name.js';
import { type AltName, altNameOfCommonName, sameAltName } from '../spec/alt-name.js';
import { copiedAltName, copyProblem } from '../spec/copied-name.js';
import { purposeOid } from '../spec/request-spec.js';
import { isoDate } from '../text/iso-time.js';
import { serverUsages } from '../x509/algorithms.js';
import type { Certificate } from '../x509/certificate.js';
import { ExtensionOid } from '../x509/extension.js';
import { type KeyUsage, keyUsageNames } from '../x509/extensions/key-usage.js';
import { STATUS_REQUEST, tlsFeature } from '../x509/extensions/tls-feature.js';
import { unreadableText } from '../x509/name-problems.js';
import { AttributeOid, type CertificationRequest } from '../x509/request.js';
import type { Authority } from './authority.js';
import { makeCertificate, type Period, periodOf } from './certificate.js';
import {
  authorityInfoExtension,
  authorityKeyIdExtension,
  basicConstraintsExtension,
  crlUrlsExtension,
  extendedKeyUsageExtension,
  keyUsageExtension,
  rawExtension,
  subjectAltNameExtension,
  subjectKeyIdExtension,
  tlsFeatureExtension,
} from './extensions.js';
import { issuerKeyIdentifier, keyIdentifier } from './key-identifier.js';

/** The uses certificates are issued for. */
export type IssueProfile = 'server' | 'client' | 'server+client' | 'smime' | 'codesign' | 'ocsp' | 'ca';

/** The contents of a certificate beside the names and the key of its request. */
export interface IssueOptions {
  readonly profile: IssueProfile;
  readonly days: number;
  readonly now: Date;
  /** In place of the request's names. */
  readonly altNames?: readonly AltName[] | undefined;
  /** The number of CAs that may follow below a CA certificate. */
  readonly pathLength?: number | undefined;
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly issuerUrls: readonly string[];
}

interface Issued {
  readonly der: Buffer;
  /** The changes and omissions, for people. */
  readonly notices: readonly string[];
}

const no = (message: string, hint?: string) => new PkiError('CA_UNFIT', message, { status: 1, hint });

const remake = 'csr-gen --from FILE --subject DN makes a request without that';

/**
 * Issues a certificate for a request whose signature has been verified.
 *
 * @throws {PkiError} status 1: the request is not for this profile, or the CA may not issue it
 */
export function issue(ca: Authority, request: CertificationRequest, options: IssueOptions): Issued {
  const notices: string[] = [];
  const { profile } = options;
  const publicKey = request.elements.publicKey.encoding();
  // Before anything that is missing: a request for another use is told which profile gives it.
  const purposes = profile === 'ca' ? [] : purposesFor(request, profile);
  const names = altNamesFor(request, options, notices);
  const subject = request.subject;
  for (const attribute of subject.attributes) {
    const problem = unreadableText(attribute);
    if (problem !== undefined) throw no(`the subject cannot be copied: ${problem}`, remake);
  }
  if (subject.rdns.some((rdn) => rdn.length === 0)) throw no('the subject has an empty relative name', remake);
  if (profile === 'ca' && subject.isEmpty) throw no('a CA needs a subject, the request has none');
  if (subject.isEmpty && names.length === 0) throw no('the request names nobody');
  const extensions: Extension[] = [
    profile === 'ca' ? caConstraints(ca, options) : basicConstraintsExtension(false),
    keyUsageExtension(usagesFor(profile, request)),
    ...(purposes.length === 0 ? [] : [extendedKeyUsageExtension(purposes)]),
    subjectKeyIdExtension(keyIdentifier(publicKey)),
    authorityKeyIdExtension(issuerKeyIdentifier(ca.certificate)),
    ...(names.length === 0 ? [] : [subjectAltNameExtension(names, subject.isEmpty)]),
    // A responder's certificate is not looked up itself: who asked would ask it (RFC 6960 4.2.2.2.1).
    ...(profile === 'ocsp'
      ? [rawExtension({ oid: ExtensionOid.ocspNoCheck, critical: false, value: nullValue() })]
      : []),
    ...(isForServers(profile) && request.mustStaple ? [tlsFeatureExtension([STATUS_REQUEST])] : []),
    ...(options.crlUrls.length === 0 ? [] : [crlUrlsExtension(options.crlUrls)]),
    ...(options.ocspUrls.length + options.issuerUrls.length === 0
      ? []
      : [authorityInfoExtension(options.ocspUrls, options.issuerUrls)]),
  ];
  reportLeftOut(request, options, notices);
  const period = within(ca.certificate, periodOf(options.now, options.days), notices);
  const issuer = ca.certificate.elements.subject.encoding();
  const content = { issuer, subject: subject.der, ...period, publicKey, extensions };
  return { der: makeCertificate(content, ca.signer), notices };
}

/**
 * Asserts that the maker of the request holds its key.
 *
 * @throws {PkiError} status 1 where the signature is bad, 2 where nothing here can check it
 */
export function checkPossession(request: CertificationRequest): void {
  const verdict = verifySigned(request, request.elements.publicKey.encoding());
  if (verdict === 'good') return;
  if (verdict === 'bad') {
    const hint = frameFlaw(request) ?? 'it was changed on the way, or its key is not the one it was signed with';
    throw new PkiError('REQUEST_SIGNATURE', 'the signature of the request is bad', { status: 1, hint });
  }
  throw new PkiError('REQUEST_SIGNATURE', `the signature of the request was not checked: ${verdict.unchecked}`);
}

/** The types of names a profile takes from a request: clients of servers look for host names and addresses only. */
const nameTypes: Record<IssueProfile, readonly string[] | undefined> = {
  server: ['dns', 'ip', 'uri'],
  'server+client': ['dns', 'ip', 'uri', 'email', 'other'],
  client: undefined,
  smime: ['email', 'other'],
  codesign: undefined,
  ocsp: undefined,
  ca: undefined,
};

/** The names asked for; for a server a common name that is a host name or address becomes one where there is none. */
function altNamesFor(request: CertificationRequest, { altNames, profile }: IssueOptions, notices: string[]): AltName[] {
  if (altNames !== undefined) return [...altNames];
  const asked = request.subjectAltNames;
  for (const name of asked) {
    const problem = copyProblem(name);
    if (problem !== undefined) throw no(`an alternative name cannot be copied: ${problem}`, 'give --san');
  }
  const allowed = nameTypes[profile];
  const names = asked.filter(({ type }) => allowed?.includes(type) !== false).map(copiedAltName);
  const leftOut = asked.filter(({ type }) => allowed?.includes(type) === false).map(({ value }) => value);
  if (leftOut.length > 0) notices.push(`names left out: ${leftOut.join(', ')} (profile ${profile})`);
  for (const { type, value } of names) if (type === 'dns') checkHostName(value);
  if (profile === 'smime' && !names.some(({ type }) => type === 'email' || type === 'other')) {
    throw no('a certificate for mail needs an e-mail address, the request has none', 'give --san');
  }
  if (!isForServers(profile)) return names;
  for (const commonName of request.subject.commonNames) {
    const name = altNameOfCommonName(commonName);
    if (name === undefined || names.some((each) => sameAltName(each, name))) continue;
    if (names.length > 0) {
      notices.push(`the common name ${commonName} is not among the alternative names and was not added`);
      continue;
    }
    names.push(name);
    notices.push(`no alternative names in the request: the common name ${name.value} became one`);
  }
  if (names.length === 0) throw no('a server needs a host name or address, the request has none', 'give --san');
  return names;
}

const isForServers = (profile: IssueProfile): boolean => profile === 'server' || profile === 'server+client';

/** A CA answers for the names it signs: what is no host name is not copied. */
function checkHostName(value: string): void {
  const { problem } = parseDnsPattern(value, { underscore: true });
  if (problem !== undefined) throw no(`the alternative name ${value} is no host name: ${problem}`, 'give --san');
}

function usagesFor(profile: IssueProfile, request: CertificationRequest): readonly KeyUsage[] {
  if (profile === 'ca') return ['keyCertSign', 'cRLSign'];
  const all = serverUsages(request.publicKey.type);
  const usages =
    profile === 'codesign' || profile === 'ocsp' ? all.filter((usage) => usage === 'digitalSignature') : all;
  // A request that leaves keyEncipherment out has its reasons.
  const asked = request.keyUsage;
  return keyUsageNames.filter(
    (usage) => usages.includes(usage) && (usage === 'digitalSignature' || (asked ?? usages).includes(usage)),
  );
}

const profilePurposes = {
  server: ['serverAuth'],
  client: ['clientAuth'],
  'server+client': ['serverAuth', 'clientAuth'],
  smime: ['emailProtection'],
  codesign: ['codeSigning'],
  ocsp: ['OCSPSigning'],
} as const;

/** The profile's purposes, or those of them the request asks for. */
function purposesFor(request: CertificationRequest, profile: Exclude<IssueProfile, 'ca'>): string[] {
  const allowed: readonly string[] = profilePurposes[profile];
  const asked = request.extendedKeyUsage ?? [];
  const refused = asked.filter((purpose) => !allowed.includes(purpose));
  if (refused.length > 0) {
    throw no(`the request asks for ${refused.join(', ')}, which profile ${profile} does not give`, purposeHint(asked));
  }
  const granted = allowed.filter((purpose) => asked.includes(purpose));
  return (granted.length > 0 ? granted : allowed).map((name) => purposeOid(name) ?? name);
}

/** The way out for a request that asks for more than its profile gives. */
function purposeHint(asked: readonly string[]): string {
  const wider = Object.entries(profilePurposes).find(([, given]: [string, readonly string[]]) =>
    asked.every((purpose) => given.includes(purpose)),
  );
  return wider === undefined
    ? 'csr-gen --from FILE --eku NAME,... makes a request that asks for less'
    : `--profile ${wider[0]}`;
}

/** RFC 5280 4.2.1.9: each CA takes one from the path length above it. */
function caConstraints({ certificate }: Authority, { pathLength }: IssueOptions): Extension {
  const limit = certificate.basicConstraints?.pathLength ?? null;
  if (limit === null) return basicConstraintsExtension(true, pathLength);
  if (limit === 0) throw no(`${certificate.subject} may not issue CA certificates: its path length is 0`);
  if (pathLength !== undefined && pathLength > limit - 1) {
    throw no(`path length ${pathLength} is more than the CA's own allows (${limit - 1})`);
  }
  return basicConstraintsExtension(true, pathLength ?? limit - 1);
}

const handled: readonly string[] = [
  ExtensionOid.basicConstraints,
  ExtensionOid.keyUsage,
  ExtensionOid.extendedKeyUsage,
  ExtensionOid.subjectAltName,
  ExtensionOid.subjectKeyId,
  ExtensionOid.tlsFeature,
];

const extensionAttributes: readonly string[] = Object.values(AttributeOid);

function reportLeftOut(
  request: CertificationRequest,
  { profile, pathLength: given }: IssueOptions,
  notices: string[],
): void {
  const others = request.extensions.map(({ oid }) => oid).filter((oid) => !handled.includes(oid));
  if (others.length > 0) notices.push(`extensions left out: ${others.join(', ')}`);
  const { pathLength = null } = request.basicConstraints ?? {};
  if (pathLength !== null && pathLength !== given) notices.push(`path length left out: ${pathLength}`);
  const own = Buffer.from(keyIdentifier(request.elements.publicKey.encoding())).toString('hex');
  if (request.subjectKeyId !== null && request.subjectKeyId !== own) {
    notices.push(`subject key identifier left out: ${request.subjectKeyId}`);
  }
  const features = (request.value(tlsFeature) ?? []).filter((feature) => feature !== STATUS_REQUEST);
  if (features.length > 0) notices.push(`TLS features left out: ${features.join(', ')}`);
  if (profile !== 'ca' && request.basicConstraints?.isCa) {
    notices.push(`the request asks for a CA: left out (profile ${profile}; --profile ca makes one)`);
  }
  if (!isForServers(profile) && request.mustStaple) notices.push(`TLS feature left out (profile ${profile})`);
  const purposes = profile === 'ca' ? (request.extendedKeyUsage ?? []) : [];
  if (purposes.length > 0) notices.push(`extended key usage left out: ${purposes.join(', ')} (profile ca)`);
  const attributes = request.attributes.filter(({ oid }) => !extensionAttributes.includes(oid));
  if (attributes.length > 0) {
    const names = new Set(attributes.map(({ name, oid }) => name ?? oid));
    notices.push(`attributes left out: ${[...names].join(', ')}`);
  }
  const granted = usagesFor(profile, request);
  const usages = (request.keyUsage ?? []).filter((usage) => !granted.some((each) => each === usage));
  if (usages.length > 0) notices.push(`key usage left out: ${usages.join(', ')}`);
}

/** No validity beyond the CA's own: below it, nothing is valid longer than it is. */
function within(ca: Certificate, period: Period, notices: string[]) {
  const notBefore = new Date(Math.max(period.notBefore.getTime(), ca.notBefore.getTime()));
  if (period.notAfter <= ca.notAfter) return { notBefore, notAfter: period.notAfter };
  notices.push(`validity cut to the CA's own: until ${isoDate(ca.notAfter.getTime())}`);
  return { notBefore, notAfter: ca.notAfter };
}
