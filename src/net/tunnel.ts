import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { isPkiError, PkiError } from '../errors.js';
import { printable, shortened } from '../text/printable.js';
import { openConnection } from './connect.js';
import type { Deadline } from './deadline.js';
import type { HttpProxy } from './proxy.js';
import type { TlsVerifier } from './secure.js';
import { placeText, socketError } from './socket-error.js';
import { userAgent } from './user-agent.js';

/** A connection to the proxy itself. */
export async function openProxy(proxy: HttpProxy, verifier: TlsVerifier, deadline: Deadline): Promise<Socket> {
  const { host, port, isSecure } = proxy;
  try {
    const socket = await openConnection(host, port, deadline);
    return isSecure ? await verifier.secure(socket, host, port, deadline) : socket;
  } catch (error) {
    throw viaProxy(proxy, error);
  }
}

/**
 * A connection through a proxy (RFC 9110 9.3.6, CONNECT).
 *
 * @throws {PkiError} the proxy cannot be reached, or says no
 */
export async function openTunnel(
  proxy: HttpProxy,
  host: string,
  port: number,
  verifier: TlsVerifier,
  deadline: Deadline,
): Promise<Socket> {
  const socket = await openProxy(proxy, verifier, deadline);
  const target = placeText(host, port);
  deadline.enter(`waiting for the proxy ${placeText(proxy.host, proxy.port)} to connect to ${target}`);
  const asking = request({
    method: 'CONNECT',
    path: target,
    headers: { Host: target, 'User-Agent': userAgent, ...proxyHeaders(proxy) },
    createConnection: () => socket,
  });
  asking.on('error', () => {});
  try {
    const [response, head] = await deadline.wait<[IncomingMessage, Buffer]>((resolve, reject) => {
      asking
        .once('connect', (response, _, head) => resolve([response, head]))
        .once('response', (response) => resolve([response, Buffer.alloc(0)]))
        .once('error', reject)
        .end();
      return () => asking.off('error', reject);
    });
    const { statusCode = 0, statusMessage = '' } = response;
    if (statusCode < 200 || statusCode > 299) throw refusal(statusCode, statusMessage);
    // A server that speaks first may have spoken already.
    if (head.length > 0) socket.unshift(head);
    return socket;
  } catch (error) {
    asking.destroy();
    socket.destroy();
    throw viaProxy(proxy, error);
  }
}

export const proxyHeaders = ({ authorization }: HttpProxy): Record<string, string> =>
  authorization === undefined ? {} : { 'Proxy-Authorization': authorization };

function refusal(status: number, reason: string): PkiError {
  const hint = status === 407 ? 'give name and password in its URL: http://NAME:PASSWORD@HOST' : undefined;
  return new PkiError('NET_PROXY', `it says ${status} ${printable(shortened(reason, 80))}`.trimEnd(), { hint });
}

function viaProxy({ host, port }: HttpProxy, error: unknown): unknown {
  const where = `proxy ${placeText(host, port)}`;
  if (isPkiError(error) && error.code !== 'NET_TIMEOUT') {
    return new PkiError(error.code, `${where}: ${error.message}`, { hint: error.hint, cause: error });
  }
  return socketError(error, where);
}
