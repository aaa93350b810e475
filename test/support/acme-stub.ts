import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A request the stub has got. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The payload of its JWS; undefined for none, and for POST-as-GET. */
  readonly payload: unknown;
}

/** The answers of the stub in the place of a CA's. */
export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Deviations by path, called with how often the path was asked for before; undefined is the usual answer. */
export type StubAnswers = Readonly<Record<string, (time: number, stub: AcmeStub) => StubAnswer | undefined>>;

/** A CA of a few lines for what pebble cannot be made to do: it verifies nothing, and issues what it is given. */
export interface AcmeStub {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  stop(): Promise<void>;
}

/** The usual answers: one order for one name, proved already. */
function usual(base: string, path: string, chain: string): StubAnswer {
  const order = {
    status: 'ready',
    identifiers: [{ type: 'dns', value: 'a.valami.hu' }],
    authorizations: [],
    finalize: `${base}/finalize`,
  };
  const answers: Readonly<Record<string, StubAnswer>> = {
    '/directory': {
      body: {
        newNonce: `${base}/nonce`,
        newAccount: `${base}/account`,
        newOrder: `${base}/order`,
        revokeCert: `${base}/revoke`,
      },
    },
    '/nonce': {},
    '/account': { headers: { Location: `${base}/account/1` }, body: { status: 'valid' } },
    '/order': { status: 201, headers: { Location: `${base}/order/1` }, body: order },
    '/order/1': { body: order },
    '/finalize': { body: { ...order, status: 'valid', certificate: `${base}/certificate` } },
    '/certificate': { headers: { 'Content-Type': 'application/pem-certificate-chain' }, body: chain },
    '/revoke': {},
  };
  return answers[path] ?? { status: 404 };
}

/** Starts it on loopback, without TLS. */
export async function startStub(chain: string, deviations: StubAnswers = {}): Promise<AcmeStub> {
  const requests: StubRequest[] = [];
  let nonce = 0;
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  const base = `http://127.0.0.1:${address.port}`;
  const stub: AcmeStub = {
    url: `${base}/directory`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    const { method = '', url: path = '', headers } = request;
    const time = requests.filter((each) => each.path === path).length;
    requests.push({ method, path, headers, payload: payloadOf(text) });
    const { status = 200, headers: more = {}, body = '' } = deviations[path]?.(time, stub) ?? usual(base, path, chain);
    const type =
      typeof body === 'string' ? 'text/html' : status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'Replay-Nonce': `nonce${nonce++}`, 'Content-Type': type, ...more });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
  return stub;
}

function payloadOf(text: string): unknown {
  const { payload } = text === '' ? { payload: '' } : (JSON.parse(text) as { payload: string });
  return payload === '' ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

/** A problem document. */
export const problem = (type: string, status: number, more: object = {}): StubAnswer => ({
  status,
  body: { type: `urn:ietf:params:acme:error:${type}`, detail: 'a detail', ...more },
});
