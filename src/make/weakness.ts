import { attempt } from '../errors.js';
import type { RsaPublicKey } from '../x509/public-key.js';
import type { CertificationRequest } from '../x509/request.js';
import { signatureAlgorithm } from '../x509/signature-algorithm.js';

/**
 * Weaknesses of a request that no CA may put its name to, by the words --allow-weak takes. What they make of a signature
 * is worth nothing: they are looked for before it is verified.
 */
export const weaknessNames = ['rsa-exponent', 'rsa-size', 'hash', 'version', 'ec-parameters'] as const;

export type WeaknessName = (typeof weaknessNames)[number];

interface Weakness {
  readonly name: WeaknessName;
  readonly message: string;
}

/** BR 6.1.5; a size below it gets a warning. */
const USUAL_BITS = 2048;
const LEAST_BITS = 1024;

const broken = new Set(['md2', 'md4', 'md5', 'sha1']);

/**
 * The weaknesses of a request. An algorithm that cannot be read has none: the signature tells of it.
 *
 * @throws {DerError} its key cannot be read
 */
export function weaknessesOf(request: CertificationRequest): Weakness[] {
  const { publicKey, version } = request;
  const hash = attempt(() => signatureAlgorithm(request.signatureAlgorithm).hash);
  const weaknesses: Weakness[] = publicKey.rsa === undefined ? [] : rsaWeaknesses(publicKey.rsa, publicKey.bits ?? 0);
  if (publicKey.hasExplicitCurve) {
    // With a generator of one's own choice every signature is good (RFC 5480 2.1.1 forbids it).
    weaknesses.push({ name: 'ec-parameters', message: 'the key spells its curve out instead of naming it' });
  }
  if (typeof hash === 'string' && broken.has(hash))
    weaknesses.push({ name: 'hash', message: `it is signed with ${hash}, which can be forged` });
  if (version !== 1) weaknesses.push({ name: 'version', message: `version ${version} of requests does not exist` });
  return weaknesses;
}

/** RFC 8017 3.1, BR 6.1.6: the exponent is odd and at least 3. */
function rsaWeaknesses({ exponent }: RsaPublicKey, bits: number): Weakness[] {
  const weaknesses: Weakness[] = [];
  const last = exponent.at(-1) ?? 0;
  if (last % 2 === 0) weaknesses.push({ name: 'rsa-exponent', message: 'the RSA exponent is even' });
  else if (exponent.length === 1 && last === 1) {
    weaknesses.push({ name: 'rsa-exponent', message: 'the RSA exponent is 1: everybody can sign for this key' });
  }
  if (bits < LEAST_BITS) weaknesses.push({ name: 'rsa-size', message: `the RSA key has ${bits} bits, less than 1024` });
  return weaknesses;
}

/** A warning for an RSA key that is taken, but smaller than clients like it. */
export function smallKeyWarning({ publicKey }: CertificationRequest): string | undefined {
  const { bits } = publicKey;
  const isSmall = publicKey.rsa !== undefined && bits !== null && bits < USUAL_BITS;
  return isSmall ? `the RSA key has ${bits} bits: clients refuse less than ${USUAL_BITS}` : undefined;
}
