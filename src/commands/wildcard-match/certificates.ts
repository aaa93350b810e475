import type { Report } from '../../cli/report.js';
import { Secrets } from '../../cli/secrets.js';
import { DerError } from '../../der/error.js';
import { isPkiError } from '../../errors.js';
import type { InputObject } from '../../input/item.js';
import { readObjects } from '../../input/objects.js';
import type { Source, StandardInput } from '../../input/source.js';
import { presentedNameProblem, type WildcardOptions } from '../../names/wildcard.js';
import { isoText } from '../../text/iso-time.js';
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
  /** The sources of --passin: PKCS#12 files are encrypted. */
  readonly passin: readonly string[];
}

/** Reads certificates and requests as far as matching is concerned; load with import(). */
export class CertificateReader {
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
  async read(source: Source): Promise<Presenter[]> {
    const { maxSize, now } = this.#options;
    const objects: Named[] = [];
    let isFaulty = false;
    const fault = (message: string, hint?: string) => {
      isFaulty = true;
      this.#report.fault(source.name, message, hint);
    };
    for await (const item of readObjects(source, { maxSize })) {
      if (item.kind === 'fault') {
        fault(item.message, item.hint);
        continue;
      }
      try {
        objects.push(...(await this.#named(item, source.name)));
      } catch (error) {
        if (!isPkiError(error)) throw error;
        fault(`${item.place}: ${error.message}`, error.hint);
      }
    }
    if (objects.length === 0 && !isFaulty) fault('no certificate and no request in it');
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

  /** @throws {PkiError} the object is damaged */
  async #named(object: InputObject, source: string): Promise<Named[]> {
    const { label, pemKind, der, place } = object;
    const kind =
      label === undefined ? (kindOf(der) ?? (await import('../../pkcs/container.js')).containerKind(der)) : pemKind;
    if (kind === 'pkcs7' || kind === 'pkcs12') {
      const { openContainer } = await import('../../show/containers.js');
      const { contents } = await openContainer(kind, der, this.#secrets.input, source);
      const certificates = contents.filter((each) => each.kind === 'certificate');
      return Promise.all(certificates.map((each) => readNamed('certificate', each.der, place)));
    }
    if (kind === 'certificate' || kind === 'trusted_certificate') return [await readNamed('certificate', der, place)];
    return kind === 'request' ? [await readNamed('request', der, place)] : [];
  }
}

/** What names a certificate or request holds. */
interface Named {
  readonly place: string;
  readonly altNames: readonly GeneralName[];
  readonly commonNames: readonly string[];
  readonly notAfter: Date | undefined;
  readonly isCa: boolean;
}

/**
 * Reads DER; what is BER, or of the other kind than its label says, gets a second try.
 *
 * @throws {DerError}
 */
async function readNamed(kind: 'certificate' | 'request', der: Uint8Array, place: string): Promise<Named> {
  try {
    return namedOf(kind, der, place);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const actual = kindOf(der);
    if (actual !== kind && (actual === 'certificate' || actual === 'request')) return namedOf(actual, der, place);
    const { berToDer } = await import('../../x509/ber-to-der.js');
    const rewritten = berToDer(der);
    if (rewritten === undefined || rewritten.equals(der)) throw error;
    return namedOf(kind, rewritten, place);
  }
}

function namedOf(kind: 'certificate' | 'request', der: Uint8Array, place: string): Named {
  if (kind === 'request') {
    const { subjectAltNames, subject } = new CertificationRequest(der);
    return { place, altNames: subjectAltNames, commonNames: subject.commonNames, notAfter: undefined, isCa: false };
  }
  const { subjectAltNames, subject, notAfter, basicConstraints } = new Certificate(der);
  const isCa = basicConstraints?.isCa === true;
  return { place, altNames: subjectAltNames, commonNames: subject.commonNames, notAfter, isCa };
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
  for (const name of altNames) {
    if (name.type === 'dns') addName('dNSName', name.value);
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
