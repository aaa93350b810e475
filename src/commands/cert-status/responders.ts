import { randomBytes } from 'node:crypto';
import { isPkiError } from '../../errors.js';
import { readAll } from '../../input/source.js';
import { type IdHash, ocspRequest } from '../../trust/revocation/certificate-id.js';
import { judgeResponse, type ResponseEvidence } from '../../trust/revocation/judge-response.js';
import type { RevocationList, StatusQuestion } from '../../trust/revocation/question.js';
import type { AnswerCache } from './cache.js';
import { Keeping, type OnCacheError } from './keeping.js';
import { type StatusVerdict, sourceProblem, unknown } from './verdict.js';
import type { Web } from './web.js';

/** RFC 9654 2.1: the length clients should take, in octets. */
const NONCE_LENGTH = 32;

/** Refusals that may mean that the responder knows certificates by another hash. */
const worthAnotherHash: readonly string[] = ['ocsp_unauthorized', 'ocsp_malformedRequest', 'ocsp_other'];

interface ResponderOptions {
  readonly cache: AnswerCache | undefined;
  readonly sendsNonce: boolean;
  readonly warn: OnCacheError;
}

/** Asks OCSP responders. */
export class Responders {
  readonly #web: Web;
  readonly #options: ResponderOptions;

  constructor(web: Web, options: ResponderOptions) {
    this.#web = web;
    this.#options = options;
  }

  /** The verdict of a response at hand. @param lists those at hand, for the certificate it is signed with */
  judge(question: StatusQuestion, source: string, der: Uint8Array, lists: readonly RevocationList[]): StatusVerdict {
    return verdictBy(question, source, { der, nonce: undefined, lists });
  }

  /**
   * The verdict of the responder at a URL, asked by SHA-1 first, which all know (RFC 5019 2.1.1).
   *
   * @param lists as for {@link judge}
   */
  async ask(question: StatusQuestion, url: string, lists: readonly RevocationList[] = []): Promise<StatusVerdict> {
    const first = await this.#askBy('sha1', question, url, lists);
    const isRefused = first.problems.some(({ code }) => worthAnotherHash.includes(code));
    return isRefused ? await this.#askBy('sha256', question, url, lists) : first;
  }

  async #askBy(
    hash: IdHash,
    question: StatusQuestion,
    url: string,
    lists: readonly RevocationList[],
  ): Promise<StatusVerdict> {
    const nonce = this.#options.sendsNonce ? randomBytes(NONCE_LENGTH) : undefined;
    const request = ocspRequest(question, hash, nonce);
    // A nonce asks for an answer that is made just now.
    const cache = nonce === undefined ? this.#options.cache : undefined;
    const key = `${url} ${request.toString('base64')}`;
    try {
      const kept = await keptAnswer(cache, key);
      const known = kept && verdictBy(question, url, { der: kept, nonce, lists });
      if (known !== undefined && (known.answer !== undefined || this.#web.isOffline)) return known;
      const der = await this.#web.ocsp(url, request, nonce === undefined);
      const verdict = verdictBy(question, url, { der, nonce, lists });
      if (verdict.answer !== undefined && verdict.answer.nextUpdate !== null) this.#keep(cache, key, der);
      return verdict;
    } catch (error) {
      return unknown([sourceProblem(url, error)]);
    }
  }

  #keep(cache: AnswerCache | undefined, key: string, der: Buffer): void {
    const validators = { etag: undefined, lastModified: undefined };
    const keeping = new Keeping(() => cache?.begin('ocsp', key, validators), this.#options.warn);
    keeping.write(der);
    keeping.keep();
  }
}

/** The response that is kept; one that is too large to be any counts for none. */
async function keptAnswer(cache: AnswerCache | undefined, key: string): Promise<Buffer | undefined> {
  const kept = cache?.find('ocsp', key);
  if (kept === undefined) return undefined;
  try {
    return await readAll({ name: key, chunks: kept.chunks });
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

function verdictBy(question: StatusQuestion, source: string, evidence: ResponseEvidence): StatusVerdict {
  const answer = judgeResponse(question, evidence);
  if ('code' in answer) return unknown([{ ...answer, source }]);
  return { answer, method: 'ocsp', by: [source], problems: [], response: evidence.der };
}
