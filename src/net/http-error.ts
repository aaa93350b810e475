import { isPkiError, PkiError } from '../errors.js';
import { socketError } from './socket-error.js';

/** The errors of llhttp, and those of connections, as ours. */
export function httpError(error: unknown, where: string): unknown {
  if (isPkiError(error) || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code === 'ECONNRESET') {
    return new PkiError('NET_CLOSED', `${where}: the connection was closed before the answer was whole`, {
      cause: error,
    });
  }
  if (code.startsWith('HPE_')) {
    return new PkiError('NET_HTTP', `${where}: the answer is not HTTP: ${error.message.toLowerCase()}`, {
      cause: error,
    });
  }
  return socketError(error, where);
}
