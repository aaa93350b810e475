import { oneOf } from '../cli/choice.js';
import { paint, wantsColoredData } from '../cli/color.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { inOrder } from '../cli/in-order.js';
import { httpClient, networkOptions } from '../cli/network.js';
import type { OptionTable } from '../cli/options.js';
import { type Output, openOutput } from '../cli/output.js';
import { passin, Secrets } from '../cli/secrets.js';
import { parseDuration } from '../cli/time.js';
import { PkiError, UsageError } from '../errors.js';
import { CertificateReader } from '../input/certificate-reader.js';
import { parseSize, sourceOf, sourcesOf } from '../input/source.js';
import { CrlEntryFilter } from '../x509/crl-entry-filter.js';
import { SerialSet } from '../x509/serial-set.js';
import { AnswerCache } from './cert-status/cache.js';
import { evidenceSources, readEvidence } from './cert-status/evidence.js';
import { type Method, StatusFinder } from './cert-status/finder.js';
import { type FoundIssuer, Issuers } from './cert-status/issuers.js';
import { ListLoader } from './cert-status/list-loader.js';
import { jsonReport, type Subject, textReport } from './cert-status/report.js';
import { Responders } from './cert-status/responders.js';
import { certificatesIn, subjectsOf } from './cert-status/subjects.js';
import { type StatusVerdict, sourceProblem, unknown } from './cert-status/verdict.js';
import { Web } from './cert-status/web.js';

const methods = ['crl', 'ocsp', 'any'] as const;

/** The number of certificates asked for at once. */
const JOBS = 8;

const options = {
  crl: { value: 'FILE|URL', repeatable: true, help: 'revocation lists, in place of those the certificates name' },
  ocsp: { value: 'URL', help: 'an OCSP responder, in place of those the certificates name' },
  staple: { value: 'FILE', help: 'an OCSP response at hand' },
  'staple-out': { value: 'FILE', help: 'write the verified OCSP response to FILE, in DER' },
  issuer: { value: 'FILE', repeatable: true, help: 'certificates of issuers, and of others that sign lists' },
  method: { value: 'METHOD', choices: methods, help: 'crl, ocsp, or any (default): lists, then responders' },
  nonce: { help: 'ask for responses made just now' },
  offline: { help: 'never reach the network: files and the cache only' },
  cache: { value: 'DIR', help: 'keep lists and responses in DIR until there are newer ones' },
  'max-age': { value: 'DURATION', help: 'believe nothing older than this' },
  json: { help: 'one JSON object a certificate' },
  ...passin,
  ...networkOptions,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'cert-status',
  summary: 'tell whether certificates are good, revoked or suspended',
  input: 'certificates',
  synopsis: [
    '[--crl FILE|URL]... [--ocsp URL] [--staple FILE] [--issuer FILE]... [--method METHOD] [--cache DIR] [OPTION]... [FILE]...',
  ],
  options,
  notes: ['Nothing is good but what a verified, current list or response for just this certificate calls so.'],
  run,
});

type CertStatus = Call<typeof options>;

async function run(call: CertStatus): Promise<void> {
  const { values, operands, report, output, stdin } = call;
  onlyOne(values, ['proxy', 'no-proxy']);
  const order = methodsOf(call);
  const maxAge = values['max-age'] === undefined ? undefined : parseDuration('--max-age', values['max-age']);
  const maxSize = parseSize(values['max-size']);
  const secrets = new Secrets(values, stdin);
  const issuerSources = values.issuer.map((file) => sourceOf(file, stdin, '--issuer -'));
  const given = evidenceSources(values, stdin);
  const sources = sourcesOf(operands, stdin);
  const stapleOut = await stapleFile(call);

  const reader = new CertificateReader(report, secrets.input, maxSize);
  const extra = await certificatesIn(reader, issuerSources);
  const read = await certificatesIn(reader, sources);
  const subjects = subjectsOf(read);
  const at = Math.floor(call.now.getTime() / 1000) * 1000;
  const web = new Web(values.offline ? undefined : () => httpClient(values), maxSize);
  const issuers = new Issuers(
    [...extra, ...read].map(({ certificate }) => certificate),
    web,
    at,
  );
  const found = await issuersOf(subjects, issuers);

  const cache = values.cache === undefined ? undefined : new AnswerCache(values.cache);
  const warn = (error: unknown): void => {
    const { message } = sourceProblem(values.cache ?? '', error);
    report.warning(values.cache, `an answer could not be kept: ${message}`);
  };
  const serials = new SerialSet(subjects.map(({ certificate }) => certificate.serial));
  const loader = new ListLoader(
    { taker: () => new CrlEntryFilter(serials), signers: issuers.known, maxSize },
    web,
    cache,
    { at, maxAge },
    warn,
  );
  const responders = new Responders(web, { cache, sendsNonce: values.nonce, warn });
  const evidence = given && (await readEvidence(given, loader, { maxSize, passphrases: secrets.input }, report));
  // Without all that was given, no answer would be one to the question.
  if (report.status !== 0 && subjects.length === 0) return;
  const finder = new StatusFinder(loader, responders, evidence, order);
  const judge = async (subject: Subject): Promise<Judged> => {
    const issuer = found.get(subject);
    if (issuer === undefined || 'problems' in issuer) return { subject, verdict: unknown(issuer?.problems ?? []) };
    const question = { certificate: subject.certificate, issuer: issuer.issuer, signers: issuers.known, at, maxAge };
    try {
      return { subject, verdict: await finder.find(question) };
    } catch (error) {
      return { subject, verdict: unknown([sourceProblem(subject.source, error)]) };
    }
  };
  const colors = paint(wantsColoredData(values));
  let response: Uint8Array | undefined;
  for await (const { subject, verdict } of inOrder(each(subjects), JOBS, judge)) {
    report.raise(verdict.answer === undefined ? 2 : verdict.answer.state === 'good' ? 0 : 1);
    if (subject.index === 1) response = verdict.response;
    if (values.quiet) continue;
    output.write(values.json ? jsonReport(subject, verdict) : textReport(subject, verdict, colors));
    output.flush();
  }
  output.commit();
  if (stapleOut !== undefined) writeStaple(stapleOut, response, values['staple-out']);
}

/** The issuer of every certificate, or the reasons why it could not be had. */
async function issuersOf(subjects: readonly Subject[], issuers: Issuers): Promise<ReadonlyMap<Subject, FoundIssuer>> {
  const found = new Map<Subject, FoundIssuer>();
  for (const subject of subjects) {
    try {
      found.set(subject, await issuers.of(subject.certificate));
    } catch (error) {
      found.set(subject, { problems: [sourceProblem(subject.source, error)] });
    }
  }
  return found;
}

interface Judged {
  readonly subject: Subject;
  readonly verdict: StatusVerdict;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void> {
  yield* items;
}

/** The methods to try, in their order. @throws {UsageError} */
function methodsOf({ values }: CertStatus): readonly Method[] {
  const method = oneOf('--method', values.method, methods) ?? (values['staple-out'] === undefined ? 'any' : 'ocsp');
  if (method === 'crl' && values['staple-out'] !== undefined) {
    throw new UsageError('--staple-out needs a response: --method crl asks for none');
  }
  return method === 'any' ? ['crl', 'ocsp'] : [method];
}

async function stapleFile({ values, now, report }: CertStatus) {
  const path = values['staple-out'];
  return path === undefined ? undefined : await openOutput(path, { force: values.force, now, report });
}

/** @throws {PkiError} there is no response */
function writeStaple(file: Output, response: Uint8Array | undefined, path: string | undefined): void {
  if (response === undefined) {
    throw new PkiError('NO_STAPLE', 'there is no verified response: nothing is written', { source: path });
  }
  file.write(response);
  file.commit();
}
