import type { Certificate } from '../x509/certificate.js';
import type { Requirements } from './requirements.js';

/** Where in a path a certificate stands: first, between, or at the end, trusted. */
export type PathPosition = 'leaf' | 'ca' | 'anchor';

/** A rule that one certificate keeps or breaks by itself, whatever path it stands in. */
export interface CertificateRule {
  readonly code: string;
  readonly clause: string;
  readonly hint?: string;
  /**
   * The words for a certificate that breaks it, undefined for one that keeps it.
   *
   * @throws {DerError} what it asks about cannot be read
   */
  readonly broken: (certificate: Certificate, place: PathPosition, requirements: Requirements) => string | undefined;
}

/** Words where a condition holds. */
export const when = (condition: boolean, words: string): string | undefined => (condition ? words : undefined);

/** X.509 has extensions since then, so that no root is older. */
const FIRST_ROOTS = Date.UTC(1996, 0);

/** The profiles of BR 7.1.2 are in force since then, for what is made since then. */
const PROFILES = Date.UTC(2023, 8, 15);

/**
 * True for a root from before there were profiles for roots. Systems have some: RFC 5280 looks at no more of an anchor
 * than its name and key (6.1.1 (d)), and clients do not ask for what was not asked of it then.
 */
export const isOldAnchor = ({ start }: Certificate, place: PathPosition): boolean =>
  place === 'anchor' && start !== null && start >= FIRST_ROOTS && start < PROFILES;
