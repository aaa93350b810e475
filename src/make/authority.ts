import { createPublicKey, type KeyObject } from 'node:crypto';
import { type SigningChoice, signatureAlgorithmFor } from '../crypto/signature.js';
import { PkiError } from '../errors.js';
import { signatureProblem } from '../trust/chain.js';
import type { Certificate } from '../x509/certificate.js';
import type { Signer } from './signed.js';

/** A CA that can issue: its certificate, and its key with the way it signs. */
export interface Authority {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** The things a CA signs, and the key usage each takes (RFC 5280 4.2.1.3). */
const usageFor = { certificates: 'keyCertSign', 'revocation lists': 'cRLSign' } as const;

export type AuthorityTask = keyof typeof usageFor;

/**
 * Puts a CA's certificate and key together after checking that it may issue now (RFC 5280 6.1.4 (k) to (n), 6.3.3 (f)).
 *
 * @throws {PkiError} status 1, with the reason why it may not
 */
export function authority(
  certificate: Certificate,
  key: KeyObject,
  task: AuthorityTask,
  choice: SigningChoice,
  now: Date,
): Authority {
  const { basicConstraints: constraints, keyUsage: usages, subject } = certificate;
  if (constraints?.isCa !== true) throw unfit(`${subject} is no CA: its basic constraints do not say CA:TRUE`);
  if (usages !== undefined && !usages.includes(usageFor[task])) {
    throw unfit(`${subject} may not sign ${task}: its key usage lacks ${usageFor[task]}`);
  }
  if (now.getTime() < certificate.notBefore.getTime()) throw unfit(`the CA certificate of ${subject} is not valid yet`);
  if (now.getTime() > certificate.notAfter.getTime()) throw unfit(`the CA certificate of ${subject} has expired`);
  const problem = signatureProblem(certificate);
  if (problem !== undefined) throw unfit(`the signature of the CA certificate of ${subject} is bad: ${problem}`);
  const algorithm = signatureAlgorithmFor(key, choice);
  return { certificate, signer: { key, algorithm, publicKey: createPublicKey(key) } };
}

/**
 * Reads all of a CA's certificate that decides whether it may issue, and what is copied of it.
 *
 * @throws {DerError} something of it cannot be read
 */
export function checkReadable({
  basicConstraints,
  keyUsage,
  extendedKeyUsage,
  subject,
  notBefore,
  notAfter,
}: Certificate) {
  return { basicConstraints, keyUsage, extendedKeyUsage, name: subject.rdns, notBefore, notAfter };
}

const unfit = (message: string): PkiError => new PkiError('CA_UNFIT', message, { status: 1 });
