import { PkiError } from '../../errors.js';
import { DEFAULT_MAX_LIST_SIZE, readAll } from '../../input/source.js';
import type { HttpClient, HttpStream } from '../../net/http.js';
import type { Validators } from './cache.js';

/** A client that is made when it is first needed, and that --offline has none of. */
type ClientMaker = (() => Promise<HttpClient>) | undefined;

/** A list as it comes; undefined body: it is still the one that is kept. */
interface FetchedList {
  readonly body: AsyncIterable<Buffer> | undefined;
  readonly validators: Validators;
}

/** The longest URL of a request by GET (RFC 5019 5): caches keep those. */
const LONGEST_GET = 255;

/** The servers certificates name, or the call: every answer of theirs is hostile until it is verified. */
export class Web {
  readonly #makeClient: ClientMaker;
  readonly #maxSize: number | undefined;
  #client: Promise<HttpClient> | undefined;

  /** @param makeClient undefined for none: every question is refused then */
  constructor(makeClient: ClientMaker, maxSize: number | undefined) {
    this.#makeClient = makeClient;
    this.#maxSize = maxSize;
  }

  get isOffline(): boolean {
    return this.#makeClient === undefined;
  }

  /** A list, where there is a newer one than the one that is kept. @throws {PkiError} it could not be had */
  async list(url: string, kept: Validators | undefined): Promise<FetchedList> {
    const headers = {
      ...(kept?.etag === undefined ? {} : { 'If-None-Match': kept.etag }),
      ...(kept?.lastModified === undefined ? {} : { 'If-Modified-Since': kept.lastModified }),
    };
    const maxSize = this.#maxSize ?? DEFAULT_MAX_LIST_SIZE;
    const answer = await (await this.#open()).stream(url, { headers, maxSize });
    const validators = { etag: answer.headers.etag, lastModified: answer.headers['last-modified'] };
    if (answer.status === 304 && kept !== undefined) {
      await answer.body.return();
      return { body: undefined, validators };
    }
    await requireOk(answer, url);
    return { body: answer.body, validators };
  }

  /** A file that is small. @throws {PkiError} it could not be had */
  async file(url: string): Promise<Buffer> {
    const answer = await (await this.#open()).stream(url);
    await requireOk(answer, url);
    return await readAll({ name: url, chunks: () => answer.body });
  }

  /** A responder's answer to an OCSP request (RFC 6960 A.1, RFC 5019 5). @throws {PkiError} it could not be had */
  async ocsp(url: string, request: Buffer, allowsGet: boolean): Promise<Buffer> {
    const client = await this.#open();
    const short = `${url.replace(/\/$/, '')}/${encodeURIComponent(request.toString('base64'))}`;
    const answer =
      allowsGet && short.length <= LONGEST_GET
        ? await client.stream(short)
        : await client.stream(url, {
            method: 'POST',
            headers: { 'Content-Type': 'application/ocsp-request', Accept: 'application/ocsp-response' },
            body: request,
          });
    await requireOk(answer, url);
    return await readAll({ name: url, chunks: () => answer.body });
  }

  #open(): Promise<HttpClient> {
    if (this.#makeClient === undefined) {
      throw new PkiError('OFFLINE', 'not asked', { hint: '--offline is given: leave it out, or give a file' });
    }
    this.#client ??= this.#makeClient();
    return this.#client;
  }
}

async function requireOk({ status, body }: HttpStream, url: string): Promise<void> {
  if (status === 200) return;
  await body.return();
  throw new PkiError('NET_STATUS', `answers with HTTP status ${status}`, { source: url });
}

/** True for a URL this goes to. */
export const isWebUrl = (text: string): boolean => /^https?:\/\//i.test(text);
