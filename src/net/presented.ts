import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { isPkiError, PkiError } from '../errors.js';
import { openConnection } from './connect.js';
import { Conversation } from './conversation.js';
import { Deadline } from './deadline.js';
import { plainProtocol } from './plain-speech.js';
import type { HttpProxy } from './proxy.js';
import type { TlsVerifier } from './secure.js';
import { protocols } from './starttls/protocols.js';
import { tlsError } from './tls-error.js';

/** A server to be asked. */
export interface Target {
  /** A name in A-labels or an IP address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The protocol that begins in the clear, by its name in {@link protocols}; undefined for TLS from the first octet. */
  readonly protocol: string | undefined;
}

export interface FetchOptions {
  readonly context: SecureContext;
  /** The name asked for in SNI; undefined for the host's, where that is none: none. */
  readonly serverName: string | undefined;
  /** The protocols offered in ALPN (RFC 7301). */
  readonly alpn: readonly string[];
  /** The proxy on the way, and who verifies it where it speaks TLS. */
  readonly proxy: HttpProxy | undefined;
  readonly verifier: TlsVerifier;
  /** In milliseconds. */
  readonly timeout: number;
}

/** A server's side of a handshake. */
export interface Presented {
  /** The certificates in DER, as they were sent: order, duplicates and strangers kept. */
  readonly certificates: readonly Buffer[];
  /** The address we were connected to; the proxy's where there is one. */
  readonly address: string | null;
  /** `TLSv1.3` */
  readonly version: string | null;
  /** Its name in the IANA registry. */
  readonly cipher: string | null;
  /** The application protocol the server chose (ALPN). */
  readonly alpn: string | null;
  /** The stapled OCSP response in DER. */
  readonly staple: Buffer | null;
}

/**
 * The certificates a server presents. Nothing is verified: who wants to know whether they are good asks cert-verify.
 *
 * @throws {PkiError} there is no connection, no TLS, or no certificate
 */
export async function presentedBy(target: Target, options: FetchOptions): Promise<Presented> {
  const deadline = new Deadline(options.timeout);
  try {
    const socket = await openTo(target, options, deadline);
    try {
      await askForTls(socket, target, options, deadline);
      return await handshake(socket, target, options, deadline);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  } catch (error) {
    const isPlain = isPkiError(error) && error.code === 'NET_NOT_TLS' && target.protocol === undefined;
    throw isPlain ? await namedPlainly(error, target, options, deadline) : error;
  } finally {
    deadline.clear();
  }
}

async function openTo({ host, port }: Target, { proxy, verifier }: FetchOptions, deadline: Deadline): Promise<Socket> {
  if (proxy === undefined) return await openConnection(host, port, deadline);
  // node:http comes with it, which takes its time to load.
  const { openTunnel } = await import('./tunnel.js');
  return await openTunnel(proxy, host, port, verifier, deadline);
}

async function askForTls(
  socket: Socket,
  { host, protocol }: Target,
  { serverName }: FetchOptions,
  deadline: Deadline,
): Promise<void> {
  if (protocol === undefined) return;
  const conversation = new Conversation(socket, deadline);
  await protocols.get(protocol)?.ask(conversation, serverName || host);
  conversation.end();
}

function handshake(
  socket: Socket,
  { host }: Target,
  { context, serverName, alpn }: FetchOptions,
  deadline: Deadline,
): Promise<Presented> {
  deadline.enter('the TLS handshake');
  const address = socket.remoteAddress ?? null;
  const name = serverName ?? (isIP(host) === 0 ? host : '');
  const how = {
    socket,
    secureContext: context,
    rejectUnauthorized: false,
    requestOCSP: true,
    // The smallest groups of old servers too: nothing secret is sent.
    minDHSize: 1,
    ...(name === '' ? {} : { servername: name }),
    ...(alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] }),
  };
  const secured = connect(how);
  let staple: Buffer | null = null;
  secured.on('OCSPResponse', (response: Buffer | null) => {
    staple = response !== null && response.length > 0 ? response : null;
  });
  return deadline.wait<Presented>((resolve, reject) => {
    const take = (): boolean => {
      const certificates = chainOf(secured);
      if (certificates.length === 0) return false;
      const alpnProtocol = secured.alpnProtocol || null;
      const cipher = secured.getCipher()?.standardName ?? null;
      resolve({ certificates, address, version: secured.getProtocol(), cipher, alpn: alpnProtocol, staple });
      return true;
    };
    secured.once('secureConnect', () => {
      if (!take()) reject(new PkiError('NET_NO_CERTIFICATE', 'the server presents no certificate'));
    });
    // Who does not get a certificate of ours may end the handshake, with its own certificates sent long since.
    secured.on('error', (error) => {
      if (!take()) reject(tlsError(error));
    });
    return () => secured.destroySoon();
  });
}

/** More certificates than OpenSSL takes from a server: 100 KiB. */
const MAX_CERTIFICATES = 1000;

/**
 * The list as it was sent. It must be asked for in this way, and once: on Node.js 20 and 22 the first call empties the
 * list, and `getPeerCertificate(true)` gives a chain that was put in order.
 */
function chainOf(secured: TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  for (
    let certificate = secured.getPeerX509Certificate();
    certificate !== undefined && chain.length < MAX_CERTIFICATES;
    certificate = certificate.issuerCertificate
  ) {
    chain.push(certificate.raw);
  }
  return chain;
}

/** The error for a server that speaks in the clear, with what it speaks, for which it is asked once more. */
async function namedPlainly(
  error: PkiError,
  target: Target,
  options: FetchOptions,
  deadline: Deadline,
): Promise<PkiError> {
  try {
    const socket = await openTo(target, options, deadline);
    try {
      const name = await plainProtocol(new Conversation(socket, deadline));
      if (name === undefined) return error;
      const title = protocols.get(name)?.title ?? 'HTTP';
      const hint = protocols.has(name) ? `ask it for TLS: -s ${name}` : undefined;
      return new PkiError(error.code, `not TLS: this port speaks plain ${title}`, { hint, cause: error });
    } finally {
      socket.destroy();
    }
  } catch {
    return error;
  }
}
