import { paint, wantsColor } from '../cli/color.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { httpClient, networkOptions } from '../cli/network.js';
import type { OptionTable } from '../cli/options.js';
import { openOutput } from '../cli/output.js';
import { passin, Secrets } from '../cli/secrets.js';
import { parseDuration } from '../cli/time.js';
import { PkiError, UsageError } from '../errors.js';
import { parseSize, type Source, sourceOf, sourcesOf } from '../input/source.js';
import { isIssuedBy } from '../trust/revocation/issuer.js';
import type { Certificate } from '../x509/certificate.js';
import { SerialSet } from '../x509/serial-set.js';
import { inOrder } from './cert-fetch/in-order.js';
import { AnswerCache } from './cert-status/cache.js';
import { type GivenEvidence, type Method, StatusFinder } from './cert-status/finder.js';
import { Issuers } from './cert-status/issuers.js';
import { ListLoader, type NamedList } from './cert-status/list-loader.js';
import { jsonReport, type Subject, textReport } from './cert-status/report.js';
import { Responders } from './cert-status/responders.js';
import { readStaple } from './cert-status/staple.js';
import { problemOf, unknown, type Verdict } from './cert-status/verdict.js';
import { isWebUrl, Web } from './cert-status/web.js';
import { CertificateReader } from './cert-verify/certificates.js';

const methods = ['crl', 'ocsp', 'any'] as const;

/** How many certificates are asked for at once. */
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
  if (values.ocsp !== undefined && !isWebUrl(values.ocsp)) {
    throw new UsageError(`--ocsp: ${values.ocsp} is not the URL of a responder`, 'for example http://ocsp.valami.hu');
  }
  const secrets = new Secrets(values, stdin);
  const listSources = values.crl.filter((each) => !isWebUrl(each)).map((file) => sourceOf(file, stdin, '--crl -'));
  const issuerSources = values.issuer.map((file) => sourceOf(file, stdin, '--issuer -'));
  const stapleSource = values.staple === undefined ? undefined : sourceOf(values.staple, stdin, '--staple -');
  const sources = sourcesOf(operands, stdin);
  const stapleOut = await stapleFile(call);

  const reader = new CertificateReader(report, secrets.input, maxSize);
  const extra = await readAll(reader, issuerSources);
  const read = await readAll(reader, sources);
  const subjects = subjectsOf(read);
  const at = Math.floor(call.now.getTime() / 1000) * 1000;
  const web = new Web(values.offline ? undefined : () => httpClient(values), maxSize);
  const issuers = new Issuers(
    [...extra, ...read].map(({ certificate }) => certificate),
    web,
    at,
  );
  const found = new Map<Subject, Awaited<ReturnType<Issuers['of']>>>();
  for (const subject of subjects) found.set(subject, await issuers.of(subject.certificate));

  const cache = values.cache === undefined ? undefined : new AnswerCache(values.cache);
  const warn = (error: unknown): void => {
    const { message } = problemOf(values.cache ?? '', error);
    report.warning(values.cache, `an answer could not be kept: ${message}`);
  };
  const serials = new SerialSet(subjects.map(({ certificate }) => certificate.serial));
  const loader = new ListLoader({ serials, signers: issuers.known, maxSize }, web, cache, { at, maxAge }, warn);
  const responders = new Responders(web, { cache, sendsNonce: values.nonce, warn });
  const isGiven = values.crl.length > 0 || values.ocsp !== undefined || values.staple !== undefined;
  const given: GivenEvidence = {
    lists: await readLists(call, loader, listSources),
    listUrls: values.crl.filter(isWebUrl),
    responderUrls: values.ocsp === undefined ? [] : [values.ocsp],
    staples:
      stapleSource === undefined ? [] : [{ source: stapleSource.name, der: await readStaple(stapleSource, maxSize) }],
  };
  // Without all that was given, no answer would be one to the question.
  if (report.status !== 0 && subjects.length === 0) return;
  const finder = new StatusFinder(loader, responders, isGiven ? given : undefined, order);
  const judge = async (subject: Subject): Promise<Judged> => {
    const issuer = found.get(subject);
    if (issuer === undefined || 'problems' in issuer) return { subject, verdict: unknown(issuer?.problems ?? []) };
    const question = { certificate: subject.certificate, issuer: issuer.issuer, signers: issuers.known, at, maxAge };
    try {
      return { subject, verdict: await finder.find(question) };
    } catch (error) {
      return { subject, verdict: unknown([problemOf(subject.source, error)]) };
    }
  };
  const colors = paint(wantsColor(values.color, 1));
  let response: Uint8Array | undefined;
  for await (const { subject, verdict } of inOrder(each(subjects), JOBS, judge)) {
    report.raise(verdict.answer === undefined ? 2 : verdict.answer.state === 'good' ? 0 : 1);
    if (subject.index === 1) response = verdict.response;
    if (values.quiet) continue;
    output.write(values.json ? jsonReport(subject, verdict) : textReport(subject, verdict, colors));
    output.flush();
  }
  output.commit();
  if (stapleOut === undefined) return;
  if (response === undefined) {
    throw new PkiError('NO_STAPLE', 'there is no verified response: nothing is written', {
      source: values['staple-out'],
    });
  }
  stapleOut.write(response);
  stapleOut.commit();
}

interface Judged {
  readonly subject: Subject;
  readonly verdict: Verdict;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void> {
  yield* items;
}

/** The methods to try, in their order. @throws {UsageError} */
function methodsOf({ values }: CertStatus): readonly Method[] {
  const method = values.method ?? (values['staple-out'] === undefined ? 'any' : 'ocsp');
  if (!methods.some((known) => known === method)) {
    throw new UsageError(`--method: ${method} is none of ${methods.join(', ')}`);
  }
  if (method === 'crl' && values['staple-out'] !== undefined) {
    throw new UsageError('--staple-out needs a response: --method crl asks for none');
  }
  return method === 'crl' || method === 'ocsp' ? [method] : ['crl', 'ocsp'];
}

interface ReadCertificate {
  readonly source: string;
  readonly certificate: Certificate;
  readonly place: string;
}

async function readAll(reader: CertificateReader, sources: readonly Source[]): Promise<ReadCertificate[]> {
  const all: ReadCertificate[] = [];
  for (const source of sources) {
    for (const read of await reader.certificates(source)) all.push({ ...read, source: source.name });
  }
  return all;
}

/** The certificates that are asked for: a root beside others is there for them, and nothing could revoke it but itself. */
function subjectsOf(read: readonly ReadCertificate[]): Subject[] {
  const isRoot = ({ certificate }: ReadCertificate) => certificate.isSelfIssued && isIssuedBy(certificate, certificate);
  const asked = read.filter((one) => !isRoot(one) || read.every(isRoot));
  return asked.map((one, i) => ({ ...one, index: i + 1 }));
}

async function readLists({ report }: CertStatus, loader: ListLoader, sources: readonly Source[]): Promise<NamedList[]> {
  const lists: NamedList[] = [];
  for (const source of sources) {
    try {
      lists.push(...(await loader.inFile(source)));
    } catch (error) {
      report.error(source.name, error);
    }
  }
  return lists;
}

async function stapleFile({ values, now, report }: CertStatus) {
  const path = values['staple-out'];
  return path === undefined ? undefined : await openOutput(path, { force: values.force, now, report });
}
