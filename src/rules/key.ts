import { pointProblem } from '../crypto/curve-point.js';
import { keyKindByType } from '../x509/algorithms.js';
import { usualCurves } from '../x509/curves.js';
import type { KeyFacts } from '../x509/public-key.js';
import { rsaKeyRules } from './rsa-key-rules.js';
import { type Family, ignoredByBoulder } from './rule.js';

/** The public key. */

/** True for the curves the Baseline Requirements allow. */
const isPublicCurve = (name: string): boolean => usualCurves.some((curve) => curve.name === name && curve.isPublic);

/** The kinds of EdDSA (RFC 8410). */
const isEdwards = (type: string): boolean => /^ed\d+$/.test(type);

const isRsaOrCurve = (type: string): boolean => ['rsa', 'rsa-pss', 'ec'].includes(type) || isEdwards(type);

/** How a profile's list of keys calls this one: `rsa:2048`, `ec:P-256`, `ed25519`. */
function keyLabel({ type, bits, curve }: KeyFacts): string {
  if (type === 'ec') return `ec:${curve ?? 'explicit'}`;
  return bits === null || !type.startsWith('rsa') ? type : `${type}:${bits}`;
}

/** True for `rsa:3072+` and an RSA key of at least that size. */
function isAtLeast({ type, bits }: KeyFacts, taken: string): boolean {
  const match = /^(.+):(\d+)\+$/.exec(taken);
  return match?.[1] === type && bits !== null && bits >= Number(match[2]);
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
      *check({ key: { type }, profile }) {
        // Sound as they are, those that resist quantum computers are for CAs of one's own.
        if (profile.base === 'internal' && type.startsWith('ml-dsa-')) return;
        if (!isRsaOrCurve(type)) yield `a key of type ${type}`;
      },
    },
    {
      id: 'e_key_eddsa',
      title: 'the key is not Ed25519 or Ed448',
      source: 'BR 6.1.5, 7.1.3.1',
      why: 'The Baseline Requirements do not list these keys, sound as they are, so no public CA can certify one.',
      hint: 'for a public CA: csr-gen --new-key ec:P-256; a CA of your own may take it (csr-check --profile internal)',
      profiles: { internal: 'notice' },
      *check({ key: { type } }) {
        if (isEdwards(type)) yield `an ${keyKindByType(type)?.name} key`;
      },
    },
    {
      id: 'e_key_rsa_pss',
      title: 'an RSA key is named rsaEncryption, not id-RSASSA-PSS',
      source: 'BR 7.1.3.1.1',
      why: 'The Baseline Requirements fix the identifier of RSA keys to rsaEncryption; many programs read no other.',
      hint: 'make the key with csr-gen --new-key rsa:2048; --pss signs with PSS all the same',
      profiles: { internal: 'notice' },
      *check({ key: { type } }) {
        if (type === 'rsa-pss') yield 'the key is bound to RSASSA-PSS';
      },
    },
    ...rsaKeyRules,
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
      *check({ key: { curve } }) {
        if (curve !== null && !isPublicCurve(curve)) yield `a key on ${curve}`;
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
      *check({ key: { curve }, keyOctets, keyObject }) {
        // node:crypto takes no point that is not on its curve.
        if (curve === null || keyOctets === undefined || keyObject !== undefined) return;
        const problem = pointProblem(keyOctets, curve);
        if (problem !== undefined) yield `the public key is ${problem}`;
      },
    },
    {
      id: 'e_key_octets',
      title: 'a key that is plain octets has as many as its kind',
      source: 'RFC 8410 4, RFC 9881 4',
      why: 'Keys of these kinds all have one length. What is shorter or longer is no key, and nothing can be verified with it.',
      hint: 'the key is damaged: make a new one',
      unless: ['e_structure'],
      // Of these kinds boulder takes none.
      profiles: ignoredByBoulder,
      *check({ key: { type }, keyOctets }) {
        const { name, octets = undefined } = keyKindByType(type) ?? {};
        if (octets === undefined || keyOctets === undefined || keyOctets.length === octets) return;
        yield `${name} keys have ${octets} octets, not ${keyOctets.length}`;
      },
    },
    {
      id: 'n_ec_point_compressed',
      title: 'the point of the public key is written uncompressed',
      applies: 'a key on an elliptic curve',
      source: 'RFC 5480 2.2',
      why: 'Only the uncompressed form must be read by everybody. Go does not read the other, and with it neither do boulder and many clients.',
      hint: 'with openssl, -pkeyopt ec_point_format:uncompressed; csr-gen always writes it so',
      profiles: { letsencrypt: 'error' },
      unless: ['e_structure', 'e_ec_point', 'e_ec_explicit', 'e_ec_curve'],
      *check({ keyOctets }) {
        if (keyOctets?.[0] === 0x02 || keyOctets?.[0] === 0x03) yield 'the point is compressed';
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
      *check(examined) {
        const { keys } = examined.profile;
        const label = keyLabel(examined.key);
        const isTaken =
          keys?.some((taken) => taken === label || taken === examined.key.type || isAtLeast(examined.key, taken)) ??
          true;
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
      *check({ criteria: { blocklist }, rsa, request, key: { type }, keyOctets }) {
        if (blocklist === undefined) return;
        const isListed =
          rsa === undefined
            ? type === 'ec' && keyOctets !== undefined && blocklist.hasPoint(keyOctets)
            : blocklist.hasModulus(request.publicKey.rsa?.modulus ?? new Uint8Array());
        if (isListed) yield 'the key is on the block list';
      },
    },
    {
      id: 'n_debian_unchecked',
      title: "the key was looked for among Debian's weak ones",
      source: 'BR 6.1.1.3, CVE-2008-0166',
      why: 'The lists are large and do not come with this program. CAs look into them; without them a key of 2006 to 2008 passes here and not there.',
      hint: 'give --blocklist the list of Debian (openssl-blacklist) or of the CA/Browser Forum (Debian-weak-keys, dwk_blocklists); a key made after 2008 needs none',
      isDetail: true,
      *check({ criteria: { blocklist }, rsa, key: { bits } }) {
        // The keys that were made are of usual sizes, with the usual exponent.
        const isOfTheirKind = rsa?.exponent === 65537n && bits !== null && bits >= 1024 && bits <= 4096;
        if (blocklist === undefined && isOfTheirKind) {
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
      *check({ criteria: { knownKeys }, keyFingerprint }) {
        const place = knownKeys?.get(keyFingerprint);
        if (place !== undefined) yield `the key is known: ${place}`;
      },
    },
  ],
};
