import type { Server } from 'node:net';
import { PkiError, UsageError } from '../errors.js';
import { isSystemError, systemErrorText } from '../system/error.js';

/** Where a listener of ours listens: the value of --listen. */
export interface ListenAddress {
  /** All addresses of the machine without. */
  readonly host: string | undefined;
  readonly port: number;
}

/**
 * `80`, `192.0.2.1:80`, `[2001:db8::1]:80`.
 *
 * @throws {UsageError} anything else
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, host, digits = ''] = /^(?:(\[[^\]]+\]|[^:]+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw new UsageError(`--listen: ${text} is no port`, 'for example --listen 80 or --listen 192.0.2.1:80');
  }
  return { host: host?.replace(/^\[(.*)\]$/, '$1'), port };
}

/**
 * Starts to listen.
 *
 * @throws {PkiError} the port is taken, or not ours to take
 */
export async function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, ...(host === undefined ? {} : { host }), exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const hint = isSystemError(error, 'EADDRINUSE')
      ? 'a server that is there already can give the answer: --webroot'
      : isSystemError(error, 'EACCES')
        ? 'ports below 1024 are for root, or for who has CAP_NET_BIND_SERVICE'
        : undefined;
    const reason = systemErrorText(error) ?? String(error);
    throw new PkiError('ACME_LISTEN', `--listen ${host ?? ''}${host === undefined ? '' : ':'}${port}: ${reason}`, {
      hint,
      cause: error,
    });
  }
}
