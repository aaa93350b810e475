import { PkiError } from '../errors.js';
import { systemErrorText } from '../system/error.js';

/** A place on the network as messages name it: `mail.valami.hu:25`, `[2001:db8::1]:25`. */
export function placeText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A failed connection as an error that says where: ours stays as it is, and so does what is no error of the system. */
export function socketError(error: unknown, where: string): unknown {
  const text = systemErrorText(error);
  return text === undefined ? error : new PkiError('NET_SOCKET', `${where}: ${text}`, { cause: error });
}
