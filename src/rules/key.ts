import { Tag } from '../der/tag.js';
import { pointProblem } from './curve-point.js';
import type { Facts } from './facts.js';
import type { Family } from './rule.js';

/** The public key. */

/** The curves the Baseline Requirements allow. */
const publicCurves = new Set(['P-256', 'P-384', 'P-521']);

/** How a profile's list of keys calls this one: `rsa:2048`, `ec:P-256`, `ed25519`. */
export function keyLabel({ keyType, keyBits, curve }: Pick<Facts, 'keyType' | 'keyBits' | 'curve'>): string {
  if (keyType === 'ec') return `ec:${curve ?? 'explicit'}`;
  return keyBits === null || !keyType.startsWith('rsa') ? keyType : `${keyType}:${keyBits}`;
}

/** True for `rsa:3072+` and an RSA key of at least that size. */
function isAtLeast({ keyType, keyBits }: Facts, taken: string): boolean {
  const match = /^(.+):(\d+)\+$/.exec(taken);
  return match?.[1] === keyType && keyBits !== null && keyBits >= Number(match[2]);
}

/** Findings about the kind or size of the key: a profile's own list says nothing more then. */
const unfitKey = [
  'e_structure',
  'e_key_algorithm',
  'e_key_eddsa',
  'e_key_rsa_pss',
  'e_rsa_size',
  'e_rsa_size_multiple',
  'e_ec_curve',
  'e_ec_explicit',
];

const LOWEST_EXPONENT = 65537n;
const HIGHEST_EXPONENT = (1n << 256n) - 1n;

export const key: Family = {
  name: 'key',
  title: 'Key',
  rules: [
    {
      id: 'e_key_algorithm',
      title: 'the key is RSA or on an elliptic curve',
      source: 'BR 6.1.5',
      why: 'Public CAs certify RSA and three curves. DSA is gone from TLS, other kinds are not in it yet.',
      hint: 'make a new key: csr-gen --new-key rsa:2048 or ec:P-256',
      *check({ keyType }) {
        if (!['rsa', 'rsa-pss', 'ec', 'ed25519', 'ed448'].includes(keyType)) yield `a key of type ${keyType}`;
      },
    },
    {
      id: 'e_key_eddsa',
      title: 'the key is not Ed25519 or Ed448',
      source: 'BR 6.1.5, 7.1.3.1',
      why: 'The Baseline Requirements do not list these keys, sound as they are, so no public CA can certify one.',
      hint: 'for a public CA: csr-gen --new-key ec:P-256; a CA of your own may take it (--profile internal)',
      profiles: { internal: 'notice' },
      *check({ keyType }) {
        if (keyType === 'ed25519' || keyType === 'ed448') yield `an ${keyType === 'ed448' ? 'Ed448' : 'Ed25519'} key`;
      },
    },
    {
      id: 'e_key_rsa_pss',
      title: 'an RSA key is named rsaEncryption, not id-RSASSA-PSS',
      source: 'BR 7.1.3.1.1',
      why: 'The Baseline Requirements fix the identifier of RSA keys to rsaEncryption; many programs read no other.',
      hint: 'make the key with csr-gen --new-key rsa:2048; --pss signs with PSS all the same',
      profiles: { internal: 'notice' },
      *check({ keyType }) {
        if (keyType === 'rsa-pss') yield 'the key is bound to RSASSA-PSS';
      },
    },
    {
      id: 'e_rsa_parameters',
      title: 'the parameters of an RSA key are NULL',
      applies: 'an RSA key',
      source: 'RFC 3279 2.3.1, BR 7.1.3.1.1',
      why: 'rsaEncryption is always followed by NULL. Programs compare these bytes, and some refuse a key without them.',
      hint: 'make the request again',
      profiles: { internal: 'warning' },
      *check({ keyType, request }) {
        if (keyType === 'rsa' && request.publicKey.algorithm.parameters?.tag !== Tag.null) {
          yield 'the parameters of the RSA key are not NULL';
        }
      },
    },
    {
      id: 'e_rsa_size',
      title: 'an RSA modulus has at least 2048 bits',
      applies: 'an RSA key',
      source: 'BR 6.1.5',
      why: 'Moduli of 1024 bits are within reach of those who can pay for factoring them. 2048 is the floor since 2014.',
      hint: 'make a new key: csr-gen --new-key rsa:2048',
      *check({ keyBits }) {
        if (keyBits !== null && keyBits < 2048) yield `an RSA key of ${keyBits} bits`;
      },
    },
    {
      id: 'e_rsa_size_multiple',
      title: 'the number of bits of an RSA modulus is a multiple of 8',
      applies: 'an RSA key',
      source: 'BR 6.1.5',
      why: 'Odd sizes come from broken generators, and some clients cannot use them.',
      hint: 'make a new key: csr-gen --new-key rsa:2048',
      unless: ['e_rsa_size'],
      profiles: { internal: 'warning' },
      *check({ keyBits }) {
        if (keyBits !== null && keyBits % 8 !== 0) yield `an RSA key of ${keyBits} bits`;
      },
    },
    {
      id: 'w_rsa_size_large',
      title: 'an RSA modulus has at most 8192 bits',
      applies: 'an RSA key',
      source: 'BR 6.1.1.3',
      why: 'Larger keys make every handshake slow and are refused by many CAs and devices.',
      hint: 'rsa:3072 is as strong as P-256; ec:P-384 is stronger and faster',
      unless: ['e_key_profile'],
      *check({ keyBits }) {
        if (keyBits !== null && keyBits > 8192) yield `an RSA key of ${keyBits} bits`;
      },
    },
    {
      id: 'e_rsa_exponent',
      title: 'the RSA exponent is odd and at least 3',
      applies: 'an RSA key',
      source: 'BR 6.1.6',
      why: 'With an even exponent there is no private key, and with 1 everyone has it.',
      hint: 'make a new key: csr-gen uses 65537',
      *check({ rsa }) {
        if (rsa !== undefined && (rsa.exponent < 3n || rsa.exponent % 2n === 0n))
          yield `the exponent is ${shown(rsa.exponent)}`;
      },
    },
    {
      id: 'w_rsa_exponent_range',
      title: 'the RSA exponent is from 2^16+1 to 2^256-1',
      applies: 'an RSA key',
      source: 'BR 6.1.6',
      why: 'Small exponents turn mistakes in padding into forged signatures; huge ones make every verification slow.',
      hint: 'make a new key: csr-gen uses 65537',
      unless: ['e_rsa_exponent', 'e_rsa_exponent_profile'],
      *check({ rsa }) {
        if (rsa !== undefined && (rsa.exponent < LOWEST_EXPONENT || rsa.exponent > HIGHEST_EXPONENT)) {
          yield `the exponent is ${shown(rsa.exponent)}`;
        }
      },
    },
    {
      id: 'e_rsa_exponent_profile',
      title: "the RSA exponent is the profile's",
      applies: 'a profile that fixes the exponent',
      source: 'boulder goodkey/good_key.go',
      why: 'This CA takes one exponent only.',
      hint: 'make a new key: csr-gen uses 65537',
      unless: ['e_rsa_exponent'],
      *check({ profile: { exponent }, rsa }) {
        if (rsa !== undefined && exponent !== undefined && rsa.exponent !== exponent) {
          yield `the exponent is ${shown(rsa.exponent)}, ${exponent} is taken`;
        }
      },
    },
    {
      id: 'e_rsa_modulus_even',
      title: 'the RSA modulus is odd',
      applies: 'an RSA key',
      source: 'BR 6.1.6',
      why: 'An even modulus is no product of two large primes: the private key follows from it at once.',
      hint: 'the key is damaged or forged: make a new one',
      *check({ rsa }) {
        if (rsa !== undefined && rsa.modulus.n % 2n === 0n) yield 'the modulus is even';
      },
    },
    {
      id: 'e_rsa_modulus_factor',
      title: 'the RSA modulus has no factor below 752',
      applies: 'an RSA key',
      source: 'BR 6.1.6',
      why: 'A small factor means that bits of the key were changed, or that its primes are none. Such a modulus can often be factored completely.',
      hint: 'the key is damaged or weak: make a new one',
      unless: ['e_rsa_modulus_even'],
      *check({ rsa }) {
        const factor = rsa?.modulus.factor;
        if (factor !== undefined) yield `the modulus is divisible by ${factor}`;
      },
    },
    {
      id: 'e_rsa_modulus_power',
      title: 'the RSA modulus is no power of a prime',
      applies: 'an RSA key',
      source: 'BR 6.1.6',
      why: 'A root is taken in microseconds, and with it the private key is known.',
      hint: 'the key is weak: make a new one',
      unless: ['e_rsa_modulus_even', 'e_rsa_modulus_factor'],
      *check({ rsa }) {
        const power = rsa?.modulus.power;
        if (power !== undefined) yield `the modulus is a ${power === 2 ? 'square' : `power of ${power}`}`;
      },
    },
    {
      id: 'e_rsa_modulus_prime',
      title: 'the RSA modulus is no prime',
      applies: 'an RSA key',
      source: 'BR 6.1.6',
      why: 'Everyone can compute the private key of a prime modulus.',
      hint: 'the key is weak: make a new one',
      unless: ['e_rsa_modulus_even', 'e_rsa_modulus_factor', 'e_rsa_modulus_power'],
      profiles: { letsencrypt: 'warning' },
      *check({ rsa }) {
        if (rsa?.modulus.isPrime) yield 'the modulus is a prime';
      },
    },
    {
      id: 'e_rsa_close_primes',
      title: 'the primes of an RSA modulus are far apart',
      applies: 'an RSA key',
      source: 'BR 6.1.1.3',
      why: "Primes that were chosen near each other are found by Fermat's method of 1643 (CVE-2022-26320). CAs must try 100 rounds of it.",
      hint: 'the key generator is broken: make a new key with another one',
      unless: ['e_rsa_modulus_even', 'e_rsa_modulus_factor', 'e_rsa_modulus_power'],
      *check({ rsa }) {
        const found = rsa?.modulus.closeFactors;
        if (found !== undefined) yield `Fermat's method finds the primes in round ${found.round}`;
      },
    },
    {
      id: 'e_rsa_roca',
      title: 'the RSA key has not the fingerprint of ROCA',
      applies: 'an RSA key',
      source: 'BR 6.1.1.3, CVE-2017-15361',
      why: "Infineon's chips made primes of a special form until 2017: smart cards, TPMs and tokens. Such keys can be factored.",
      hint: 'make a new key outside the chip, or update its firmware first',
      unless: ['e_rsa_modulus_even', 'e_rsa_modulus_factor'],
      *check({ rsa }) {
        if (rsa?.modulus.hasRocaFingerprint) yield "the modulus has ROCA's fingerprint";
      },
    },
    {
      id: 'e_rsa_pattern',
      title: 'the RSA modulus looks random',
      applies: 'an RSA key',
      source: 'BR 6.1.1.3, badkeys pattern',
      why: 'Runs of equal bytes and repeated blocks come from memory that was never filled with random bytes, or from a modulus made by hand.',
      hint: 'the key generator is broken: make a new key with another one',
      profiles: { letsencrypt: 'warning' },
      *check({ rsa }) {
        const pattern = rsa?.modulus.pattern;
        if (pattern !== undefined) yield `the modulus has ${pattern}`;
      },
    },
    {
      id: 'w_rsa_bias',
      title: 'zeros and ones in the RSA modulus are balanced',
      applies: 'an RSA key',
      source: 'badkeys rsabias',
      why: 'In a random modulus about half of the bits are ones. Another share comes from a broken generator, or from somebody who chose the digits.',
      hint: 'make a new key',
      unless: ['e_rsa_pattern', 'e_rsa_modulus_factor', 'e_rsa_modulus_even'],
      profiles: { letsencrypt: 'notice' },
      *check({ rsa }) {
        const percent = rsa?.modulus.bias;
        if (percent !== undefined) yield `${percent} in 100 bits of the modulus are ones`;
      },
    },
    {
      id: 'e_ec_explicit',
      title: 'the curve is named, not spelt out',
      applies: 'a key on an elliptic curve',
      source: 'RFC 5480 2.1.1',
      why: 'Parameters spelt out can describe a curve on which everybody has the private key (CVE-2020-0601).',
      hint: 'with openssl, -pkeyopt ec_param_enc:named_curve; csr-gen always names the curve',
      *check({ request }) {
        if (request.publicKey.hasExplicitCurve) yield 'the curve is spelt out in the key';
      },
    },
    {
      id: 'e_ec_curve',
      title: 'the curve is P-256, P-384 or P-521',
      applies: 'a key on an elliptic curve',
      source: 'BR 6.1.5',
      why: 'Public CAs may certify keys on these three curves only; clients know few others.',
      hint: 'make a new key: csr-gen --new-key ec:P-256',
      unless: ['e_ec_explicit'],
      profiles: { internal: 'notice' },
      *check({ curve }) {
        if (curve !== null && !publicCurves.has(curve)) yield `a key on ${curve}`;
      },
    },
    {
      id: 'e_ec_point',
      title: 'the public key is a point on its curve',
      applies: 'a key on an elliptic curve',
      source: 'BR 6.1.6, SP 800-56A 5.6.2.3',
      why: "A key that is no point of the curve, or the point at infinity, has no private key; using it may leak the peer's.",
      hint: 'the key is damaged: make a new one',
      unless: ['e_structure', 'e_ec_explicit'],
      *check({ curve, keyOctets, keyObject }) {
        // node:crypto takes no point that is not on its curve.
        if (curve === null || keyOctets === undefined || keyObject !== undefined) return;
        const problem = pointProblem(keyOctets, curve);
        if (problem !== undefined) yield `the public key is ${problem}`;
      },
    },
    {
      id: 'e_key_profile',
      title: "the key is one of the profile's",
      applies: 'a profile that lists keys',
      source: 'the profile, boulder goodkey/good_key.go',
      why: 'This CA takes a short list of keys, and refuses all others.',
      hint: 'make a new key of a kind on the list',
      unless: unfitKey,
      *check(facts) {
        const { keys } = facts.profile;
        const label = keyLabel(facts);
        const isTaken =
          keys?.some((taken) => taken === label || taken === facts.keyType || isAtLeast(facts, taken)) ?? true;
        if (!isTaken) yield { message: `${label} is not taken`, hint: `the profile takes ${keys?.join(', ')}` };
      },
    },
    {
      id: 'e_debian_weak_key',
      title: "the key is not one of Debian's weak ones",
      applies: '--blocklist',
      source: 'BR 6.1.1.3, CVE-2008-0166',
      why: "From 2006 to 2008 Debian's OpenSSL made one of 32,768 keys of each size. All of them are known.",
      hint: 'make a new key',
      *check({ question: { blocklist }, rsa, request, keyType, keyOctets }) {
        if (blocklist === undefined) return;
        const isListed =
          rsa === undefined
            ? keyType === 'ec' && keyOctets !== undefined && blocklist.hasPoint(keyOctets)
            : blocklist.hasModulus(request.publicKey.rsa?.modulus ?? new Uint8Array());
        if (isListed) yield 'the key is on the block list';
      },
    },
    {
      id: 'n_debian_unchecked',
      title: "the key was looked for among Debian's weak ones",
      source: 'BR 6.1.1.3, CVE-2008-0166',
      why: 'The lists are large and do not come with this program. CAs look into them; without them a key of 2006 to 2008 passes here and not there.',
      hint: 'give --blocklist the list of Debian (openssl-blacklist) or of the CA/Browser Forum; a key made after 2008 needs none',
      *check({ question: { blocklist }, keyType }) {
        if (blocklist === undefined && (keyType === 'rsa' || keyType === 'ec')) {
          yield "not checked against Debian's weak keys: no --blocklist is given";
        }
      },
    },
    {
      id: 'e_key_known',
      title: 'the key has not been seen before',
      applies: '--known-keys',
      source: 'BR 6.1.1.3',
      why: 'A key that was used elsewhere, or was reported stolen, should not be certified again.',
      hint: 'make a new key',
      *check({ question: { knownKeys }, keyFingerprint }) {
        const place = knownKeys?.get(keyFingerprint);
        if (place !== undefined) yield `the key is known: ${place}`;
      },
    },
  ],
};

function shown(n: bigint): string {
  const text = n.toString();
  return text.length <= 20 ? text : `a number of ${n.toString(2).length} bits`;
}
