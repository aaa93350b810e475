/**
 * Names that no public DNS delegates: the Special-Use Domain Names registry (RFC 6761), and the suffixes people use inside
 * their networks because no server answers for them.
 */
interface SpecialName {
  readonly suffix: string;
  readonly reason: string;
}

const names: readonly SpecialName[] = [
  ['alt', 'set aside for names outside the DNS (RFC 9476)'],
  ['example', 'set aside for documentation (RFC 6761)'],
  ['home.arpa', 'for home networks (RFC 8375)'],
  ['invalid', 'never a name of anything (RFC 6761)'],
  ['ipv4only.arpa', 'used to discover address translation (RFC 8880)'],
  ['local', 'multicast DNS on one link (RFC 6762)'],
  ['localhost', 'the machine itself (RFC 6761)'],
  ['resolver.arpa', 'used to discover encrypted resolvers (RFC 9462)'],
  ['service.arpa', 'for local service registration (RFC 9665)'],
  ['eap.arpa', 'for EAP provisioning (RFC 9965)'],
  ['test', 'set aside for testing (RFC 6761)'],
  ['internal', 'reserved for private use by ICANN'],
  ['corp', 'never to be delegated: in use on private networks (ICANN)'],
  ['home', 'never to be delegated: in use on private networks (ICANN)'],
  ['mail', 'never to be delegated: in use on private networks (ICANN)'],
  ['lan', 'in use on private networks'],
  ['intranet', 'in use on private networks'],
  ['private', 'in use on private networks'],
  ['localdomain', 'in use on private networks'],
  ['domain', 'in use on private networks'],
  ['workgroup', 'in use on private networks'],
].map(([suffix = '', reason = '']) => ({ suffix, reason }));

/** The internal or special-use suffix a name ends in, with the reason; `.onion` is a matter of its own. */
export function internalSuffix(name: string): SpecialName | undefined {
  if (!lastLabels.has(lastLabel(name))) return undefined;
  return names.find(({ suffix }) => name === suffix || name.endsWith(`.${suffix}`));
}

const lastLabel = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Nearly every name ends otherwise. */
const lastLabels: ReadonlySet<string> = new Set(names.map(({ suffix }) => lastLabel(suffix)));

/**
 * True when the label in front of `.onion` is a version 3 address: 56 base32 letters of a public key, a checksum and the
 * version 3 (Tor rend-spec-v3; BR Appendix B).
 *
 * @param checksum SHA3-256 over its argument
 */
export function isOnionV3(label: string, sha3: (bytes: Uint8Array) => Uint8Array): boolean {
  if (!/^[a-z2-7]{56}$/.test(label)) return false;
  const octets = base32(label);
  if (octets[34] !== 3) return false;
  const checksum = sha3(Buffer.concat([Buffer.from('.onion checksum'), octets.subarray(0, 32), Buffer.of(3)]));
  return checksum[0] === octets[32] && checksum[1] === octets[33];
}

function base32(text: string): Uint8Array {
  const octets: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const letter of text) {
    buffer = ((buffer << 5) | 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets.push((buffer >> bits) & 0xff);
    }
  }
  return Uint8Array.from(octets);
}
