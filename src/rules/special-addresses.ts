/**
 * The IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), and multicast: no public CA may certify an
 * address in them ("Reserved IP Address", BR 1.6.1 and 4.2.2).
 */
type Block = readonly [prefix: string, use: string, source: string];

/** As registered in 2025; a block inside another of the same kind is left out. */
const blocks: readonly Block[] = [
  ['0.0.0.0/8', '"this network"', 'RFC 791'],
  ['10.0.0.0/8', 'private', 'RFC 1918'],
  ['100.64.0.0/10', 'shared by carriers', 'RFC 6598'],
  ['127.0.0.0/8', 'loopback', 'RFC 1122'],
  ['169.254.0.0/16', 'link-local', 'RFC 3927'],
  ['172.16.0.0/12', 'private', 'RFC 1918'],
  ['192.0.0.0/24', 'for IETF protocols', 'RFC 6890'],
  ['192.0.2.0/24', 'for documentation', 'RFC 5737'],
  ['192.31.196.0/24', 'AS112', 'RFC 7535'],
  ['192.52.193.0/24', 'for multicast relays', 'RFC 7450'],
  ['192.88.99.0/24', '6to4 relay', 'RFC 7526'],
  ['192.168.0.0/16', 'private', 'RFC 1918'],
  ['192.175.48.0/24', 'AS112', 'RFC 7534'],
  ['198.18.0.0/15', 'for benchmarks', 'RFC 2544'],
  ['198.51.100.0/24', 'for documentation', 'RFC 5737'],
  ['203.0.113.0/24', 'for documentation', 'RFC 5737'],
  ['224.0.0.0/4', 'multicast', 'RFC 5771'],
  ['255.255.255.255/32', 'broadcast', 'RFC 8190'],
  ['240.0.0.0/4', 'reserved', 'RFC 1112'],
  ['::/128', 'unspecified', 'RFC 4291'],
  ['::1/128', 'loopback', 'RFC 4291'],
  ['::ffff:0:0/96', 'IPv4-mapped', 'RFC 4291'],
  ['64:ff9b::/96', 'IPv4 translation', 'RFC 6052'],
  ['64:ff9b:1::/48', 'IPv4 translation', 'RFC 8215'],
  ['100::/64', 'discard-only', 'RFC 6666'],
  ['100:0:0:1::/64', 'dummy', 'RFC 9780'],
  ['2001::/23', 'for IETF protocols', 'RFC 2928'],
  ['2001:db8::/32', 'for documentation', 'RFC 3849'],
  ['2002::/16', '6to4', 'RFC 3056'],
  ['2620:4f:8000::/48', 'AS112', 'RFC 7534'],
  ['3fff::/20', 'for documentation', 'RFC 9637'],
  ['5f00::/16', 'for segment routing', 'RFC 9602'],
  ['fc00::/7', 'unique local', 'RFC 4193'],
  ['fe80::/10', 'link-local', 'RFC 4291'],
  ['ff00::/8', 'multicast', 'RFC 4291'],
];

interface SpecialUse {
  /** The use of the block: `private`, `loopback`, `for documentation`. */
  readonly use: string;
  readonly prefix: string;
  readonly source: string;
}

/**
 * The special purpose an address is set aside for, or undefined for one that is globally reachable.
 *
 * @param octets 4 or 16 octets, as in an iPAddress name
 */
export function specialAddress(octets: Uint8Array): SpecialUse | undefined {
  for (const [prefix, use, source] of blocks) {
    const [address = '', length] = prefix.split('/');
    const base = address.includes(':') ? ipv6Octets(address) : address.split('.').map(Number);
    if (base.length === octets.length && sharePrefix(base, octets, Number(length))) return { use, prefix, source };
  }
  return undefined;
}

function sharePrefix(base: readonly number[], octets: Uint8Array, bits: number): boolean {
  for (let i = 0, left = bits; left > 0; i++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if ((((base[i] ?? 0) ^ (octets[i] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/** The octets of an IPv6 address written with at most one `::` and no dotted part. */
function ipv6Octets(text: string): number[] {
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
