import { formatIpAddress } from '../text/ip-address.js';

/**
 * The octets of an address range in name constraints, address and mask (RFC 5280 4.2.1.10): `10.0.0.0/8`, with the mask
 * spelled out where it is no prefix.
 *
 * @returns undefined when they are neither eight nor thirty-two
 */
export function formatIpRange(octets: Uint8Array): string | undefined {
  if (octets.length !== 8 && octets.length !== 32) return undefined;
  const half = octets.length / 2;
  const mask = octets.subarray(half);
  return `${formatIpAddress(octets.subarray(0, half))}/${prefixLength(mask) ?? formatIpAddress(mask)}`;
}

function prefixLength(mask: Uint8Array): number | undefined {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^(1*)0*$/.exec(bits)?.[1]?.length;
}
