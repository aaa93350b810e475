import { Tag } from '../der/tag.js';
import type { Rule } from './rule.js';

/** The rules about RSA keys: their form, their exponent, and what a modulus tells of its primes. */

const LOWEST_EXPONENT = 65537n;
const HIGHEST_EXPONENT = (1n << 256n) - 1n;

/** The rounds of Fermat's method boulder makes; the Baseline Requirements ask for 100. */
const CA_ROUNDS = 110;

export const rsaKeyRules: readonly Rule[] = [
  {
    id: 'e_rsa_parameters',
    title: 'the parameters of an RSA key are NULL',
    applies: 'an RSA key',
    source: 'RFC 3279 2.3.1, BR 7.1.3.1.1',
    why: 'rsaEncryption is always followed by NULL. Programs compare these bytes, and some refuse a key without them.',
    hint: 'make the request again',
    profiles: { internal: 'warning' },
    *check({ key: { type }, request }) {
      if (type === 'rsa' && request.publicKey.algorithm.parameters?.tag !== Tag.null) {
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
    *check({ key: { bits } }) {
      if (bits !== null && bits < 2048) yield `an RSA key of ${bits} bits`;
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
    *check({ key: { bits } }) {
      if (bits !== null && bits % 8 !== 0) yield `an RSA key of ${bits} bits`;
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
    *check({ key: { bits } }) {
      if (bits !== null && bits > 8192) yield `an RSA key of ${bits} bits`;
    },
  },
  {
    id: 'e_rsa_exponent',
    title: 'the RSA exponent is odd, at least 3 and less than the modulus',
    applies: 'an RSA key',
    source: 'BR 6.1.6, RFC 8017 3.1',
    why: 'With an even exponent there is no private key, and with 1 everyone has it. One above the modulus was made by no honest program.',
    hint: 'make a new key: csr-gen uses 65537',
    *check({ rsa }) {
      if (rsa !== undefined && (rsa.exponent < 3n || rsa.exponent % 2n === 0n || rsa.exponent >= rsa.modulus.n))
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
    // boulder does not look for it.
    profiles: { letsencrypt: 'warning' },
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
    // boulder does not look for it.
    profiles: { letsencrypt: 'warning' },
    *check({ rsa }) {
      if (rsa?.modulus.isPrime) yield 'the modulus is a prime';
    },
  },
  {
    id: 'e_rsa_close_primes',
    title: "Fermat's method does not find the primes of an RSA modulus in 110 rounds",
    applies: 'an RSA key',
    source: 'BR 6.1.1.3',
    why: "Primes that were chosen near each other are found by Fermat's method of 1643 (CVE-2022-26320). CAs must try 100 rounds of it; boulder tries 110.",
    hint: 'the key generator is broken: make a new key with another one',
    unless: ['e_rsa_modulus_even', 'e_rsa_modulus_factor', 'e_rsa_modulus_power'],
    *check({ rsa }) {
      const found = rsa?.modulus.closeFactors;
      if (found !== undefined && found.round <= CA_ROUNDS)
        yield `Fermat's method finds the primes in round ${found.round}`;
    },
  },
  {
    id: 'e_rsa_near_primes',
    title: "Fermat's method does not find the primes of an RSA modulus in 1000 rounds",
    applies: 'an RSA key',
    source: 'BR 6.1.1.3, CVE-2022-26320',
    why: 'What CAs must try is a minimum: whoever wants the key tries longer. Chance never puts two primes so near each other.',
    hint: 'the key generator is broken: make a new key with another one',
    unless: ['e_rsa_modulus_even', 'e_rsa_modulus_factor', 'e_rsa_modulus_power'],
    // boulder stops before.
    profiles: { letsencrypt: 'warning' },
    *check({ rsa }) {
      const found = rsa?.modulus.closeFactors;
      if (found !== undefined && found.round > CA_ROUNDS)
        yield `Fermat's method finds the primes in round ${found.round}`;
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
];

function shown(n: bigint): string {
  const text = n.toString();
  return text.length <= 20 ? text : `a number of ${n.toString(2).length} bits`;
}
