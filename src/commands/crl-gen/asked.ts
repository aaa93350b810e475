import type { Revocation } from '../../make/revocation-entry.js';
import type { Certificate } from '../../x509/certificate.js';

/** A revocation that is asked for. */
export interface Asked extends Revocation {
  /** The certificate, where that is given; undefined for a serial number. */
  readonly certificate: Certificate | undefined;
}

/** The parts of revocations that lines may leave out: the call gives them. */
export interface Usual {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly reason: string | null;
}
