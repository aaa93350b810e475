import { Tag } from '../der/tag.js';
import { PkiError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { keyUsageNames } from '../x509/extensions/key-usage.js';
import { tlsFeature } from '../x509/extensions/tls-feature.js';
import type { GeneralName } from '../x509/general-name.js';
import type { Name } from '../x509/name.js';
import { unreadableText } from '../x509/name-problems.js';
import type { CertificationRequest } from '../x509/request.js';
import { stringProblem } from '../x509/string-problem.js';
import { type AltName, altNameOfCommonName, sameAltName } from './alt-name.js';
import { copiedAltName, copyProblem } from './copied-name.js';
import type { DistinguishedName } from './distinguished-name.js';
import { isForServer, purposeOid, type RequestSpec } from './request-spec.js';
import { attributeType } from './subject-types.js';

/**
 * The parts of a certificate or request that a renewal asks for again: subject, alternative names, key usage, extended key
 * usage and TLS features, byte for byte where they are names; nothing else.
 *
 * @param takesNames false leaves the alternative names out: others take their place
 * @throws {PkiError} a name cannot be read, or must not be written again
 */
export function renewalOf(existing: Certificate | CertificationRequest, takesNames = true): RequestSpec {
  const spec = {
    subject: subjectOf(existing.subject),
    altNames: takesNames ? existing.subjectAltNames.map(repeated) : [],
    keyUsage: keyUsageNames.filter((usage) => existing.keyUsage?.includes(usage)),
    purposes: purposesOf(existing),
    tlsFeatures: existing.value(tlsFeature) ?? [],
  };
  const keyUsage = spec.keyUsage.length === 0 ? undefined : spec.keyUsage;
  // Whether it can sign is asked for anew, but a CA's name is no host's.
  if (existing.basicConstraints?.isCa) return { ...spec, keyUsage };
  return { ...spec, keyUsage, altNames: withCommonNames(spec, existing.subject) };
}

/** More are no request's: what is written is built with a library that takes its time. */
const MOST_PURPOSES = 100;

function purposesOf({ extendedKeyUsage }: Certificate | CertificationRequest): string[] | undefined {
  const names = extendedKeyUsage && [...new Set(extendedKeyUsage)];
  if (names === undefined || names.length <= MOST_PURPOSES) return names?.map((name) => purposeOid(name) ?? name);
  const message = `extended key usage lists ${names.length} purposes, ${MOST_PURPOSES} are the most that are written again`;
  throw new PkiError('RENEWAL', message, { hint: 'make the request anew' });
}

/** The subject with its values as they are written: a renewal must not change their string types. */
function subjectOf(name: Name): DistinguishedName {
  return name.rdns
    .filter((rdn) => rdn.length > 0)
    .map((rdn) =>
      rdn.map((attribute) => {
        const problem = unreadableText(attribute);
        const { oid, element, value } = attribute;
        const other = stringProblem(element);
        if (problem === undefined && other === undefined) return { oid, value: element.encoding() };
        // Characters its type does not allow for go into one that does, where there is a choice (RFC 5280 A.1).
        if (problem === undefined && attributeType(oid)?.encoding === Tag.utf8String) return { oid, value };
        const words = problem ?? `${attribute.type} is ${other}`;
        throw new PkiError('RENEWAL', `the subject cannot be written again: ${words}`, { hint: 'give --subject' });
      }),
    );
}

function repeated(name: GeneralName): AltName {
  const problem = copyProblem(name);
  if (problem === undefined) return copiedAltName(name);
  throw new PkiError('RENEWAL', `an alternative name cannot be written again: ${problem}`, {
    hint: 'give all names with --san',
  });
}

/** Certificates from before common names had to be alternative names too. */
function withCommonNames(spec: RequestSpec, subject: Name): readonly AltName[] {
  if (!isForServer(spec)) return spec.altNames;
  const missing = subject.commonNames
    .map((name) => altNameOfCommonName(name))
    .filter((name) => name !== undefined)
    .filter((name) => !spec.altNames.some((each) => sameAltName(each, name)));
  return [...missing, ...spec.altNames];
}
