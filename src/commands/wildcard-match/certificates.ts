import type { Source } from '../../cli/input.js';
import { type InputObject, readObjects } from '../../cli/objects.js';
import type { Report } from '../../cli/report.js';
import { formatTime } from '../../cli/time.js';
import { isPkiError } from '../../errors.js';
import { formatIpAddress } from '../../names/ip-address.js';
import { presentedNameProblem, type WildcardOptions } from '../../names/wildcard.js';
import { Certificate } from '../../x509/certificate.js';
import type { GeneralName } from '../../x509/general-name.js';
import { kindOf } from '../../x509/kind.js';
import { CertificationRequest } from '../../x509/request.js';
import { quoted } from './lines.js';
import type { Pattern } from './patterns.js';

/** A certificate or request, as far as matching is concerned. */
export interface Presenter {
  /** The file it was read from, as it was given. */
  readonly source: string;
  /** Where in it: `line 41`. */
  readonly place: string;
  /** Undefined for a request. */
  readonly notAfter: Date | undefined;
  readonly patterns: readonly Pattern[];
}

export interface CertificateOptions extends WildcardOptions {
  /** Takes a common name for a name where subjectAltName has none, as clients did before RFC 9525. */
  readonly cn: boolean;
  readonly maxSize: number | undefined;
  readonly now: Date;
}

/**
 * The certificates and requests in a source. Keys are passed over. So are CA certificates beside others: a server's file
 * holds its chain, but it is the server's certificate that a client compares with the name.
 */
export async function readPresenters(
  source: Source,
  options: CertificateOptions,
  report: Report,
): Promise<Presenter[]> {
  const objects: Named[] = [];
  let isFaulty = false;
  const fault = (message: string, hint?: string) => {
    isFaulty = true;
    report.fault(source.name, message, hint);
  };
  for await (const item of readObjects(source, { maxSize: options.maxSize })) {
    if (item.kind === 'fault') {
      fault(item.message, item.hint);
      continue;
    }
    try {
      const object = readNamed(item);
      if (object !== undefined) objects.push(object);
    } catch (error) {
      if (!isPkiError(error)) throw error;
      fault(`${item.place}: ${error.message}`, error.hint);
    }
  }
  if (objects.length === 0 && !isFaulty) fault('no certificate and no request in it');
  const leaves = objects.filter(({ isCa }) => !isCa);
  return (leaves.length === 0 ? objects : leaves).map((object) => {
    const { place, notAfter } = object;
    if (notAfter !== undefined && notAfter < options.now) {
      report.notice(source.name, `${place}: expired at ${formatTime(notAfter)}`);
    }
    return { source: source.name, place, notAfter, patterns: patternsOf(object, options, report, source.name) };
  });
}

/** What names a certificate or request holds. */
interface Named {
  readonly place: string;
  readonly altNames: readonly GeneralName[];
  readonly commonNames: readonly string[];
  readonly notAfter: Date | undefined;
  readonly isCa: boolean;
}

/** @throws {DerError} */
function readNamed({ label, pemKind, der, place }: InputObject): Named | undefined {
  const kind = label === undefined ? kindOf(der) : pemKind;
  if (kind === 'certificate' || kind === 'trusted_certificate') {
    const { subjectAltNames, subject, notAfter, basicConstraints } = new Certificate(der);
    const isCa = basicConstraints?.isCa === true;
    return { place, altNames: subjectAltNames, commonNames: subject.commonNames, notAfter, isCa };
  }
  if (kind === 'request') {
    const { subjectAltNames, subject } = new CertificationRequest(der);
    return { place, altNames: subjectAltNames, commonNames: subject.commonNames, notAfter: undefined, isCa: false };
  }
  return undefined;
}

function patternsOf(
  { place, altNames, commonNames }: Named,
  options: CertificateOptions,
  report: Report,
  source: string,
): Pattern[] {
  const patterns: Pattern[] = [];
  const addName = (kind: string, text: string) => {
    const problem = presentedNameProblem(text, options);
    if (problem === undefined) patterns.push({ text, name: text.toLowerCase() });
    else report.notice(source, `${place}: ${kind} ${quoted(text)} matches nothing: ${problem}`);
  };
  for (const { type, value, element } of altNames) {
    if (type === 'dns') addName('dNSName', value);
    if (type !== 'ip') continue;
    const octets = element.content();
    const name = formatIpAddress(octets);
    if (name !== undefined) patterns.push({ text: name, name, octets });
    else report.notice(source, `${place}: iPAddress of ${octets.length} octets matches nothing`);
  }
  if (altNames.some(({ type }) => type === 'dns' || type === 'ip')) return patterns;
  const names = commonNames.filter((name) => presentedNameProblem(name, options) === undefined);
  if (names.length === 0) report.notice(source, `${place}: no host name in subjectAltName`);
  for (const name of names) {
    if (options.cn) {
      report.notice(
        source,
        `${place}: CN ${quoted(name)} is taken for a name, which clients no longer do (RFC 9525 2)`,
      );
      patterns.push({ text: name, name: name.toLowerCase() });
    } else {
      const hint = '--cn shows what clients did before';
      report.notice(source, `${place}: CN ${quoted(name)} does not count, subjectAltName has no name`, hint);
    }
  }
  return patterns;
}
