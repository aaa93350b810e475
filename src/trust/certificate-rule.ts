import type { Certificate } from '../x509/certificate.js';
import type { Requirements } from './requirements.js';

/** Where in a path a certificate stands: first, between, or at the end, trusted. */
export type Place = 'leaf' | 'ca' | 'anchor';

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
  readonly broken: (certificate: Certificate, place: Place, requirements: Requirements) => string | undefined;
}

/** Words where a condition holds. */
export const when = (condition: boolean, words: string): string | undefined => (condition ? words : undefined);
