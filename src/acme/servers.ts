import { UsageError } from '../errors.js';
import { nearestHint } from '../text/nearest.js';

/** The directories of well-known CAs by the name --server takes. */
const servers: ReadonlyMap<string, string> = new Map([
  ['letsencrypt', 'https://acme-v02.api.letsencrypt.org/directory'],
  ['letsencrypt-staging', 'https://acme-staging-v02.api.letsencrypt.org/directory'],
  ['zerossl', 'https://acme.zerossl.com/v2/DV90'],
  ['google', 'https://dv.acme-v02.api.pki.goog/directory'],
  ['google-staging', 'https://dv.acme-v02.test-api.pki.goog/directory'],
]);

export const serverNames: readonly string[] = [...servers.keys()];

/** The rules a request is checked by before it goes to this server: `letsencrypt`, `webpki`, or a CA of one's own. */
export function profileOfServer(text: string): 'letsencrypt' | 'webpki' | 'internal' {
  if (text.startsWith('letsencrypt') || /^https:\/\/[^/]*\.letsencrypt\.org\//.test(text)) return 'letsencrypt';
  const isPublic = servers.has(text) || [...servers.values()].includes(text);
  return isPublic ? 'webpki' : 'internal';
}

/**
 * The directory's URL: of a CA by name, or as it is.
 *
 * @param allowsHttp true where http on the loopback interface will do: with trust anchors of one's own, as tests have them
 * @throws {UsageError} no URL, or one without TLS
 */
export function serverUrl(text: string, allowsHttp: boolean): string {
  const known = servers.get(text);
  if (known !== undefined) return known;
  if (!URL.canParse(text)) {
    const hint = nearestHint(text, serverNames) ?? `${serverNames.join(', ')}, or a URL`;
    throw new UsageError(`--server: ${text} is neither a URL nor a CA known by name`, hint);
  }
  const url = new URL(text);
  if (!isSafe(url, allowsHttp)) {
    throw new UsageError(`--server: ${text}: ACME goes over https`, 'http is for loopback addresses, with --ca-file');
  }
  return text;
}

/** True for https; for http on the loopback interface where that is allowed. */
export function isSafe({ protocol, hostname }: URL, allowsHttp: boolean): boolean {
  if (protocol === 'https:') return true;
  return protocol === 'http:' && allowsHttp && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
