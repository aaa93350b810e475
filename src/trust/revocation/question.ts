import type { SignatureVerdict } from '../../crypto/signature.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Crl } from '../../x509/crl.js';

/** A certificate whose status is asked for, and what answers are held to. */
export interface StatusQuestion {
  readonly certificate: Certificate;
  /** The certificate whose key made its signature. */
  readonly issuer: Certificate;
  /** Certificates that lists may be signed with, beside the issuer's. */
  readonly signers: readonly Certificate[];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The most time since an answer was made, in milliseconds; undefined for what the answer itself allows. */
  readonly maxAge: number | undefined;
}

/** A revocation list as evidence. */
export interface RevocationList {
  /** The list; of a large one the entries that matter. */
  readonly crl: Crl;
  /** The verdict on its signature with a certificate's key. */
  readonly verdictOf: (signer: Certificate) => SignatureVerdict;
}

/** The answer to a question. */
export interface StatusAnswer {
  readonly state: 'good' | 'revoked' | 'suspended';
  /** Milliseconds since 1970: revoked or suspended since when; null for a good one, and where it cannot be read. */
  readonly since: number | null;
  /** The reason by its name in RFC 5280 5.3.1, null where none is given. */
  readonly reason: string | null;
  /** The times when the answer was made, and when there will be a newer one. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

/** Clocks differ: so much may an answer be younger than now, in milliseconds. */
export const CLOCK_TOLERANCE = 5 * 60_000;
