import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request,
} from 'node:http';
import type { Socket } from 'node:net';
import { PkiError, withSource } from '../errors.js';
import { openConnection } from './connect.js';
import { Deadline } from './deadline.js';
import { bodyOf } from './http-body.js';
import { httpError } from './http-error.js';
import { KeptConnections } from './kept-connections.js';
import { type ProxyChoice, proxyFor, unbracketed } from './proxy.js';
import { type Anchors, TlsVerifier } from './secure.js';
import { placeText } from './socket-error.js';
import { openProxy, openTunnel, proxyHeaders } from './tunnel.js';
import { userAgent } from './user-agent.js';

/** The time for an exchange where nothing else is said, redirects and body included: half a minute. */
export const DEFAULT_TIMEOUT = 30_000;

/** The largest body taken where nothing else is said: 1 MiB. */
const DEFAULT_MAX_SIZE = 2 ** 20;

const MAX_REDIRECTS = 5;

/** The means of a client. */
export interface HttpOptions {
  /** The certificates https is verified up to, as PEM; asked for once, when they are needed. */
  readonly anchors: Anchors;
  readonly proxy: ProxyChoice;
  /** For a whole exchange, in milliseconds; {@link DEFAULT_TIMEOUT} without. */
  readonly timeout?: number | undefined;
  /** True for many exchanges with one server: a connection serves as many as the server allows (RFC 9112 9.3). */
  readonly keepsConnections?: boolean;
}

interface HttpRequest {
  /** GET without, which follows redirects. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The largest body taken, in octets. */
  readonly maxSize?: number;
  /** For this exchange, in place of the client's. */
  readonly timeout?: number;
}

interface ResponseHead {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Where the response is from, redirects followed. */
  readonly url: string;
}

interface HttpResponse extends ResponseHead {
  readonly body: Buffer;
}

/** A response whose body arrives as it is read. */
export interface HttpStream extends ResponseHead {
  /** To be read to its end, or given back by leaving the loop: that closes the connection. */
  readonly body: AsyncGenerator<Buffer, void>;
}

/**
 * A client for HTTP/1.1 (RFC 9112), for answers from strangers: http and https only, TLS verified, sizes, times and
 * redirects bounded, no redirect to another scheme, no compression. A connection is for one exchange, unless it is to be
 * kept: then one that the server closes just when it is used again is the caller's to repeat (NET_CLOSED).
 *
 * A status is never an error: what 404 means the caller knows. All errors are {@link PkiError}s about the URL.
 */
export class HttpClient {
  readonly #verifier: TlsVerifier;
  readonly #proxy: ProxyChoice;
  readonly #timeout: number;
  readonly #kept: KeptConnections | undefined;

  constructor({ anchors, proxy, timeout, keepsConnections }: HttpOptions) {
    this.#kept = keepsConnections ? new KeptConnections() : undefined;
    this.#verifier = new TlsVerifier(anchors);
    this.#proxy = proxy;
    this.#timeout = timeout ?? DEFAULT_TIMEOUT;
  }

  /**
   * The response with its whole body.
   *
   * @throws {PkiError}
   */
  async request(url: string, options: HttpRequest = {}): Promise<HttpResponse> {
    const { body, ...head } = await this.stream(url, options);
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return { ...head, body: Buffer.concat(chunks) };
  }

  /**
   * The response with its body as it arrives; the time and the size are bounded there too.
   *
   * @throws {PkiError}
   */
  async stream(url: string, options: HttpRequest = {}): Promise<HttpStream> {
    const deadline = new Deadline(options.timeout ?? this.#timeout);
    try {
      const { response, url: place } = await this.#follow(parseUrl(url), options, deadline);
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        url: place.href,
        body: bodyOf(response, url, options.maxSize ?? DEFAULT_MAX_SIZE, deadline),
      };
    } catch (error) {
      deadline.clear();
      throw withSource(error, url);
    }
  }

  /** Asks, and asks where the answer points to. */
  async #follow(
    start: URL,
    options: HttpRequest,
    deadline: Deadline,
  ): Promise<{ response: IncomingMessage; url: URL }> {
    let url = start;
    for (let redirects = 0; ; redirects++) {
      const isElsewhere = url.origin !== start.origin;
      const response = await this.#exchange(url, isElsewhere ? withoutCredentials(options) : options, deadline);
      const { location } = response.headers;
      const isRedirect = [301, 302, 303, 307, 308].includes(response.statusCode ?? 0);
      if (!isRedirect || location === undefined || options.method === 'POST') return { response, url };
      response.destroy();
      if (redirects === MAX_REDIRECTS)
        throw new PkiError('NET_REDIRECT', `redirected more than ${MAX_REDIRECTS} times`);
      url = redirected(url, location);
    }
  }

  async #exchange(url: URL, options: HttpRequest, deadline: Deadline): Promise<IncomingMessage> {
    const host = unbracketed(url.hostname);
    const isSecure = url.protocol === 'https:';
    const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
    const where = placeText(host, port);
    const proxy = proxyFor(this.#proxy, isSecure ? 'https' : 'http', host, port);
    const path = `${url.pathname}${url.search}`;
    const open = async (): Promise<Socket> => {
      let socket: Socket;
      if (proxy === undefined) socket = await openConnection(host, port, deadline);
      else if (isSecure) socket = await openTunnel(proxy, host, port, this.#verifier, deadline);
      else socket = await openProxy(proxy, this.#verifier, deadline);
      return isSecure ? await this.#verifier.secure(socket, host, port, deadline) : socket;
    };
    const isForwarded = proxy !== undefined && !isSecure;
    const make = (connection: RequestOptions): ClientRequest => {
      deadline.enter(`waiting for ${where} to answer`);
      return request({
        method: options.method ?? 'GET',
        path: isForwarded ? `${url.origin}${path}` : path,
        headers: {
          ...options.headers,
          Host: url.host,
          'User-Agent': userAgent,
          ...(options.body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(options.body)) }),
          ...(isForwarded ? proxyHeaders(proxy) : {}),
        },
        ...connection,
      });
    };
    const asking = await (this.#kept?.request(url.origin, open, make) ?? usedOnce(open, make));
    // Once there is a response, errors are its reader's, but they are heard here too.
    asking.on('error', () => {});
    try {
      return checked(await responseTo(asking, options.body, deadline));
    } catch (error) {
      asking.destroy();
      throw httpError(error, where);
    }
  }
}

/** Makes a request on a connection of its own. */
async function usedOnce(
  open: () => Promise<Socket>,
  make: (options: RequestOptions) => ClientRequest,
): Promise<ClientRequest> {
  const stream = await open();
  return make({ createConnection: () => stream });
}

function responseTo(
  asking: ClientRequest,
  body: string | Uint8Array | undefined,
  deadline: Deadline,
): Promise<IncomingMessage> {
  return deadline.wait((resolve, reject) => {
    asking.once('response', resolve).once('error', reject).end(body);
    return () => asking.off('response', resolve).off('error', reject);
  });
}

/** Refuses what we did not ask for: an octet of a compressed body may become a thousand. */
function checked(response: IncomingMessage): IncomingMessage {
  const coding = response.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') {
    response.destroy();
    throw new PkiError('NET_HTTP', `the answer is compressed (${coding}), which was not asked for`);
  }
  return response;
}

/**
 * A URL we go to.
 *
 * @throws {PkiError} it is none, or not http or https
 */
function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new PkiError('NET_URL', 'not a URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new PkiError('NET_URL', `${url.protocol} is neither http: nor https:`);
  }
  if (url.username !== '' || url.password !== '') throw new PkiError('NET_URL', 'a URL with a user name in it');
  return url;
}

function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new PkiError('NET_REDIRECT', `redirected to what is no URL: ${location}`);
  const url = parseUrl(new URL(location, from).href);
  if (url.protocol !== from.protocol) {
    throw new PkiError('NET_REDIRECT', `redirected from ${from.protocol} to ${url.protocol}, which is not followed`);
  }
  return url;
}

function withoutCredentials({ headers = {}, ...options }: HttpRequest): HttpRequest {
  const rest = Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie)$/i.test(name));
  return { ...options, headers: Object.fromEntries(rest) };
}
