import type { Socket } from 'node:net';
import { createServer, type SecureContext, type Server } from 'node:tls';
import { parseIpAddress } from '../text/ip-address.js';
import type { Proof } from './challenge.js';
import { type ListenAddress, listen } from './listen-address.js';
import type { Responder } from './responder.js';
import { validationContext } from './validation-certificate.js';

/** The application protocol that only a CA asks for (RFC 8737 6.2). */
const PROTOCOL = 'acme-tls/1';

/** tls-alpn-01 (RFC 8737) by a TLS server of our own, with a certificate a name. */
export class TlsListener implements Responder {
  readonly types = ['tls-alpn-01'] as const;
  readonly #address: ListenAddress;
  readonly #contexts = new Map<string, SecureContext>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(address: ListenAddress) {
    this.#address = address;
    this.#server = createServer({
      ALPNProtocols: [PROTOCOL],
      handshakeTimeout: 10_000,
      minVersion: 'TLSv1.2',
      SNICallback: (name, answer) => {
        const context = this.#contexts.get(name.toLowerCase());
        if (context === undefined) answer(new Error('no certificate for this name'));
        else answer(null, context);
      },
    });
    this.#server.maxConnections = 256;
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    });
    // The handshake is all there is to it.
    this.#server.on('secureConnection', (socket) => socket.on('error', () => {}).end());
    this.#server.on('tlsClientError', (_, socket) => socket.destroy());
  }

  async prepare(): Promise<void> {
    await listen(this.#server, this.#address);
  }

  async present(proof: Proof): Promise<void> {
    this.#contexts.set(serverName(proof), validationContext(proof));
  }

  async withdraw(proof: Proof): Promise<void> {
    this.#contexts.delete(serverName(proof));
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The name the CA's ClientHello has: for an address its name in the reverse tree (RFC 8738 6). */
function serverName({ identifier: { type, value } }: Proof): string {
  const octets = type === 'ip' ? parseIpAddress(value) : undefined;
  if (octets === undefined) return value;
  if (octets.length === 4) return `${octets.toReversed().join('.')}.in-addr.arpa`;
  const nibbles = Buffer.from(octets).toString('hex').split('');
  return `${nibbles.reverse().join('.')}.ip6.arpa`;
}
