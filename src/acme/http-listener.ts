import { createServer, type Server } from 'node:http';
import type { Proof } from './challenge.js';
import { type ListenAddress, listen } from './listen-address.js';
import type { Responder } from './responder.js';

const FOLDER = '/.well-known/acme-challenge/';

/** http-01 (RFC 8555 8.3) by a web server of our own that knows nothing but the proofs. */
export class HttpListener implements Responder {
  readonly types = ['http-01'] as const;
  readonly #address: ListenAddress;
  readonly #proofs = new Map<string, string>();
  readonly #server: Server;

  constructor(address: ListenAddress) {
    this.#address = address;
    this.#server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 8192 });
    this.#server.maxConnections = 256;
    this.#server.on('request', ({ url = '', method = '' }, response) => {
      const proof = url.startsWith(FOLDER) ? this.#proofs.get(url.slice(FOLDER.length)) : undefined;
      const isRead = method === 'GET' || method === 'HEAD';
      const body = proof !== undefined && isRead ? proof : '';
      response.writeHead(body === '' ? 404 : 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': body.length,
        Connection: 'close',
      });
      response.end(body);
    });
  }

  async prepare(): Promise<void> {
    await listen(this.#server, this.#address);
  }

  async present({ token, value }: Proof): Promise<void> {
    this.#proofs.set(token, value);
  }

  async withdraw({ token }: Proof): Promise<void> {
    this.#proofs.delete(token);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
