import { type ContextOptions, permissiveContext } from '../../net/old-servers.js';
import { type Presented, presentedBy, type Target } from '../../net/presented.js';
import { type ProxyChoice, proxyFor } from '../../net/proxy.js';
import type { Anchors } from '../../net/secure.js';
import { TlsVerifier } from '../../net/secure.js';

interface AskOptions extends ContextOptions {
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly proxy: ProxyChoice;
  /** The anchors a proxy that speaks TLS is verified up to. */
  readonly anchors: Anchors;
  /** In milliseconds. */
  readonly timeout: number;
}

/** Asks servers, all in the same manner. */
export type Ask = (target: Target) => Promise<Presented>;

/** How servers are asked, made once for all of them. */
export function asker({ anchors, proxy, ...options }: AskOptions): Ask {
  const context = permissiveContext(options);
  const verifier = new TlsVerifier(anchors);
  return (target) =>
    presentedBy(target, { ...options, context, verifier, proxy: proxyFor(proxy, 'https', target.host, target.port) });
}
