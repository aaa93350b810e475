import { formatIpAddress, parseIpAddress } from '../text/ip-address.js';
import { parseHostName } from './host-name.js';

/** A reference identifier (RFC 9525 1.8), the name a client asks a certificate for, or why a text is none. */
export type Reference =
  /** A host name as A-labels in lower case, without a final dot. */
  | { readonly kind: 'name'; readonly name: string }
  /** An IP address, its canonical text and its octets. */
  | { readonly kind: 'address'; readonly name: string; readonly octets: Uint8Array }
  | { readonly kind: 'none'; readonly problem: string; readonly hint?: string | undefined };

const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@\\]*@)?(\[[^\]]*\]|[^/?#:]*)(?::\d*)?(?:[/?#].*)?$/i;
const hostAndPort = /^(\[[^\]]*\]|[^:[\]]+):(\d{1,5})$/;

/**
 * Reads a host as lists of them hold it: a name, an IP address, either with a port (`[2001:db8::1]:443`), and with
 * `url` also URLs.
 */
export function parseReference(text: string, options: { readonly url?: boolean } = {}): Reference {
  const inUrl = options.url ? url.exec(text)?.[1] : undefined;
  const port = inUrl === undefined ? hostAndPort.exec(text) : null;
  if (port !== null && Number(port[2]) > 65_535) return { kind: 'none', problem: `${port[2]} is no port` };
  const host = inUrl ?? port?.[1] ?? text;
  const bracketed = /^\[(.*:.*)\]$/.exec(host)?.[1];
  const octets = parseIpAddress(bracketed ?? host);
  if (octets !== undefined) return { kind: 'address', name: formatIpAddress(octets) ?? host, octets };
  const result = parseHostName(host, { underscore: true, finalDot: true });
  if (result.name !== undefined) return { kind: 'name', name: result.name };
  if (/^\[?[0-9a-f:.]+%/i.test(host)) {
    return { kind: 'none', problem: 'a zone id means something on one machine only, certificates hold none' };
  }
  const isUrl = !options.url && url.test(text);
  const hint = isUrl ? [result.hint, '--url takes URLs as they are'].filter(Boolean).join('; ') : result.hint;
  return { kind: 'none', problem: result.problem, hint };
}
