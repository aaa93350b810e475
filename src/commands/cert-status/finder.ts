import { attempt } from '../../errors.js';
import { isoDate } from '../../text/iso-time.js';
import type { Problem } from '../../trust/problem.js';
import { judgeLists } from '../../trust/revocation/judge-lists.js';
import type { StatusQuestion } from '../../trust/revocation/question.js';
import type { Extended } from '../../x509/extended.js';
import {
  crlDistributionPoints,
  type DistributionPoint,
  freshestCrl,
} from '../../x509/extensions/distribution-points.js';
import type { ListLoader, NamedList } from './list-loader.js';
import type { Responders } from './responders.js';
import { type SourceProblem, type StatusVerdict, sourceProblem, unknown, worstOf } from './verdict.js';
import { isWebUrl } from './web.js';

/** The kind of evidence a status rests on. */
export type Method = 'crl' | 'ocsp';

/** Evidence the call gives: it takes the place of what certificates name. */
export interface GivenEvidence {
  /** The lists in files. */
  readonly lists: readonly NamedList[];
  readonly listUrls: readonly string[];
  readonly responderUrls: readonly string[];
  readonly staples: readonly { readonly source: string; readonly der: Uint8Array }[];
}

/** Finds the status of certificates, by what the call gives or else by what they name. */
export class StatusFinder {
  readonly #loader: ListLoader;
  readonly #responders: Responders;
  readonly #given: GivenEvidence | undefined;
  readonly #methods: readonly Method[];

  /**
   * @param given undefined where the call gives none
   * @param methods those to try, in this order, until one tells
   */
  constructor(
    loader: ListLoader,
    responders: Responders,
    given: GivenEvidence | undefined,
    methods: readonly Method[],
  ) {
    this.#loader = loader;
    this.#responders = responders;
    this.#given = given;
    this.#methods = methods;
  }

  async find(question: StatusQuestion): Promise<StatusVerdict> {
    const found =
      this.#given === undefined ? await this.#findNamed(question) : await this.#byGiven(question, this.#given);
    return found.answer?.state === 'good' && isExpired(question) ? expired(found, question) : found;
  }

  /** All that is given is heard. */
  async #byGiven(question: StatusQuestion, given: GivenEvidence): Promise<StatusVerdict> {
    const { listUrls, responderUrls, staples } = given;
    const fetched = await Promise.all(listUrls.map((url) => this.#tryList(url)));
    const lists = [...given.lists, ...fetched.flatMap((each) => each.lists)];
    const verdicts = staples.map(({ source, der }) => this.#responders.judge(question, source, der, lists));
    if (given.lists.length + listUrls.length > 0) verdicts.push(verdictByLists(question, lists, fetched));
    for (const url of responderUrls) verdicts.push(await this.#responders.ask(question, url, lists));
    return worstOf(verdicts);
  }

  async #findNamed(question: StatusQuestion): Promise<StatusVerdict> {
    const problems: SourceProblem[] = [];
    for (const method of this.#methods) {
      const verdict = method === 'crl' ? await this.#byNamedLists(question) : await this.#byNamedResponders(question);
      if (verdict.answer !== undefined) return { ...verdict, problems: [...problems, ...verdict.problems] };
      problems.push(...verdict.problems);
    }
    return unknown(problems.length > 0 ? problems : [nothingNamed(this.#methods)]);
  }

  async #byNamedLists(question: StatusQuestion): Promise<StatusVerdict> {
    const { certificate } = question;
    const points = certificate.value(crlDistributionPoints) ?? [];
    const tried = await Promise.all(points.map((point) => this.#tryPoint(point)));
    const lists = tried.flatMap((each) => each.lists);
    const deltaUrls = [certificate, ...lists.map(({ crl }) => crl)].flatMap(deltaUrlsOf);
    const deltas = await Promise.all([...new Set(deltaUrls)].map((url) => this.#tryList(url)));
    return verdictByLists(question, [...lists, ...deltas.flatMap((each) => each.lists)], [...tried, ...deltas]);
  }

  /** The URLs of a distribution point are places of the same list (RFC 5280 4.2.1.13). */
  async #tryPoint(point: DistributionPoint): Promise<TriedLists> {
    const problems: SourceProblem[] = [];
    for (const url of urlsOf(point)) {
      const tried = await this.#tryList(url);
      if (tried.lists.length > 0) return tried;
      problems.push(...tried.problems);
    }
    return { lists: [], problems };
  }

  async #tryList(url: string): Promise<TriedLists> {
    try {
      return { lists: await this.#loader.at(url), problems: [] };
    } catch (error) {
      return { lists: [], problems: [sourceProblem(url, error)] };
    }
  }

  async #byNamedResponders(question: StatusQuestion): Promise<StatusVerdict> {
    const problems: SourceProblem[] = [];
    for (const url of question.certificate.ocspUrls.filter(isWebUrl)) {
      const verdict = await this.#responders.ask(question, url);
      if (verdict.answer !== undefined) return { ...verdict, problems };
      problems.push(...verdict.problems);
    }
    return unknown(problems);
  }
}

interface TriedLists {
  readonly lists: readonly NamedList[];
  readonly problems: readonly SourceProblem[];
}

const urlsOf = ({ fullName }: DistributionPoint): string[] =>
  fullName.flatMap(({ type, value }) => (type === 'uri' && isWebUrl(value) ? [value] : []));

/** Where the deltas are that go with a list, or with those of a certificate (RFC 5280 4.2.1.15, 5.2.6). */
const deltaUrlsOf = (object: Extended): string[] => (attempt(() => object.value(freshestCrl)) ?? []).flatMap(urlsOf);

function verdictByLists(
  question: StatusQuestion,
  lists: readonly NamedList[],
  tried: readonly TriedLists[],
): StatusVerdict {
  const { answer, by, flaws } = judgeLists(question, lists);
  const problems = [
    ...tried.flatMap((each) => each.problems),
    ...flaws.map(({ list, problem }) => ({ ...problem, source: list.source })),
  ];
  if (answer === undefined) return unknown(problems);
  return { answer, method: 'crl', by: by.map(({ source }) => source), problems, response: undefined };
}

const nothingNamed = (methods: readonly Method[]): SourceProblem => ({
  source: undefined,
  code: 'nothing_named',
  message: `it names no ${methods.map((method) => ({ crl: 'revocation list', ocsp: 'responder' })[method]).join(' and no ')} that could be asked`,
  clause: undefined,
  hint: 'give one with --crl or --ocsp',
});

const isExpired = ({ certificate: { expiry }, at }: StatusQuestion): boolean => expiry !== null && expiry < at;

/** RFC 5280 3.3: of a certificate that has expired, nothing need be said any more. */
function expired(verdict: StatusVerdict, { certificate }: StatusQuestion): StatusVerdict {
  const problem: Problem = {
    code: 'certificate_expired',
    message: `it has expired on ${isoDate(certificate.expiry ?? 0)}: that it is not called revoked proves nothing`,
    clause: 'RFC 5280 3.3',
  };
  return unknown([...verdict.problems, { ...problem, source: undefined }]);
}
