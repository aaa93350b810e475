import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Deadline } from './deadline.js';
import { placeText } from './socket-error.js';
import { tlsError, trustError } from './tls-error.js';

/** The certificates connections are verified up to, as PEM; read when the first one is made. */
export type Anchors = () => string | Promise<string>;

/** Makes TLS of connections and verifies the other side: its certificate, up to the anchors, and its name. */
export class TlsVerifier {
  readonly #anchors: Anchors;
  #context: Promise<SecureContext> | undefined;

  constructor(anchors: Anchors) {
    this.#anchors = anchors;
  }

  /**
   * @param host the name or address the certificate must be for
   * @throws {PkiError} the handshake fails, the certificate is not trusted, or time is up; the socket is destroyed
   */
  async secure(socket: Socket, host: string, port: number, deadline: Deadline): Promise<TLSSocket> {
    this.#context ??= this.#makeContext();
    const secureContext = await this.#context;
    deadline.enter(`TLS handshake with ${placeText(host, port)}`);
    const secured = connect({
      socket,
      host,
      secureContext,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    try {
      await deadline.wait<void>((resolve, reject) => {
        secured.once('secureConnect', resolve).once('error', reject);
        return () => secured.off('secureConnect', resolve).off('error', reject);
      });
    } catch (error) {
      secured.on('error', () => {}).destroy();
      throw trustError(error) ?? tlsError(error);
    }
    return secured;
  }

  async #makeContext(): Promise<SecureContext> {
    return createSecureContext({ ca: await this.#anchors(), minVersion: 'TLSv1.2' });
  }
}
