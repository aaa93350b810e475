import { isPkiError, PkiError } from '../errors.js';
import { count } from '../text/printable.js';
import type { AccountKey } from './account-key.js';
import { type Directory, parseDirectory } from './directory.js';
import { type ParsedObject, parseObject } from './json-object.js';
import { type JwsHeader, signedJws } from './jws.js';
import type { Patience } from './patience.js';
import { problemError, problemIn } from './problem.js';
import { isSafe } from './servers.js';
import { type AcmeResponse, headerValue, retryAfter, type Transport } from './transport.js';

/** A request with its place in the words of errors. */
export interface Signing {
  readonly key: AccountKey;
  /** The account's URL; without it the key itself is sent along (RFC 8555 6.2). */
  readonly account?: string | undefined;
}

/** So often in a row a server may ask for another nonce; one that refuses nine of ten gets there. */
const MAX_NONCES = 100;

/** So often a server may ask for later, even where the time allows more. */
const MAX_DELAYS = 20;

/**
 * The talk with one ACME server: its directory, nonces (RFC 8555 6.5), signed requests, and patience with a server that
 * asks for it. An answer that is an error is thrown.
 */
export class Connection {
  readonly directory: Directory;
  readonly #send: Transport;
  readonly #patience: Patience;
  readonly #allowsHttp: boolean;
  readonly #nonces: string[] = [];

  private constructor(directory: Directory, send: Transport, patience: Patience, allowsHttp: boolean) {
    this.directory = directory;
    this.#send = send;
    this.#patience = patience;
    this.#allowsHttp = allowsHttp;
  }

  /**
   * Reads the directory.
   *
   * @param url of the directory, https
   * @throws {PkiError}
   */
  static async open(url: string, send: Transport, patience: Patience): Promise<Connection> {
    const allowsHttp = url.startsWith('http:');
    patience.enter('the directory');
    const response = await patience.within(send(url, { method: 'GET', headers: {} }));
    if (response.status !== 200) throw unexpected(response, 'the directory', url);
    return new Connection(parseDirectory(response.body, url), send, patience, allowsHttp);
  }

  /** How long answers are waited for. */
  get patience(): Patience {
    return this.#patience;
  }

  /** An unsigned request, for what is public. */
  async get(url: string, what: string): Promise<AcmeResponse> {
    this.#patience.enter(what);
    for (let delays = 0; ; delays++) {
      const response = await this.#exchange(url, 'GET');
      if (response.status < 300) return response;
      if (!(await this.#isWorthWaiting(response, what, delays))) throw unexpected(response, what, url);
    }
  }

  /**
   * A signed request (RFC 8555 6.2).
   *
   * @param payload undefined asks for a resource (POST-as-GET, 6.3)
   * @param what what is asked for, in the words of errors: `the order`
   * @throws {PkiError} status 1 where the CA says no, 2 where there is no answer
   */
  async post(url: string, { key, account }: Signing, payload: unknown, what: string): Promise<AcmeResponse> {
    this.#patience.enter(what);
    const identity: JwsHeader = account === undefined ? { jwk: key.jwk } : { kid: account };
    let delays = 0;
    let refusedNonces = 0;
    let brokenConnections = 0;
    for (;;) {
      const nonce = this.#nonces.pop() ?? (await this.#newNonce());
      const jws = signedJws(key, { nonce, url, ...identity }, payload);
      let response: AcmeResponse;
      try {
        response = await this.#exchange(url, 'POST', JSON.stringify(jws));
      } catch (error) {
        // Sent again it is another request: a nonce that was used is refused.
        if (isPkiError(error) && error.code === 'NET_CLOSED' && brokenConnections++ === 0) continue;
        throw error;
      }
      if (response.status >= 200 && response.status < 300) return response;
      const problem = problemIn(response);
      if (problem?.type === 'badNonce' && refusedNonces++ < MAX_NONCES) continue;
      if (!(await this.#isWorthWaiting(response, what, delays++))) throw unexpected(response, what, url);
    }
  }

  /** A signed request whose answer is a JSON object. */
  async postForObject(
    url: string,
    signing: Signing,
    payload: unknown,
    what: string,
  ): Promise<{ response: AcmeResponse; object: ParsedObject }> {
    const response = await this.post(url, signing, payload, what);
    const object = parseObject(response.body);
    if (object === undefined) throw new PkiError('ACME_ANSWER', `${what}: the answer is no JSON object`);
    return { response, object };
  }

  /** True after having waited, where the server asks for that: 429 and 503 with a Retry-After (RFC 8555 6.6). */
  async #isWorthWaiting(response: AcmeResponse, what: string, delays: number): Promise<boolean> {
    if (response.status !== 429 && response.status !== 503) return false;
    const delay = retryAfter(headerValue(response, 'retry-after'), Date.now());
    if (delay === undefined || delays >= MAX_DELAYS) return false;
    const reason = problemIn(response)?.detail ?? (response.status === 429 ? 'too many requests' : 'server is busy');
    await this.#patience.wait(delay, `${what}: ${reason}`);
    return true;
  }

  async #newNonce(): Promise<string> {
    const { newNonce } = this.directory;
    for (let delays = 0; ; delays++) {
      // GET is as good as HEAD (RFC 8555 7.2), behind which Node.js closes a connection that might be kept.
      const response = await this.#exchange(newNonce, 'GET');
      const nonce = this.#nonces.pop();
      if (nonce !== undefined) return nonce;
      if (await this.#isWorthWaiting(response, 'a nonce', delays)) continue;
      const message = `the server gives no nonce (status ${response.status})`;
      throw new PkiError('ACME_ANSWER', message, { source: newNonce });
    }
  }

  /** One request and its response, whose nonce is kept. */
  async #exchange(url: string, method: 'GET' | 'POST', body?: string): Promise<AcmeResponse> {
    if (!URL.canParse(url) || !isSafe(new URL(url), this.#allowsHttp)) {
      throw new PkiError('ACME_ANSWER', `the server sends us to ${url}, which is no https URL`);
    }
    const headers = body === undefined ? {} : { 'Content-Type': 'application/jose+json' };
    const request = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await this.#patience.within(this.#send(url, request));
    const nonce = headerValue(response, 'replay-nonce');
    if (nonce !== undefined && /^[A-Za-z0-9_-]+$/.test(nonce)) this.#nonces.push(nonce);
    return response;
  }
}

/** An answer that is an error: the problem in it, or what else came. */
function unexpected(response: AcmeResponse, what: string, url: string): PkiError {
  const problem = problemIn(response);
  if (problem !== undefined) return problemError(problem, what, response.status);
  const { status, body } = response;
  const type = headerValue(response, 'content-type') ?? 'no type';
  const message = `${what}: status ${status} and no problem document, but ${count(body.length, 'byte')} of ${type}`;
  return new PkiError('ACME_ANSWER', message, {
    source: url,
    hint: 'something between here and the CA answers, or this is no ACME server',
  });
}
