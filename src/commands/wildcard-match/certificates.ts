import type { Report } from '../../cli/report.js';
import { Secrets } from '../../cli/secrets.js';
import { isPkiError } from '../../errors.js';
import type { Content } from '../../input/content.js';
import { contentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import { faultText } from '../../input/item.js';
import type { Source, StandardInput } from '../../input/source.js';
import { presentedNameProblem, type WildcardOptions } from '../../names/wildcard.js';
import { foreignTextProblem } from '../../spec/copied-name.js';
import { isoText } from '../../text/iso-time.js';
import { quoted } from '../../text/printable.js';
import type { Certificate } from '../../x509/certificate.js';
import { type GeneralName, readableValue } from '../../x509/general-name.js';
import type { CertificationRequest } from '../../x509/request.js';
import type { Pattern } from './patterns.js';

/** A certificate or request, as far as matching is concerned. */
export interface NamedObject {
  /** The file it was read from, as it was given. */
  readonly source: string;
  /** Where in it: `line 41`. */
  readonly place: string;
  /** Undefined for a request. */
  readonly notAfter: Date | undefined;
  readonly patterns: readonly Pattern[];
}

interface CertificateOptions extends WildcardOptions {
  /** Takes a common name for a name where subjectAltName has none, as clients did before RFC 9525. */
  readonly cn: boolean;
  readonly maxSize: number | undefined;
  readonly now: Date;
  /** The sources of --passin: PKCS#12 files are encrypted. */
  readonly passin: readonly string[];
}

/** Reads certificates and requests as far as matching is concerned; load with import(). */
export class NamedObjectReader {
  readonly #options: CertificateOptions;
  readonly #report: Report;
  readonly #secrets: Secrets;

  /** @throws {UsageError} a source of --passin that is none */
  constructor(options: CertificateOptions, report: Report, stdin: StandardInput) {
    this.#options = options;
    this.#report = report;
    this.#secrets = new Secrets(options, stdin);
  }

  /**
   * The certificates and requests in a source. Keys are passed over. So are CA certificates beside others: a server's
   * file holds its chain, but it is the server's certificate that a client compares with the name.
   */
  async read(source: Source): Promise<NamedObject[]> {
    const { maxSize, now } = this.#options;
    const { input: passphrases } = this.#secrets;
    const objects: Named[] = [];
    let isFaulty = false;
    const fault = (message: string, hint?: string) => {
      isFaulty = true;
      this.#report.fault(source.name, message, hint);
    };
    const others: Content[] = [];
    for await (const item of contentsOf(source, { maxSize, passphrases })) {
      if (item.kind === 'fault') {
        fault(faultText(item), item.hint);
        continue;
      }
      try {
        if (item.object.type === 'certificate') objects.push(ofCertificate(item.object.view, item.place));
        else if (item.object.type === 'request') objects.push(ofRequest(item.object.view, item.place));
        else others.push(item);
      } catch (error) {
        if (!isPkiError(error)) throw error;
        fault(`${item.place}: ${error.message}`, error.hint);
      }
    }
    if (objects.length === 0 && !isFaulty) throw nothingWanted('a certificate or a request', others, source.name);
    const leaves = objects.filter(({ isCa }) => !isCa);
    return (leaves.length === 0 ? objects : leaves).map((object) => {
      const { place, notAfter } = object;
      if (notAfter !== undefined && notAfter < now) {
        this.#report.notice(source.name, `${place}: expired at ${isoText(notAfter.getTime())}`);
      }
      const patterns = patternsOf(object, this.#options, this.#report, source.name);
      return { source: source.name, place, notAfter, patterns };
    });
  }
}

/** The names in a certificate or request. */
interface Named {
  readonly place: string;
  readonly altNames: readonly GeneralName[];
  readonly commonNames: readonly string[];
  readonly notAfter: Date | undefined;
  readonly isCa: boolean;
}

/** @throws {DerError} */
function ofCertificate({ subjectAltNames, subject, notAfter, basicConstraints }: Certificate, place: string): Named {
  const isCa = basicConstraints?.isCa === true;
  return { place, altNames: subjectAltNames, commonNames: subject.commonNames, notAfter, isCa };
}

/** @throws {DerError} */
function ofRequest({ subjectAltNames, subject }: CertificationRequest, place: string): Named {
  return { place, altNames: subjectAltNames, commonNames: subject.commonNames, notAfter: undefined, isCa: false };
}

function patternsOf(
  { place, altNames, commonNames }: Named,
  options: CertificateOptions,
  report: Report,
  source: string,
): Pattern[] {
  const patterns: Pattern[] = [];
  const addDnsName = (name: GeneralName) => {
    const text = name.value;
    const problem = foreignTextProblem(name) ?? presentedNameProblem(text, options);
    if (problem === undefined) patterns.push({ text, name: text.toLowerCase() });
    else report.notice(source, `${place}: dNSName ${quoted(readableValue(name))} matches nothing: ${problem}`);
  };
  for (const name of altNames) {
    if (name.type === 'dns') addDnsName(name);
    else if (name.type === 'ip') patterns.push({ text: name.value, name: name.value, octets: name.octets });
    else if (name.type === 'malformed') {
      report.notice(source, `${place}: iPAddress of ${name.element.length} octets matches nothing`);
    }
  }
  // RFC 6125 6.4.4: the common name was looked at where no name of a service was beside it; addresses are none.
  if (altNames.some(({ type }) => type === 'dns' || type === 'uri')) return patterns;
  const names = commonNames.filter((name) => presentedNameProblem(name, options) === undefined);
  if (names.length === 0 && patterns.length === 0) report.notice(source, `${place}: no host name in subjectAltName`);
  for (const name of names) {
    if (options.cn) {
      report.notice(
        source,
        `${place}: CN ${quoted(name)} is taken for a name, which clients no longer do (RFC 9525 2)`,
      );
      patterns.push({ text: name, name: name.toLowerCase() });
    } else {
      const hint = '--cn shows what clients did before';
      report.notice(source, `${place}: CN ${quoted(name)} does not count, subjectAltName has no host name`, hint);
    }
  }
  return patterns;
}
