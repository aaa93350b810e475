import { checkWellFormed } from '../der/reader.js';
import { attempt, complaint } from '../errors.js';
import { flagProblem } from '../x509/certificate-warnings.js';
import { ExtensionOid } from '../x509/extension.js';
import { readValue } from '../x509/extensions/read-value.js';
import { extensionName, extensionType } from '../x509/extensions/table.js';
import { relativeNameProblems } from '../x509/name-problems.js';
import type { ExaminedRequest } from './examined-request.js';
import { duplicates, innerFault } from './inner-fault.js';
import { ignoredByBoulder, type Rule } from './rule.js';

/** The encoding of the extensions a request asks for, and their place. */

/** The faults in the values of the other extensions: not DER, or not what the extension holds. */
function* unreadableExtensions({ requested }: ExaminedRequest): Generator<string> {
  for (const extension of attempt(() => requested.extensions) ?? []) {
    const { oid } = extension;
    if (oid === ExtensionOid.subjectAltName) continue;
    const type = extensionType(oid);
    const read = () => (type === undefined ? checkWellFormed(extension.inner) : readValue(type, extension));
    const fault = complaint(read) ?? attempt(() => innerFault(extension.inner));
    if (fault !== undefined) yield `${extensionName(oid)}: ${fault}`;
  }
}

/** The oddities of extensions that can be read; those of host names and addresses have rules of their own. */
function* oddExtensions({ requested }: ExaminedRequest): Generator<string> {
  for (const extension of attempt(() => requested.extensions) ?? []) {
    const type = extensionType(extension.oid);
    const found: string[] = [];
    if (type !== undefined && extension.oid !== ExtensionOid.subjectAltName) {
      attempt(() => readValue(type, extension, (warning) => found.push(`${type.name}: ${warning}`)));
    }
    yield* found;
    const flag = flagProblem(extension);
    if (flag !== undefined) yield flag;
  }
}

/** The oddities of subjectAltName that are none of a host name or an address. */
function* oddNames(examined: ExaminedRequest): Generator<string> {
  const isThere = attempt(() => examined.requested.extension(ExtensionOid.subjectAltName)) !== undefined;
  if (isThere && examined.sans.length === 0) yield 'subjectAltName: empty';
  for (const name of examined.sans) {
    if (name.type !== 'dn') continue;
    for (const problem of name.name.rdns.flatMap(relativeNameProblems))
      yield `subjectAltName: a directory name: ${problem}`;
  }
}

export const extensionEncodingRules: readonly Rule[] = [
  {
    id: 'e_extension_value',
    title: 'the value of every requested extension can be read, and is DER',
    applies: 'an extension besides names',
    source: 'RFC 5280 4.2',
    why: 'An extension is a name and a value in DER. One that is not what its name says cannot go into a certificate.',
    hint: 'make the request again',
    unless: ['e_der', 'e_structure'],
    // boulder reads no extension but the names.
    profiles: ignoredByBoulder,
    check: unreadableExtensions,
  },
  {
    id: 'e_extension_duplicate',
    title: 'each extension is requested once',
    applies: 'an extension besides names',
    source: 'RFC 5280 4.2',
    why: 'A certificate must not hold two of a kind, so one of the two would be dropped: names may be lost that way.',
    hint: 'make the request again; openssl adds a second subjectAltName when -addext and the configuration both have one',
    *check(examined) {
      const extensions = attempt(() => examined.requested.extensions) ?? [];
      for (const oid of duplicates(extensions.map((extension) => extension.oid))) {
        yield `extension ${extensionName(oid)} is requested more than once`;
      }
    },
  },
  {
    id: 'e_extension_places',
    title: 'all extensions are requested in one list',
    applies: 'an attribute',
    source: 'RFC 2985 5.4.2, boulder csr/csr.go',
    why: 'Extensions stand in the first value of extensionRequest. CAs differ in what they make of a second value, and of the attribute old versions of Windows used: names may be lost that way.',
    hint: 'make the request again: csr-gen --from FILE writes one list',
    profiles: { letsencrypt: 'warning' },
    *check({ request, requested }) {
      yield* attempt(() => request.unreadExtensions) ?? [];
      const read = attempt(() => requested.extensions) ?? [];
      if (read.length > 0) return;
      const lost = attempt(() => request.extensions) ?? [];
      for (const { oid } of lost) yield `${extensionName(oid)} in microsoftCertificateExtensions is not read`;
    },
  },
  {
    id: 'w_extension_content',
    title: 'the requested extensions keep to their specifications',
    applies: 'an attribute',
    source: 'RFC 5280 4.2.1',
    why: 'These extensions can be read and say something their specifications forbid: CAs and clients make different things of it.',
    hint: 'make the request again, without the extension: the CA sets its own',
    unless: ['e_der', 'e_structure'],
    profiles: ignoredByBoulder,
    *check(examined) {
      yield* oddNames(examined);
      yield* oddExtensions(examined);
    },
  },
];
