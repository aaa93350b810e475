import { type LookupAddress, lookup } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import { PkiError } from '../errors.js';
import { isSystemError, systemErrorText } from '../system/error.js';
import type { Deadline } from './deadline.js';
import { placeText } from './socket-error.js';

/** How long one address may keep the next one waiting, in milliseconds (RFC 8305 5). */
const ATTEMPT_DELAY = 250;

/**
 * A TCP connection. All addresses of a name are tried, the families by turns, the next one when one fails or keeps us
 * waiting; the first to answer is taken (RFC 8305).
 *
 * @param host a name or an IP address, without brackets
 * @throws {PkiError} there is no such name, no address answers, or time is up
 */
export async function openConnection(host: string, port: number, deadline: Deadline): Promise<Socket> {
  deadline.enter(`looking up ${host}`);
  const addresses = isIP(host) === 0 ? alternating(await lookUp(host, deadline)) : [host];
  deadline.enter(`connecting to ${addresses.map((address) => placeText(address, port)).join(', ')}`);
  return await race(addresses, port, deadline);
}

function lookUp(host: string, deadline: Deadline): Promise<LookupAddress[]> {
  return deadline.wait((resolve, reject) => {
    lookup(host, { all: true, order: 'verbatim' }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(lookupError(host, error));
    });
    return () => {};
  });
}

function lookupError(host: string, error: Error): PkiError {
  const isUnknown = isSystemError(error, 'ENOTFOUND') || isSystemError(error, 'EAI_NODATA');
  const message = isUnknown
    ? `no such host: ${host} has no address`
    : `${host} cannot be looked up: ${systemErrorText(error) ?? error.message}`;
  return new PkiError('NET_NAME', message, { cause: error });
}

/** The addresses with the families by turns, each in the resolver's order (RFC 8305 4). */
function alternating(addresses: readonly LookupAddress[]): string[] {
  const [first] = addresses;
  const sameFamily = addresses.filter(({ family }) => family === first?.family);
  const otherFamily = addresses.filter(({ family }) => family !== first?.family);
  const turns = Array.from({ length: Math.max(sameFamily.length, otherFamily.length) }, (_, i) => [
    ...sameFamily.slice(i, i + 1),
    ...otherFamily.slice(i, i + 1),
  ]);
  return turns.flat().map(({ address }) => address);
}

/** Starts an attempt an address, each when the one before has failed or has had its time, until one succeeds. */
function race(addresses: readonly string[], port: number, deadline: Deadline): Promise<Socket> {
  return deadline.wait<Socket>((resolve, reject) => {
    const attempts = new Set<Socket>();
    const failures: string[] = [];
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    let winner: Socket | undefined;
    const attempt = () => {
      clearTimeout(timer);
      const address = addresses[next++];
      if (address === undefined) {
        if (attempts.size === 0) reject(new PkiError('NET_SOCKET', failures.join('; ')));
        return;
      }
      const socket = connect({ host: address, port, noDelay: true });
      attempts.add(socket);
      socket.once('connect', () => {
        winner = socket;
        resolve(socket);
      });
      socket.on('error', (error) => {
        if (!attempts.delete(socket)) return;
        failures.push(`${placeText(address, port)}: ${systemErrorText(error) ?? error.message}`);
        attempt();
      });
      if (next < addresses.length) timer = setTimeout(attempt, ATTEMPT_DELAY);
    };
    attempt();
    return () => {
      clearTimeout(timer);
      for (const socket of attempts) if (socket !== winner) socket.destroy();
      // The listener stays, so that an error between two readers does not end the process; it hears no more.
      attempts.clear();
    };
  });
}
