import { isSigningHash } from '../crypto/signature-algorithm.js';
import { Tag } from '../der/tag.js';
import { hashes, signatureSchemeByName } from '../x509/algorithms.js';
import type { ExaminedRequest } from './examined-request.js';
import { type Family, onlyIn } from './rule.js';

/** The request's signature: proof that who asks has the key. */

/** True for hashes for which two messages with one value can be made. */
const isBroken = (name: string | null | undefined): boolean =>
  hashes().some((hash) => hash.name === name && hash.isBroken === true);

/** The hashes the Baseline Requirements allow in certificates. */

/** The fault that makes a key useless for verifying anything: then the key is the finding. */
const brokenKey = ['e_rsa_modulus_even', 'e_rsa_exponent', 'e_ec_point', 'e_ec_explicit', 'e_key_octets'];

const fits = ({ signatureAlgorithm, key }: ExaminedRequest): boolean =>
  signatureAlgorithm === undefined ||
  (signatureSchemeByName(signatureAlgorithm.algorithm)?.keys ?? [key.type]).includes(key.type);

const describe = ({ signatureAlgorithm }: ExaminedRequest): string => {
  if (signatureAlgorithm === undefined) return 'an unreadable algorithm';
  const { algorithm, hash } = signatureAlgorithm;
  return hash === null ? algorithm : `${algorithm} with ${hash}`;
};

export const signature: Family = {
  name: 'signature',
  title: 'Signature',
  rules: [
    {
      id: 'e_signature_algorithm_fit',
      title: 'the signature algorithm is one for this kind of key',
      source: 'RFC 5280 4.1.1.2',
      why: 'An ECDSA algorithm beside an RSA key means the request was put together from parts that do not belong together.',
      hint: 'make the request again from its key',
      *check(examined) {
        if (!fits(examined)) yield `${describe(examined)} cannot be made by a key of type ${examined.key.type}`;
      },
    },
    {
      id: 'e_signature',
      title: 'the signature is good',
      source: 'RFC 2986 4.2, BR 3.2.2',
      why: 'The signature proves that who asks has the private key, and that nobody changed the request. Without it anybody could ask for a certificate over your key.',
      hint: 'the request was changed or damaged after it was made: make it again from its key',
      unless: [...brokenKey, 'e_signature_algorithm_fit', 'e_signature_pss', 'e_trailing_data'],
      *check({ signature }) {
        if (signature === 'bad') yield 'the signature does not fit the request and its key';
      },
    },
    {
      id: 'e_signature_unchecked',
      title: 'the signature can be checked here',
      source: 'RFC 2986 4.2',
      why: 'A signature that cannot be checked proves nothing, so it must not count as good.',
      hint: 'use RSA or ECDSA with SHA-256, which everybody can check',
      unless: ['e_structure', ...brokenKey, 'e_signature_algorithm_fit', 'e_signature_pss', 'e_key_algorithm'],
      *check({ signature }) {
        if (typeof signature === 'object') yield `the signature was not checked: ${signature.unchecked}`;
      },
    },
    {
      id: 'e_signature_hash',
      title: 'the hash of the signature is not broken',
      source: 'BR 7.1.3.2',
      why: 'For MD2, MD4, MD5 and SHA-1 two requests with one signature can be made; CAs refuse them since 2016.',
      hint: 'make the request again with --hash sha256',
      *check(examined) {
        const hash = examined.signatureAlgorithm?.hash;
        const mask = examined.signatureAlgorithm?.pss?.mgfHash;
        if (isBroken(hash)) yield `the signature uses ${hash}`;
        else if (isBroken(mask)) yield `the signature's mask is made with ${mask}`;
      },
    },
    {
      id: 'n_signature_hash_unusual',
      title: 'the hash is SHA-256, SHA-384 or SHA-512',
      source: 'BR 7.1.3.2',
      why: 'The Baseline Requirements allow these three in certificates, so a CA may know no other in requests.',
      hint: 'make the request again with --hash sha256, sha384 or sha512',
      unless: ['e_signature_hash', 'e_signature_algorithm'],
      *check(examined) {
        const hash = examined.signatureAlgorithm?.hash;
        if (hash && !isSigningHash(hash) && !isBroken(hash)) yield `the signature uses ${hash}`;
      },
    },
    {
      id: 'e_signature_pss',
      title: 'PSS parameters agree with each other and with the key',
      applies: 'a PSS signature',
      source: 'RFC 4055 3.1',
      why: 'PSS lets the hash of the message and of the mask differ, and a key can be bound to parameters. Where they disagree some programs verify the signature and others do not.',
      hint: 'make the request again with csr-gen --pss, which uses one hash and a salt of its length',
      unless: ['e_signature_hash'],
      *check({ signatureAlgorithm, keyPss }) {
        const pss = signatureAlgorithm?.pss;
        if (pss === undefined) return;
        const { hash, mgfHash, saltLength } = pss;
        if (hash !== mgfHash) yield `the message is hashed with ${hash}, the mask with ${mgfHash}`;
        else if (
          keyPss !== undefined &&
          (keyPss.hash !== hash || keyPss.mgfHash !== mgfHash || saltLength < keyPss.saltLength)
        ) {
          yield `the key is bound to ${keyPss.hash} with a salt of ${keyPss.saltLength} bytes or more, the signature uses ${hash} and ${saltLength}`;
        }
      },
    },
    {
      id: 'w_signature_pss_salt',
      title: 'the salt of a PSS signature is as long as its hash',
      applies: 'a PSS signature',
      source: 'BR 7.1.3.2.1',
      why: 'The Baseline Requirements fix the length of the salt in certificates; a CA may know no other in requests.',
      hint: 'with openssl, -sigopt rsa_pss_saltlen:digest',
      profiles: { letsencrypt: 'off', internal: 'notice' },
      unless: ['e_signature_hash', 'e_signature_pss'],
      *check({ signatureAlgorithm }) {
        const pss = signatureAlgorithm?.pss;
        const length = hashes().find(({ name }) => name === pss?.hash)?.length;
        if (pss === undefined || length === undefined || pss.saltLength === length) return;
        yield `the salt has ${pss.saltLength} bytes, ${pss.hash} gives ${length}`;
      },
    },
    {
      id: 'e_signature_parameters',
      title: "the signature algorithm's parameters are as its RFC says",
      source: 'RFC 4055 5, RFC 5758 3.2, BR 7.1.3.2',
      why: 'RSA has NULL there, ECDSA and EdDSA nothing. The Baseline Requirements fix the bytes, because programs compare them.',
      hint: 'make the request again',
      profiles: { letsencrypt: 'notice', internal: 'notice' },
      *check({ request, signatureAlgorithm }) {
        if (signatureAlgorithm === undefined || signatureAlgorithm.pss !== undefined) return;
        const { parameters } = request.signatureAlgorithm;
        const { algorithm } = signatureAlgorithm;
        const expected = signatureSchemeByName(algorithm)?.parameters;
        if (expected === 'NULL' && parameters?.tag !== Tag.null) {
          yield 'the parameters of an RSA signature are not NULL';
        } else if (expected === 'absent' && parameters !== undefined) {
          yield `${algorithm} has no parameters, here it has some`;
        }
      },
    },
    {
      id: 'e_signature_algorithm',
      title: "the signature algorithm is one of the profile's",
      applies: 'a profile that lists signatures',
      source: 'boulder csr/csr.go',
      why: 'This CA knows a short list of algorithms for requests, and refuses all others.',
      hint: 'sign with PKCS #1 v1.5 or ECDSA, and SHA-256, SHA-384 or SHA-512',
      profiles: onlyIn('letsencrypt'),
      unless: ['e_signature_hash', 'e_signature_algorithm_fit', 'e_key_eddsa', 'e_key_rsa_pss', 'e_key_algorithm'],
      *check(examined) {
        const { signatures } = examined.profile;
        const algorithm = examined.signatureAlgorithm;
        if (signatures === undefined || algorithm === undefined) return;
        const isTaken =
          signatures.schemes.includes(algorithm.algorithm) && signatures.hashes.includes(algorithm.hash ?? '');
        if (!isTaken) yield `${describe(examined)} is not taken`;
      },
    },
  ],
};
